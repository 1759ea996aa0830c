package io.metamigrate.migrator.cutover;

import io.metamigrate.migrator.cutover.CutoverState.FenceState;
import io.metamigrate.migrator.cutover.CutoverState.MoveProgress;
import io.metamigrate.migrator.cutover.fence.Fence;
import io.metamigrate.migrator.phase.Phase;
import io.metamigrate.verifier.store.ZkPath;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Gives ZooKeeper its own access lists again. */
final class LiftFenceStep extends StepDefinition {
  LiftFenceStep() {
    super(
        Phase.ROLLING_BACK,
        "lift-fence",
        Texts.ofRollback(
            "Lift the fence",
            "ZooKeeper is authoritative",
            "restore the saved access lists",
            "they read as saved"));
  }

  @Override
  String act(StepContext here, Step step, Deadline deadline) {
    CutoverContext context = here.context();
    FenceState fence = context.journal().state().fence();
    context.services().fence().lift(fence.saved());
    if (fence.byHook()) {
      if (!context.hooks().has(Hooks.Moment.UNFENCE)) {
        throw new StepFailedException(
            "hooks.fence was run in this cutover, and hooks.unfence is not configured; configure"
                + " it, so that what it did is undone");
      }
      context.hook(Hooks.Moment.UNFENCE, step);
    }
    List<ZkPath> still =
        context.services().fence().read(fence.saved().keySet()).entrySet().stream()
            .filter(entry -> Fence.isFence(entry.getValue()))
            .map(Map.Entry::getKey)
            .toList();
    if (!still.isEmpty()) {
      throw new StepFailedException("the fence is still in place at " + still);
    }
    return fence.saved().size() + " access lists are as they were";
  }

  @Override
  Set<MoveProgress> repeatedIn() {
    return Set.of(MoveProgress.BACK_BEFORE_NO_RETURN, MoveProgress.BACK_AFTER_NO_RETURN);
  }

  @Override
  Set<StepKind> takesBack() {
    return Set.of(StepKind.FENCE);
  }
}
