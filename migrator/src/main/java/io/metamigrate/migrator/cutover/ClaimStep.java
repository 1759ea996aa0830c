package io.metamigrate.migrator.cutover;

import io.metamigrate.migrator.phase.Phase;
import io.metamigrate.migrator.restart.StepOutcome;
import java.util.List;
import java.util.Optional;

/** Makes this process the only one of the tool that may write to ZooKeeper. */
final class ClaimStep extends StepDefinition {
  ClaimStep() {
    super(
        Phase.FOLLOWING,
        "claim-zookeeper",
        new Texts(
            "Make this the only process that may write to ZooKeeper",
            "create /metamigrate and raise its version",
            "delete /metamigrate"));
  }

  @Override
  List<Condition> requires() {
    return List.of(
        Condition.of(
            "the lock on etcd is held",
            (here, step) -> {
              here.context().journal().confirm();
              return StepOutcome.done("it is");
            }));
  }

  @Override
  List<Condition> proof() {
    return List.of(
        Condition.ofZooKeeper(
            "the version of /metamigrate is this process's",
            (here, step) ->
                here.context().services().zookeeper().isCurrent()
                    ? StepOutcome.done("it is")
                    : StepOutcome.failed("another process has claimed ZooKeeper since")));
  }

  @Override
  String act(StepContext here, Step step, Deadline deadline) {
    here.context().services().zookeeper();
    return "/metamigrate has this holder's version";
  }

  @Override
  void resume(StepContext here, Step step) {
    CutoverContext context = here.context();
    context.stores().ensembles().forEach(context.services()::zookeeper);
  }

  @Override
  Optional<StepKind> undoneBy() {
    return Optional.of(StepKind.RELEASE_ZOOKEEPER);
  }
}
