package io.metamigrate.migrator.cutover;

import io.metamigrate.migrator.cutover.CutoverState.FenceState;
import io.metamigrate.migrator.cutover.CutoverState.MoveProgress;
import io.metamigrate.migrator.cutover.fence.Fence;
import io.metamigrate.migrator.cutover.fence.FencePaths;
import io.metamigrate.migrator.cutover.fence.SavedAcl;
import io.metamigrate.migrator.phase.Phase;
import io.metamigrate.migrator.restart.StepOutcome;
import io.metamigrate.migrator.run.SeedWriter;
import io.metamigrate.verifier.store.Ensemble;
import io.metamigrate.verifier.store.ZkPath;
import io.metamigrate.verifier.store.Zxid;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Keeps other clients from writing to the paths of ZooKeeper that brokers write, and watches them
 * from then on.
 */
final class FenceStep extends StepDefinition {
  FenceStep() {
    super(
        Phase.FENCED,
        "fence",
        new Texts(
            "Fence ZooKeeper",
            "save the access lists, then allow everybody only read and admin; try to write from a"
                + " second session",
            "restore the access lists"));
  }

  @Override
  List<Condition> requires() {
    return List.of(Conditions.noBrokerRuns());
  }

  @Override
  List<Condition> proof() {
    return List.of(
        Conditions.fenceIsInPlace(),
        Condition.ofZooKeeper(
            "late writes are watched for from then on",
            (here, step) ->
                here.context().services().watching()
                    ? StepOutcome.done("they are")
                    : StepOutcome.failed("nothing watches ZooKeeper")));
  }

  @Override
  String act(StepContext here, Step step, Deadline deadline) {
    CutoverContext context = here.context();
    Fence fence = context.services().fence();
    List<ZkPath> paths = FencePaths.of(context.stores().znodes());
    save(context, paths, fence.read(paths));
    context.services().copyMove();
    Optional<String> refused = fence.raise(paths);
    StepOutcome proof =
        refused.map(StepOutcome::failed).orElseGet(() -> FenceWatch.proof(fence, paths, false));
    boolean byHook = proof instanceof StepOutcome.Failed;
    if (proof instanceof StepOutcome.Failed failed) {
      raiseByHook(context, step, failed);
    }
    String proven =
        deadline.until("proof of the fence", () -> FenceWatch.proof(fence, paths, byHook));
    // First, so that nothing is missed between the comparison of an undo and the watch.
    Map<Ensemble, Zxid> marks = here.fence().watchForLateWrites();
    if (context.journal().state().isCommitted()) {
      ReverseCopy copy = here.reverseCopy();
      new WrittenWhileLifted(context, copy).requireBeforeUndo();
      announceConflicts(context, copy.conflicts());
      OthersChanges.keep(
          context.journal(),
          Stream.concat(copy.ofOthers().stream(), copy.conflicts().stream()).toList());
    } else {
      OthersChanges.keep(context.journal(), List.of());
    }
    here.fence().begin(marks, byHook);
    return proven + "; watched from zxid " + here.fence().mark();
  }

  /** They keep nobody from an undo, which writes nothing of etcd's to ZooKeeper. */
  private static void announceConflicts(CutoverContext context, List<ZkPath> conflicts) {
    if (!conflicts.isEmpty()) {
      context
          .listener()
          .announce(
              "ALARM: %d nodes were changed on etcd, and by others in the configuration store, first %s. Brokers use what etcd has; nothing was written to that store. Make both equal before the next rollback"
                  .formatted(conflicts.size(), conflicts.get(0)));
    }
  }

  private static void raiseByHook(CutoverContext context, Step step, StepOutcome.Failed failed) {
    if (!context.hooks().has(Hooks.HookPoint.FENCE)) {
      throw new StepFailedException(
          failed.cause()
              + "; access lists do not keep anybody out here (skipACL=yes, or no admin right):"
              + " configure hooks.fence and hooks.unfence");
    }
    // Recorded before it runs: a rollback runs the hook that undoes it, even if it failed.
    context.journal().change(state -> state.withFence(state.fence().hooked()));
    context.services().copyMove();
    if (context.hooks().run(Hooks.HookPoint.FENCE, context.boundary(step))
        instanceof StepOutcome.Failed hook) {
      throw new StepFailedException(hook.cause());
    }
  }

  /** What was saved once is kept, and the fence is never saved as an original access list. */
  private static void save(
      CutoverContext context, List<ZkPath> paths, Map<ZkPath, List<SavedAcl>> found) {
    context
        .journal()
        .change(
            state -> {
              Map<ZkPath, List<SavedAcl>> saved = new TreeMap<>();
              paths.forEach(path -> saved.put(path, found.getOrDefault(path, SavedAcl.OPEN)));
              saved.replaceAll((path, acl) -> Fence.isFence(acl) ? SavedAcl.OPEN : acl);
              saved.putAll(state.fence().saved());
              return state.withFence(
                  new FenceState(
                      saved,
                      state.fence().since(),
                      state.fence().marks(),
                      state.fence().byHook(),
                      state.fence().lifted()));
            });
  }

  /** The rollback to undo lifted it, and no record shows which ids brokers allocated there. */
  @Override
  String actWithoutZooKeeper(StepContext here, Step step, Deadline deadline) {
    CutoverContext context = here.context();
    long next = SeedWriter.sequences(context.stores()).nextLedgerIdOnTarget();
    long unused = context.seeds().raise(OptionalLong.of(next + CounterRaiser.SKIPPED - 1));
    return "not raised again: ZooKeeper is gone; skipped at least %d ledger ids that brokers may have allocated there"
        .formatted(CounterRaiser.SKIPPED);
  }

  @Override
  void resume(StepContext here, Step step) {
    here.fence().restore();
  }

  @Override
  Optional<StepKind> undoneBy() {
    return Optional.of(StepKind.LIFT_FENCE);
  }

  @Override
  Set<MoveProgress> repeatedIn() {
    return Set.of(MoveProgress.FORWARD);
  }
}
