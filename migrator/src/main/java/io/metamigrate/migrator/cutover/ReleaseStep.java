package io.metamigrate.migrator.cutover;

import io.metamigrate.migrator.phase.Phase;
import io.metamigrate.migrator.restart.StepOutcome;
import java.util.List;

/** Removes the daemon's own nodes from ZooKeeper, at the end of a rollback. */
final class ReleaseStep extends StepDefinition {
  ReleaseStep() {
    super(
        Phase.ROLLING_BACK,
        "release-zookeeper",
        Texts.ofRollback(
            "Remove the daemon's own nodes from ZooKeeper",
            "delete /metamigrate; leave the marker on etcd for the next run"));
  }

  @Override
  List<Condition> requires() {
    return List.of(Conditions.noMirrorIsLeft(), Conditions.toolDisablesNoAutoRecovery());
  }

  @Override
  List<Condition> proof() {
    return List.of(
        Condition.ofZooKeeper(
            "the copy of the move is gone from ZooKeeper",
            (here, step) ->
                here.context().registrations().znode(MoveBackup.PATH).isEmpty()
                    ? StepOutcome.done("it is")
                    : StepOutcome.notYet(MoveBackup.PATH + " is still there")));
  }

  @Override
  String act(StepContext here, Step step, Deadline deadline) {
    here.context().services().leave();
    return "/metamigrate is gone";
  }

  /** The copy of the move goes with it, so the final check comes first. */
  @Override
  String actWithoutEtcd(StepContext here, Step step, Deadline deadline) {
    CutoverContext context = here.context();
    CheckReport seen = new FinalCheck(context).onZooKeeper();
    if (!seen.isClean()) {
      throw new StepFailedException(String.join("; ", seen.faults()));
    }
    here.remarks().addAll(seen.remarks());
    return act(here, step, deadline);
  }
}
