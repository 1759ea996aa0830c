package io.metamigrate.migrator.switchover.step;

import io.metamigrate.migrator.switchover.engine.ActionContext;
import io.metamigrate.migrator.switchover.engine.StepException;
import io.metamigrate.migrator.switchover.engine.StepHooks.HookPoint;
import io.metamigrate.migrator.switchover.engine.StepRecord;
import io.metamigrate.migrator.switchover.side.Fence;

/**
 * The fence on ZooKeeper: by access lists and, if these keep nobody out ({@code skipACL=yes}), by
 * the operator's hook as well. The intent to run the hook is recorded before it runs, and whatever
 * lifts the fence follows the intent.
 */
final class SourceFence {
  private final SwitchoverContext context;
  private final Fence fence;

  SourceFence(SwitchoverContext context) {
    this.context = context;
    this.fence = context.zookeeper().fence();
  }

  /** Whether the last forward move may have run the operator's hook. */
  boolean isByHook() {
    return context
        .journal()
        .document()
        .lastForward()
        .flatMap(move -> move.step(FenceSource.ID))
        .map(StepRecord::intents)
        .filter(intents -> intents.contains(HookPoint.FENCE.intent()))
        .isPresent();
  }

  boolean isIntact() {
    return isByHook() ? fence.isEffective() : fence.isIntact();
  }

  boolean isAbsent() {
    return fence.isAbsent() && !(isByHook() && fence.isEffective());
  }

  /** Raises it, with the hook only if that was run before. */
  void raise(ActionContext action) {
    fence.raise(action.permit("raise the fence"));
    if (isByHook()) {
      runHook(action, HookPoint.FENCE);
    }
  }

  /** Raises it for the first time: the hook is run if the access lists keep nobody out. */
  void raiseFirst(ActionContext action) {
    fence.raise(action.permit("raise the fence"));
    boolean hooked = context.controls().hooks().has(HookPoint.FENCE);
    if (isByHook() || (hooked && !fence.isIntact())) {
      requireHook(HookPoint.UNFENCE);
      runHook(action, HookPoint.FENCE);
    }
  }

  void lift(ActionContext action, String saved) {
    if (isByHook()) {
      runHook(action, HookPoint.UNFENCE);
    }
    fence.lift(action.permit("lift the fence"), saved);
  }

  private void runHook(ActionContext action, HookPoint moment) {
    requireHook(moment);
    action.hook(moment);
  }

  private void requireHook(HookPoint moment) {
    if (!context.controls().hooks().has(moment)) {
      throw new StepException(
          "hooks.%s is not configured, but the fence of this move needs it; configure it, then run the same command again"
              .formatted(moment.label()));
    }
  }
}
