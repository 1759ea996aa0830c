package io.metamigrate.migrator.switchover.contract;

import io.metamigrate.migrator.switchover.Environment;
import io.metamigrate.migrator.switchover.node.Node;
import io.metamigrate.migrator.switchover.side.StoreKind;

/**
 * A cluster of at least two bookies and a broker that serve on ZooKeeper, with a copy of the
 * metadata on etcd.
 */
public interface Lab {
  /** A process that has the lock, and keeps it until {@link #takeOver}. */
  Environment environment();

  /** Another process takes the lock, as if the first one were frozen. */
  Environment takeOver();

  /** Somebody else creates a ledger in that store, named by a topic. */
  void createLedger(StoreKind store);

  Node bookie();

  Node broker();
}
