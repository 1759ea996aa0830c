package io.metamigrate.migrator.cutover;

import io.metamigrate.migrator.follow.Barrier;
import java.util.Optional;
import java.util.OptionalLong;

/** ZooKeeper's changes reach etcd while the window is open, until the point of no return. */
interface Following extends AutoCloseable {
  /** Everything that ZooKeeper had committed at the call is applied when this returns. */
  Barrier barrier();

  /** The largest ledger id seen on ZooKeeper. */
  OptionalLong largestLedger();

  /** Why it ended by itself. */
  Optional<String> failure();

  /** Nothing is applied any more when this returns. */
  @Override
  void close();
}
