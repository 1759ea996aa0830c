package io.metamigrate.verifier.store;

import java.util.List;
import java.util.Optional;

/**
 * The part of the tree that is moved: at or below one of {@code include} and not at or below any of
 * {@code exclude}. Keys without a leading slash are never in scope.
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

  /** The first key that can be in scope, for a range. */
  String firstKey() {
    return include.stream().map(ZkPath::value).min(KeyOrder::compare).orElseThrow();
  }

  /** The first key after all that can be in scope. */
  String endKey() {
    // '0' follows '/', so PATH0 follows everything below PATH.
    return include.stream()
        .map(root -> root.equals(ZkPath.ROOT) ? "0" : root.value() + "0")
        .max(KeyOrder::compare)
        .orElseThrow();
  }

  /** This scope, but only at or below {@code root}; empty if nothing of the scope can be there. */
  public Optional<Scope> within(ZkPath root) {
    List<ZkPath> inside =
        include.stream().anyMatch(root::isAtOrBelow)
            ? List.of(root)
            : include.stream().filter(path -> path.isAtOrBelow(root)).toList();
    return inside.stream().allMatch(path -> exclude.stream().anyMatch(path::isAtOrBelow))
        ? Optional.empty()
        : Optional.of(new Scope(inside, exclude));
  }

  /** Whether anything at or below {@code root} can be in scope. */
  public boolean touches(ZkPath root) {
    return within(root).isPresent();
  }

  public boolean contains(ZkPath path) {
    return include.stream().anyMatch(path::isAtOrBelow)
        && exclude.stream().noneMatch(path::isAtOrBelow);
  }

  /** Whether a scan has to look below this path: it is in scope, or something below it is. */
  boolean reaches(ZkPath path) {
    return contains(path) || include.stream().anyMatch(root -> root.isAtOrBelow(path));
  }
}
