package io.metamigrate.verifier.store;

import java.util.List;

/**
 * The part of the tree that the move is about: at or below one of {@code include} and not at or
 * below any of {@code exclude}. Keys without a leading slash are never in scope.
 */
public record Scope(List<ZkPath> include, List<ZkPath> exclude) {
  public static final Scope ALL = new Scope(List.of(ZkPath.ROOT), List.of());

  public Scope {
    include = List.copyOf(include);
    exclude = List.copyOf(exclude);
    if (include.isEmpty()) {
      throw new IllegalArgumentException("scope.include names no path; use [\"/\"] for all");
    }
    for (ZkPath a : include) {
      for (ZkPath b : include) {
        if (!a.equals(b) && a.isAtOrBelow(b)) {
          throw new IllegalArgumentException(
              "scope.include names " + a + " and " + b + ", one within the other; keep " + b);
        }
      }
    }
  }

  public boolean contains(ZkPath path) {
    return include.stream().anyMatch(path::isAtOrBelow)
        && exclude.stream().noneMatch(path::isAtOrBelow);
  }

  /** Whether a scan has to look below this path: it is in scope, or something below it is. */
  public boolean reaches(ZkPath path) {
    return contains(path) || include.stream().anyMatch(root -> root.isAtOrBelow(path));
  }
}
