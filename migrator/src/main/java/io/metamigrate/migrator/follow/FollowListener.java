package io.metamigrate.migrator.follow;

import java.time.Duration;

/** Told how the following goes. Called from the driver's thread. */
public interface FollowListener {
  /** A comparison of everything begins, of this many znodes. */
  void comparing(long znodes);

  /** Some more nodes of it were dealt with. */
  void dealtWith(long nodes, long bytes);

  /** The comparison is through. */
  void compared();

  /**
   * Changes were applied.
   *
   * @param lag from the moment the oldest of them was noticed
   * @param waiting changes that wait now
   */
  void applied(Duration lag, long changes, long waiting);

  /** ZooKeeper answered a read of changed paths after this time. */
  void zookeeperAnswered(Duration latency);
}
