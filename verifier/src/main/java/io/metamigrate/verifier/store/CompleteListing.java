package io.metamigrate.verifier.store;

import java.util.Iterator;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * A listing of the tree that is checked against the server's own count. While a tree changes, the
 * count can differ from a correct listing. So a mismatch is an error only if a second listing finds
 * exactly the same paths. For one thread.
 */
public final class CompleteListing {
  private final Supplier<PathIndex> listing;
  private final Supplier<Optional<Integer>> count;

  /**
   * Prepares.
   *
   * @param listing lists everything, including the root; its result has to be closed
   * @param count of the server, without the root; empty if it does not report it
   */
  public CompleteListing(Supplier<PathIndex> listing, Supplier<Optional<Integer>> count) {
    this.listing = listing;
    this.count = count;
  }

  /**
   * The paths; the caller closes them.
   *
   * @throws StoreException when a tree at rest is not listed completely
   */
  public PathIndex take() {
    Optional<Integer> before = count.get();
    PathIndex first = listing.get();
    if (!isSuspicious(before, first)) {
      return first;
    }
    try (first) {
      PathIndex second = listing.get();
      if (isSuspicious(before, second) && isSame(first, second)) {
        try (second) {
          throw new StoreException(
              Store.ZOOKEEPER,
              "ZooKeeper counts %,d znodes below the root, but %,d were listed, twice; run it again, and report this if it persists"
                  .formatted(before.orElseThrow(), second.size() - 1));
        }
      }
      return second;
    }
  }

  private boolean isSuspicious(Optional<Integer> before, PathIndex paths) {
    return before.isPresent() && before.get() + 1 != paths.size() && before.equals(count.get());
  }

  private static boolean isSame(PathIndex one, PathIndex other) {
    Iterator<String> first = one.iterator();
    Iterator<String> second = other.iterator();
    while (first.hasNext() && second.hasNext()) {
      if (!first.next().equals(second.next())) {
        return false;
      }
    }
    return first.hasNext() == second.hasNext();
  }
}
