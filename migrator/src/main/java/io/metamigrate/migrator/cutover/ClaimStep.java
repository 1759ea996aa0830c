package io.metamigrate.migrator.cutover;

import io.metamigrate.migrator.phase.Phase;
import java.util.Optional;

/** Makes this process the only one of the tool that may write to ZooKeeper. */
final class ClaimStep extends StepDefinition {
  ClaimStep() {
    super(
        Phase.FOLLOWING,
        "take-zookeeper",
        new Texts(
            "Make this the only process that may write to ZooKeeper",
            "the lock on etcd is held",
            "create /metamigrate and raise its version",
            "the version is this holder's",
            "delete /metamigrate"));
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
    return Optional.of(StepKind.LEAVE_ZOOKEEPER);
  }
}
