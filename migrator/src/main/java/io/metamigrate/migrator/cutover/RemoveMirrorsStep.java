package io.metamigrate.migrator.cutover;

import io.metamigrate.migrator.cutover.CutoverState.MoveProgress;
import io.metamigrate.migrator.cutover.fence.RegistrationBridge;
import io.metamigrate.migrator.phase.Phase;
import java.util.Set;
import java.util.TreeSet;

/** Removes the mirrors of etcd's registrations from ZooKeeper, at the end of either direction. */
final class RemoveMirrorsStep extends StepDefinition {
  private RemoveMirrorsStep(Phase phase, String label, Texts texts) {
    super(phase, label, texts);
  }

  static RemoveMirrorsStep inCutover() {
    return new RemoveMirrorsStep(
        Phase.SWITCHING_BROKERS,
        "end-bridge",
        new Texts(
            "Remove the mirrors from ZooKeeper",
            "no broker is on ZooKeeper",
            "stop mirroring and delete the mirrors",
            "none is left",
            "a reverse migration"));
  }

  static RemoveMirrorsStep inRollback() {
    return new RemoveMirrorsStep(
        Phase.ROLLING_BACK,
        "remove-mirrors",
        Texts.ofRollback(
            "Remove the mirrors from ZooKeeper",
            "no broker on ZooKeeper needs them",
            "delete the listed znodes that no session owns",
            "none is left"));
  }

  @Override
  String act(StepContext here, Step step, Deadline deadline) {
    CutoverContext context = here.context();
    context.services().stopBridge();
    RegistrationBridge.removeAll(
        context.registrations(),
        context.services().zookeeper(),
        context.journal().state().mirrors(),
        mirrors -> context.journal().change(state -> state.withMirrors(mirrors)));
    if (!context.journal().state().mirrors().isEmpty()) {
      throw new StepFailedException(
          "mirrors are left in ZooKeeper: " + context.journal().state().mirrors());
    }
    return "no mirror is left in ZooKeeper";
  }

  /** They went with ZooKeeper. */
  @Override
  String actWithoutZooKeeper(StepContext here, Step step, Deadline deadline) {
    if (phase() == Phase.ROLLING_BACK) {
      return super.actWithoutZooKeeper(here, step, deadline);
    }
    here.context().journal().change(state -> state.withMirrors(new TreeSet<>()));
    return "the mirrors are gone with ZooKeeper";
  }

  @Override
  Set<MoveProgress> repeatedIn() {
    return phase() == Phase.ROLLING_BACK ? Set.of(MoveProgress.BACK_AFTER_NO_RETURN) : Set.of();
  }
}
