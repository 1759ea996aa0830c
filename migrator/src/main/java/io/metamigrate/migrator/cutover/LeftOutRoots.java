package io.metamigrate.migrator.cutover;

import io.metamigrate.migrator.run.Stores;
import io.metamigrate.verifier.catalog.Catalogue;
import io.metamigrate.verifier.store.OutOfScope;
import io.metamigrate.verifier.store.Scope;
import io.metamigrate.verifier.store.ZkPath;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** To brokers on etcd, a root that the scope leaves out has never existed. */
final class LeftOutRoots {
  private LeftOutRoots() {}

  /** One sentence for each root that the cluster needs and the scope leaves out. */
  static List<String> obstacles(Stores stores, Scope scope) {
    List<String> obstacles = new ArrayList<>();
    new OutOfScope(stores.znodes(), Catalogue::isCore)
        .count(scope)
        .forEach(
            (root, nodes) -> {
              ZkPath path = new ZkPath(root);
              if (!scope.contains(path) || Catalogue.mustBeComplete(path)) {
                obstacles.add(
                    String.format(
                        Locale.ROOT,
                        "the scope leaves out %,d nodes of %s, which would not exist on etcd:"
                            + " take them into the scope and run the copy again",
                        nodes,
                        root));
              }
            });
    Catalogue.ROOT_KEYS.stream()
        .filter(key -> scope.contains(Catalogue.LEDGERS) && !scope.contains(key))
        .forEach(
            key ->
                obstacles.add(
                    "the scope leaves out %s, without which no bookie starts on etcd: take it into the scope and run the copy again"
                        .formatted(key)));
    return obstacles;
  }
}
