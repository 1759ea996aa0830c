package io.metamigrate.migrator.cutover;

import io.metamigrate.migrator.cutover.CutoverState.FenceState;
import io.metamigrate.migrator.cutover.Window.FinalizeOptions;
import io.metamigrate.migrator.cutover.fence.Connections;
import io.metamigrate.migrator.cutover.fence.Fence;
import io.metamigrate.migrator.cutover.fence.LateWrite;
import io.metamigrate.migrator.cutover.fence.Registrations;
import io.metamigrate.migrator.phase.Phase;
import io.metamigrate.migrator.restart.StepOutcome;
import io.metamigrate.verifier.store.Ensemble;
import io.metamigrate.verifier.store.Store;
import io.metamigrate.verifier.store.ZkPath;
import io.metamigrate.verifier.store.ZooKeeperConnection;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Checks that a move may end, and removes what it leaves on both stores. */
final class Finalization {
  private final CutoverContext context;

  Finalization(CutoverContext context) {
    this.context = context;
  }

  /**
   * Checks everything before the end, and returns notes; throws a blocker that names each fault.
   */
  List<String> ready(FinalizeOptions options) {
    List<String> faults = new ArrayList<>();
    List<String> notes = new ArrayList<>();
    context.journal().state().forward().stream()
        .filter(record -> !record.isDone())
        .forEach(record -> faults.add("step " + record.id() + " is not done"));
    boolean asked = context.stores().hasZooKeeper();
    if (asked) {
      new LateWriteScan(context).run();
    } else {
      notes.addAll(
          FinalCheck.NOT_CHECKED_WITHOUT_ZOOKEEPER.stream()
              .map(what -> "not checked: " + what)
              .toList());
      notes.add("left behind: /metamigrate in ZooKeeper, and who is connected there: it is gone");
    }
    for (LateWrite late : context.journal().state().lateWrites()) {
      (options.acceptLateWrites() || isShared(late.ensemble()) ? notes : faults)
          .add("ZooKeeper was written to after the fence: " + late);
    }
    Registrations registrations = context.registrations();
    NodeRegistry.cookies(registrations, asked ? Store.ZOOKEEPER : Store.ETCD).stream()
        .filter(bookie -> !context.lost().contains(bookie) && !collectsGarbage(bookie))
        .forEach(
            bookie ->
                faults.add("bookie " + bookie + " never had garbage collection enabled again"));
    for (Ensemble ensemble : asked ? context.stores().ensembles() : List.<Ensemble>of()) {
      boolean mayStay = options.acceptConnections() || isShared(ensemble);
      connected(context.stores().connection(ensemble)).ifPresent((mayStay ? notes : faults)::add);
    }
    if (asked && faults.isEmpty() && !options.liftFence() && onlyTheFenceIsGone()) {
      raiseAgain(faults, notes);
    }
    return requireNoFault(faults, notes);
  }

  private boolean onlyTheFenceIsGone() {
    List<String> seen =
        new FinalCheck(context).beforeTheEnd(context.journal().checkpoint().phase()).faults();
    return !seen.isEmpty() && seen.stream().allMatch(fault -> fault.startsWith(Fence.GONE));
  }

  /** The same for what an earlier process began: nodes and stores are checked again. */
  List<String> again() {
    return requireNoFault(
        new ArrayList<>(), new ArrayList<>(List.of("an earlier process began this")));
  }

  private List<String> requireNoFault(List<String> faults, List<String> notes) {
    CheckReport seen = new FinalCheck(context).beforeTheEnd(context.journal().checkpoint().phase());
    faults.addAll(seen.faults());
    notes.addAll(seen.remarks());
    if (!faults.isEmpty()) {
      throw Window.blocked(
          "NOT_READY", String.join("; ", faults), "repair that, then finalize again");
    }
    return notes;
  }

  private Optional<String> connected(ZooKeeperConnection connection) {
    Optional<List<String>> others =
        Connections.others(
            connection,
            context.stores().ensembles().stream().map(context.stores()::connection).toList());
    if (others.isEmpty()) {
      return Optional.of(
          "a server of ZooKeeper at %s does not report who is connected (it allows neither cons nor srvr, or is down): check there, then add --accept-connections"
              .formatted(connection.settings()));
    }
    return others
        .filter(found -> !found.isEmpty())
        .map(
            found ->
                "others are connected to ZooKeeper at %s: %s"
                    .formatted(connection.settings(), String.join(", ", found)));
  }

  /** Whoever shares a configuration store keeps using it. */
  private boolean isShared(Ensemble ensemble) {
    return ensemble == Ensemble.CONFIGURATION
        && SharedConfigurationStore.isAccepted(
            context.configuration().source(), context.journal().checkpoint());
  }

  /** Restarted on etcd with the operator's own settings, and registered there since. */
  private boolean collectsGarbage(String bookie) {
    return context
        .journal()
        .state()
        .forward(StepKind.ENABLE_GARBAGE_COLLECTION.label() + " " + bookie)
        .filter(StepRecord::isDone)
        .isPresent();
  }

  /** Removes what the move left; returns what the last check of the fence showed. */
  String cleanUp(boolean liftFence) {
    if (!context.stores().hasZooKeeper()) {
      return "the fence was not checked: ZooKeeper is gone";
    }
    if (liftFence) {
      liftFence();
    }
    String seen = liftFence ? lifted() : fenceSeen();
    context.stores().confirm();
    // One that was lost during a rollback and is back may count itself authoritative.
    new EpochKeeper(context).pass(Store.ETCD);
    context.services().leave();
    return seen;
  }

  /** By its access lists; one by hook is tried. */
  String fenceSeen() {
    FenceState state = context.journal().state().fence();
    Fence fence = context.services().fence();
    if (!state.byHook()) {
      return fence.seen(state.saved().keySet());
    }
    return fence.prove(state.saved().keySet(), true) instanceof StepOutcome.Done done
        ? "the fence by hook is in place: " + done.detail()
        : "the fence by hook was not proven again: see hooks.fence";
  }

  private String lifted() {
    List<ZkPath> still =
        context
            .services()
            .fence()
            .read(context.journal().state().fence().saved().keySet())
            .entrySet()
            .stream()
            .filter(entry -> Fence.isFence(entry.getValue()))
            .map(Map.Entry::getKey)
            .toList();
    if (!still.isEmpty()) {
      throw Window.blocked(
          "FENCE_STANDS",
          "the fence is still in place at " + still,
          "run `migrate finalize --confirm %s --lift-fence` again"
              .formatted(context.journal().state().header().cluster()));
    }
    return "the fence on ZooKeeper is lifted";
  }

  /** A fence that is gone is raised again before the end, and that is noted. */
  private void raiseAgain(List<String> faults, List<String> notes) {
    FenceState state = context.journal().state().fence();
    if (state.byHook()) {
      return;
    }
    Fence fence = context.services().fence();
    List<ZkPath> gaps = fence.gaps(state.saved().keySet());
    if (gaps.isEmpty()) {
      return;
    }
    fence
        .raise(gaps)
        .ifPresentOrElse(
            refused -> faults.add("the fence is gone at %s: %s".formatted(gaps, refused)),
            () -> notes.add("the fence was gone at %s and was raised again".formatted(gaps)));
  }

  private void liftFence() {
    FenceState fence = context.journal().state().fence();
    if (fence.byHook() && !context.hooks().has(Hooks.HookPoint.UNFENCE)) {
      throw Window.blocked(
          "FENCE_STANDS",
          "hooks.fence was run in this move, and hooks.unfence is not configured, so what it did"
              + " stays",
          "configure hooks.unfence, then finalize again with --lift-fence; or leave the fence in"
              + " place without that option");
    }
    context.services().fence().lift(fence.saved());
    Hooks.Boundary here =
        new Hooks.Boundary(
            context.journal().state().header().cluster(),
            Phase.FINALIZED.title(),
            "finalize",
            1,
            1,
            Optional.empty(),
            true);
    if (fence.byHook()
        && context.hooks().run(Hooks.HookPoint.UNFENCE, here)
            instanceof StepOutcome.Failed failed) {
      throw Window.blocked("FENCE_STANDS", failed.cause(), "repair the hook, then finalize again");
    }
  }
}
