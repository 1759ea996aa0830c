package io.metamigrate.migrator.cutover;

import io.metamigrate.migrator.phase.Phase;
import io.metamigrate.migrator.restart.StepOutcome;
import java.util.List;
import java.util.Optional;

/** Mirrors registrations on etcd to ZooKeeper, so that brokers there see bookies that moved. */
final class StartBridgeStep extends StepDefinition {
  StartBridgeStep() {
    super(
        Phase.ROLLING_BOOKIES,
        "start-bridge",
        new Texts(
            "Mirror registrations from etcd to ZooKeeper",
            "keep a persistent znode for each leased key below /ledgers/available",
            "remove the mirrors"));
  }

  @Override
  List<Condition> requires() {
    return List.of(Conditions.noOtherBookieIsOnEtcd());
  }

  @Override
  List<Condition> proof() {
    return List.of(
        Condition.of(
            "the bridge runs in this process and has compared both stores",
            (here, step) ->
                here.context().services().bridging()
                    ? StepOutcome.done("it runs")
                    : StepOutcome.failed("it does not run")));
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
