package io.metamigrate.migrator.cutover;

import io.metamigrate.migrator.follow.Barrier;
import java.util.Optional;
import java.util.OptionalLong;

/** Applies ZooKeeper's changes to etcd during the window, until the point of no return. */
interface Following extends AutoCloseable {
  /** Everything that ZooKeeper had committed at the call is applied when this returns. */
  Barrier barrier();

  /** The largest ledger id seen on ZooKeeper. */
  OptionalLong largestLedger();

  /** Why it ended by itself, if it did. */
  Optional<String> failure();

  /** Nothing is applied any more when this returns. */
  @Override
  void close();
}
