package io.metamigrate.migrator.follow;

import java.time.Duration;

/**
 * Receives the events of a follower; every method has an empty default. Called from the driver's
 * thread.
 */
public interface FollowListener {
  /** Ignores this event. */
  FollowListener SILENT = new FollowListener() {};

  /** A comparison of everything is due; the tree is about to be listed. */
  default void listing() {}

  /** ZooKeeper has listed some more of the tree. */
  default void listed() {}

  /** A comparison of everything begins, of this many znodes. */
  default void comparing(long znodes) {}

  /** Some more nodes of it were compared, for the pace and what is due meanwhile. */
  default void comparedMore() {}

  /**
   * Some more nodes of it are as they should be: they were, or etcd has acknowledged the change.
   */
  default void processed(long nodes, long bytes) {}

  /** The comparison has finished. */
  default void compared() {}

  /**
   * Changes were applied.
   *
   * @param lag from the moment the oldest of them was noticed
   * @param waiting changes that wait now
   */
  default void applied(Duration lag, long changes, long waiting) {}

  /** ZooKeeper answered a read of changed paths after this time. */
  default void zookeeperAnswered(Duration latency) {}
}
