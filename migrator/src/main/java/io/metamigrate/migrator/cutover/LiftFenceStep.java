package io.metamigrate.migrator.cutover;

import io.metamigrate.migrator.cutover.CutoverState.FenceState;
import io.metamigrate.migrator.cutover.CutoverState.MoveProgress;
import io.metamigrate.migrator.phase.Direction;
import io.metamigrate.migrator.phase.Phase;
import io.metamigrate.migrator.restart.StepOutcome;
import io.metamigrate.verifier.store.Store;
import java.util.List;
import java.util.Set;

/** Gives ZooKeeper its own access lists again. */
final class LiftFenceStep extends StepDefinition {
  LiftFenceStep() {
    super(
        Phase.ROLLING_BACK,
        "lift-fence",
        Texts.ofRollback("Lift the fence", "restore the saved access lists"));
  }

  @Override
  List<Condition> requires() {
    return List.of(zooKeeperMayBeOpened());
  }

  @Override
  List<Condition> proof() {
    return List.of(Conditions.fenceIsLifted());
  }

  @Override
  String act(StepContext here, Step step, Deadline deadline) {
    CutoverContext context = here.context();
    FenceState fence = context.journal().state().fence();
    context.services().fence().lift(fence.saved());
    if (fence.byHook()) {
      if (!context.hooks().has(Hooks.HookPoint.UNFENCE)) {
        throw new StepFailedException(
            "hooks.fence was run in this cutover, and hooks.unfence is not configured; configure"
                + " it, so that what it did is undone");
      }
      context.hook(Hooks.HookPoint.UNFENCE, step);
    }
    return fence.saved().size() + " access lists are as they were";
  }

  @Override
  String actWithoutEtcd(StepContext here, Step step, Deadline deadline) {
    return act(here, step, deadline);
  }

  /** After the point of no return, as long as no broker's start there was issued, it has it all. */
  private static Condition zooKeeperMayBeOpened() {
    return Condition.ofZooKeeper(
        "ZooKeeper is authoritative or has everything that etcd has",
        (here, step) -> {
          if (here.context().isReverse()) {
            if (!here.context().firstStart(Store.ZOOKEEPER).mayBeIssued()) {
              here.rollbackConditions().requireEtcdUnchanged();
            }
            return StepOutcome.done("it has");
          }
          return Conditions.directionIs(Direction.ZK_TO_ETCD).ask(here, step);
        });
  }

  @Override
  Set<MoveProgress> repeatedIn() {
    return Set.of(MoveProgress.BACK_BEFORE_NO_RETURN, MoveProgress.BACK_AFTER_NO_RETURN);
  }

  @Override
  Set<StepKind> reverts() {
    return Set.of(StepKind.FENCE);
  }
}
