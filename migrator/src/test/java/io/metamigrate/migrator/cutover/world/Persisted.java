package io.metamigrate.migrator.cutover.world;

/** What the program keeps on etcd about the move. The world cannot read it, only copy it. */
public interface Persisted {
  /** Everything that decides what happens next, without times, texts and holders. */
  String canonical();

  /** Whether the program is about to remove what identifies ZooKeeper. */
  boolean isReleasing();

  /** Whether a broker's start on etcd may have been issued. */
  boolean mayServeOnEtcd();

  /** Whether etcd has everything, and a command can do without ZooKeeper. */
  boolean canDoWithoutZooKeeper();

  /** Whether ZooKeeper has everything again. */
  boolean isReturned(World world);

  /** Whether that etcd has less of the move. */
  boolean isAheadOf(StoreState etcd);
}
