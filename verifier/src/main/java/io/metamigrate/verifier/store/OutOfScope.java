package io.metamigrate.verifier.store;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * Counts the znodes that a scope leaves out, by the first part of their path. Reads names only, and
 * only if something is left out. For one thread.
 */
public final class OutOfScope {
  private final ZnodeReader reader;
  private final Predicate<ZkPath> matters;

  /**
   * @param matters which znodes are counted if the scope leaves them out
   */
  public OutOfScope(ZnodeReader reader, Predicate<ZkPath> matters) {
    this.reader = reader;
    this.matters = matters;
  }

  /** Root, such as {@code /ledgers}, to the number of znodes at and below it that are left out. */
  public Map<String, Long> count(Scope scope) {
    Map<String, Long> counts = new TreeMap<>();
    if (scope.equals(Scope.ALL)) {
      return counts;
    }
    Deque<ZkPath> pending = new ArrayDeque<>(List.of(ZkPath.ROOT));
    TreeListing.descend(
        reader,
        pending,
        child -> {
          boolean inScope = scope.contains(child);
          if (!inScope && !scope.reaches(child) && matters.test(child)) {
            counts.merge(root(child), 1L, Long::sum);
          }
          if (!inScope || scope.exclude().stream().anyMatch(path -> path.isAtOrBelow(child))) {
            pending.push(child);
          }
        },
        () -> {});
    return counts;
  }

  private static String root(ZkPath path) {
    int slash = path.value().indexOf('/', 1);
    return slash < 0 ? path.value() : path.value().substring(0, slash);
  }
}
