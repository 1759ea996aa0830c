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
    MetadataSide zookeeper,
    MetadataSide etcd,
    Copier copier,
    NodeDriver driver,
    MoveStore store,
    OperatorControls controls,
    Scheduler scheduler,
    InstantSource clock,
    Supplier<String> nonces) {}
