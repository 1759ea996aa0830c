package io.metamigrate.migrator.run;

import io.metamigrate.verifier.catalog.Action;
import io.metamigrate.verifier.catalog.Catalogue;
import io.metamigrate.verifier.store.Scope;
import io.metamigrate.verifier.store.ZkPath;
import io.metamigrate.verifier.store.ZnodeReader;
import java.util.List;
import java.util.stream.Stream;

/** The subtrees that a move writes on etcd. */
public final class MovedRoots {
  private MovedRoots() {}

  /** Each root of the scope, and the znodes below {@code /} if that is one; in order. */
  public static List<ZkPath> of(ZnodeReader znodes, Scope scope) {
    return scope.include().stream()
        .flatMap(
            root ->
                root.equals(ZkPath.ROOT)
                    ? znodes.children(List.of(root)).get(0).stream().map(root::child)
                    : Stream.of(root))
        .filter(path -> scope.contains(path) && Catalogue.of(path).action() != Action.SKIP)
        .sorted()
        .toList();
  }
}
