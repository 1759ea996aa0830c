package io.metamigrate.migrator.cutover;

import io.metamigrate.migrator.phase.Phase;
import java.util.Optional;

/** Mirrors registrations on etcd to ZooKeeper, so that brokers there see bookies that moved. */
final class StartBridgeStep extends StepDefinition {
  StartBridgeStep() {
    super(
        Phase.ROLLING_BOOKIES,
        "start-bridge",
        new Texts(
            "Mirror registrations from etcd to ZooKeeper",
            "no bookie is on etcd",
            "keep a persistent znode for each leased key below /ledgers/available",
            "both stores are compared once",
            "remove the mirrors"));
  }

  @Override
  String act(StepContext here, Step step, Deadline deadline) {
    here.context().services().startBridge();
    return "registrations are mirrored";
  }

  @Override
  void resume(StepContext here, Step step) {
    if (!here.context().isDone(StepKind.END_BRIDGE)) {
      here.context().services().startBridge();
    }
  }

  @Override
  Optional<StepKind> undoneBy() {
    return Optional.of(StepKind.REMOVE_MIRRORS);
  }
}
