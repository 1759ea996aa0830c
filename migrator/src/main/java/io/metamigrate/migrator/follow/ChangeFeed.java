package io.metamigrate.migrator.follow;

import io.metamigrate.verifier.store.ZkPath;
import java.time.Duration;
import java.util.List;

/** Where the paths that changed on ZooKeeper come from. */
interface ChangeFeed extends AutoCloseable {
  /** A path and when its change was first noticed, by the monotonic clock. */
  record ChangedPath(ZkPath path, long noticedNanos) {}

  /** Up to {@code most} changed paths, oldest first; waits a little for the first. */
  List<ChangedPath> take(int most, Duration wait) throws InterruptedException;

  /**
   * Whether changes may have been missed since the last call: then only a comparison of the stores
   * shows which. Begins again, so that nothing that changes from now on is missed.
   */
  boolean takeGap();

  /** Something may have been missed: the next {@link #takeGap} reports it. */
  void markGap();

  /** How many changes are waiting. */
  long waiting();

  /**
   * Makes sure that every change that ZooKeeper had committed before the call is in the feed, or
   * that a gap is reported.
   */
  void catchUp();

  @Override
  void close();
}
