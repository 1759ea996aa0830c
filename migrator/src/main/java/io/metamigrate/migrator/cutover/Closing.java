package io.metamigrate.migrator.cutover;

import io.metamigrate.migrator.cutover.CutoverState.FenceState;
import io.metamigrate.migrator.cutover.Window.Ending;
import io.metamigrate.migrator.cutover.fence.Connections;
import io.metamigrate.migrator.cutover.fence.Fence;
import io.metamigrate.migrator.cutover.fence.LateWrite;
import io.metamigrate.migrator.cutover.fence.Registrations;
import io.metamigrate.migrator.phase.Phase;
import io.metamigrate.migrator.restart.Outcome;
import io.metamigrate.verifier.store.Ensemble;
import io.metamigrate.verifier.store.ZkPath;
import io.metamigrate.verifier.store.ZooKeeperConnection;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What must be so before a move ends, and what goes with its end. */
final class Closing {
  private final Tools tools;

  Closing(Tools tools) {
    this.tools = tools;
  }

  /** Everything as it has to be before the end, or a blocker that names each fault. */
  List<String> ready(Ending ending) {
    List<String> faults = new ArrayList<>();
    List<String> notes = new ArrayList<>();
    tools.journal().state().forward().stream()
        .filter(record -> !record.isDone())
        .forEach(record -> faults.add("step " + record.id() + " is not done"));
    new LateScan(tools).run();
    for (LateWrite late : tools.journal().state().lateWrites()) {
      (ending.acceptLateWrites() || isShared(late.ensemble()) ? notes : faults)
          .add("ZooKeeper was written to after the fence: " + late);
    }
    Registrations registrations = tools.registrations();
    registrations.cookies().stream()
        .filter(bookie -> !tools.lost().contains(bookie) && !isUnparked(bookie))
        .forEach(bookie -> faults.add("bookie " + bookie + " was never un-parked"));
    for (Ensemble ensemble : tools.stores().ensembles()) {
      boolean mayStay = ending.acceptConnections() || isShared(ensemble);
      connected(tools.stores().connection(ensemble)).ifPresent((mayStay ? notes : faults)::add);
    }
    if (faults.isEmpty() && !ending.liftFence() && onlyTheFenceIsGone()) {
      raiseAgain(faults, notes);
    }
    return looked(faults, notes);
  }

  private boolean onlyTheFenceIsGone() {
    List<String> seen =
        new LastLook(tools).beforeTheEnd(tools.journal().checkpoint().phase()).faults();
    return !seen.isEmpty() && seen.stream().allMatch(fault -> fault.startsWith(Fence.GONE));
  }

  /** The same for what an earlier process began: nodes and stores are looked at again. */
  List<String> again() {
    return looked(new ArrayList<>(), new ArrayList<>(List.of("an earlier process began this")));
  }

  private List<String> looked(List<String> faults, List<String> notes) {
    LookReport seen = new LastLook(tools).beforeTheEnd(tools.journal().checkpoint().phase());
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
            tools.stores().ensembles().stream().map(tools.stores()::connection).toList());
    if (others.isEmpty()) {
      return Optional.of(
          "a server of ZooKeeper at %s does not tell who is connected (it allows neither cons nor srvr, or is away): look there, then give --accept-connections"
              .formatted(connection.settings()));
    }
    return others
        .filter(found -> !found.isEmpty())
        .map(
            found ->
                "others are connected to ZooKeeper at %s: %s"
                    .formatted(connection.settings(), String.join(", ", found)));
  }

  /** Whoever shares a configuration store goes on using it. */
  private boolean isShared(Ensemble ensemble) {
    return ensemble == Ensemble.CONFIGURATION
        && SharedStore.isAccepted(tools.configuration().source(), tools.journal().checkpoint());
  }

  /** Restarted on etcd with the operator's own settings, and registered there since. */
  private boolean isUnparked(String bookie) {
    return tools
        .journal()
        .state()
        .forward(Deed.UNPARK_BOOKIE.label() + " " + bookie)
        .filter(StepRecord::isDone)
        .isPresent();
  }

  /** Answers what a look at the fence showed last. */
  String cleanUp(boolean liftFence) {
    if (liftFence) {
      liftFence();
    }
    String seen = liftFence ? lifted() : fenceSeen();
    tools.standing().leave();
    return seen;
  }

  /** By its access lists; one by hook is tried. */
  String fenceSeen() {
    FenceState state = tools.journal().state().fence();
    Fence fence = tools.standing().fence();
    if (!state.byHook()) {
      return fence.seen(state.saved().keySet());
    }
    return fence.prove(state.saved().keySet(), true) instanceof Outcome.Done done
        ? "the fence by hook stands: " + done.detail()
        : "the fence by hook was not proven again: see hooks.fence";
  }

  private String lifted() {
    List<ZkPath> still =
        tools
            .standing()
            .fence()
            .read(tools.journal().state().fence().saved().keySet())
            .entrySet()
            .stream()
            .filter(entry -> Fence.isFence(entry.getValue()))
            .map(Map.Entry::getKey)
            .toList();
    if (!still.isEmpty()) {
      throw Window.blocked(
          "FENCE_STANDS",
          "the fence still stands at " + still,
          "run `migrate finalize --confirm %s --lift-fence` again"
              .formatted(tools.journal().state().header().cluster()));
    }
    return "the fence on ZooKeeper is lifted";
  }

  /** A fence that is gone is raised again before the end, and that is noted. */
  private void raiseAgain(List<String> faults, List<String> notes) {
    FenceState state = tools.journal().state().fence();
    if (state.byHook()) {
      return;
    }
    Fence fence = tools.standing().fence();
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
    FenceState fence = tools.journal().state().fence();
    tools.standing().fence().lift(fence.saved());
    Hooks.Boundary here =
        new Hooks.Boundary(
            tools.journal().state().header().cluster(),
            Phase.FINALIZED.title(),
            "finalize",
            1,
            1,
            Optional.empty(),
            true);
    if (fence.byHook()
        && tools.hooks().run(Hooks.Moment.UNFENCE, here) instanceof Outcome.Failed failed) {
      throw Window.blocked("FENCE_STANDS", failed.cause(), "repair the hook, then finalize again");
    }
  }
}
