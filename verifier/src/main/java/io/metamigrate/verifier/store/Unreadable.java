package io.metamigrate.verifier.store;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Znodes that this session may not read, counted and the first of them named. Such a node cannot be
 * copied, and ZooKeeper 3.9 does not deliver its events either (NIOServerCnxn.process, 3.9.3), so
 * that no watch can see it change. For one thread.
 */
public final class Unreadable {
  private static final int MAX_NAMED = 10;

  /** Beyond so many, one that is met twice is counted twice. */
  private static final int MAX_KNOWN = 100_000;

  private final List<String> first = new ArrayList<>();
  private final Set<String> known = new HashSet<>();
  private long count;

  public void add(ZkPath path) {
    if (known.size() < MAX_KNOWN && !known.add(path.value())) {
      return;
    }
    count++;
    if (first.size() < MAX_NAMED) {
      first.add(path.value());
    }
  }

  /** The number of znodes that could not be read, each counted once up to a bound. */
  public long count() {
    return count;
  }

  /** The first of them, at most {@value #MOST_NAMED}. */
  public List<String> first() {
    return List.copyOf(first);
  }
}
