package io.metamigrate.migrator.switchover;

import io.metamigrate.migrator.switchover.engine.OperatorControls;
import io.metamigrate.migrator.switchover.engine.Scheduler;
import io.metamigrate.migrator.switchover.node.NodeDriver;
import io.metamigrate.migrator.switchover.side.Copier;
import io.metamigrate.migrator.switchover.side.MetadataSide;
import io.metamigrate.migrator.switchover.state.MoveStore;
import java.time.InstantSource;
import java.util.function.Supplier;

/**
 * Everything outside the pure code, for one process that took the lock.
 *
 * @param nonces makes the identity of a document that begins
 */
public record Environment(
    Sides sides,
    NodeDriver driver,
    MoveStore store,
    OperatorControls controls,
    Scheduler scheduler,
    InstantSource clock,
    Supplier<String> nonces) {

  /** Both stores, and what copies from one to the other. */
  public record Sides(MetadataSide zookeeper, MetadataSide etcd, Copier copier) {}

  public MetadataSide zookeeper() {
    return sides.zookeeper();
  }

  public MetadataSide etcd() {
    return sides.etcd();
  }

  public Copier copier() {
    return sides.copier();
  }
}
