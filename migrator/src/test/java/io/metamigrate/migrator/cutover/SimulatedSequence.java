package io.metamigrate.migrator.cutover;

import io.metamigrate.migrator.cutover.CutoverState.MoveProgress;
import io.metamigrate.migrator.cutover.StepRunner.RunEnd;
import io.metamigrate.migrator.cutover.world.Server;
import io.metamigrate.migrator.cutover.world.SimulatedSettings;
import io.metamigrate.migrator.cutover.world.World;
import io.metamigrate.migrator.phase.Phase;
import io.metamigrate.migrator.restart.Component;
import io.metamigrate.migrator.restart.Node;
import io.metamigrate.verifier.store.Revision;
import io.metamigrate.verifier.store.Store;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** A run of steps in a world, by the runner of the program. */
final class SimulatedSequence implements StepSequence {
  static final String FINAL_CHECK = "final-check";

  private final SimulatedContext here;
  private final SimulatedSteps actions;
  private final Variation variation;
  private final Journal journal;

  SimulatedSequence(SimulatedContext here, SimulatedSteps actions, Variation variation) {
    this.here = here;
    this.actions = actions;
    this.variation = variation;
    this.journal = here.journal();
  }

  @Override
  public RunEnd runSteps(List<Step> steps, TimeLimit limit, Runnable prepare) {
    actions.begin(
        journal.state().current().stream()
            .filter(record -> record.state() == StepRecord.StepState.STALE)
            .map(StepRecord::id)
            .collect(Collectors.toSet()));
    return new StepRunner(
            journal,
            actions,
            Hooks.none(),
            StepListener.SILENT,
            limit,
            () -> new SimulatedWatch(limit),
            List.of(),
            content -> "kept")
        .run(steps, prepare);
  }

  /** Looks once, when the step has ended; an outage is seen as soon as its time is asked. */
  private final class SimulatedWatch implements OutageWatch {
    private final TimeLimit limit;

    private SimulatedWatch(TimeLimit limit) {
      this.limit = limit;
    }

    @Override
    public Optional<String> end() {
      CutoverState state = journal.state();
      World world = here.world();
      boolean stopping =
          state.progress() == MoveProgress.FORWARD
              && !state.isCommitted()
              && state.hasBegun(StepKind.STOP_BROKERS)
              && state.outageSince().isEmpty();
      if (stopping && world.zookeeper.up && world.zookeeper.brokers.isEmpty()) {
        journal.change(now -> now.outageFrom(journal.now()));
      }
      return limit.exceeded(journal);
    }
  }

  @Override
  public void reverseDirection() {
    here.stopFollowing();
    here.process().watching = false;
    here.stopBridge();
    if (here.isWithoutEtcd()) {
      return;
    }
    if (here.ask(() -> here.world().copied != null, Store.ZOOKEEPER)) {
      here.claim();
    }
    CutoverState state = journal.state();
    if (state.progress() == MoveProgress.BACK_BEFORE_NO_RETURN
        && state.hasBegun(StepKind.START_BRIDGE)
        && !state.record(StepKind.REMOVE_MIRRORS.label()).isDone()) {
      here.claim();
      here.startBridge();
    }
  }

  @Override
  public void revertFirstStart() {
    actions.revertFirstStart();
  }

  @Override
  public void forgetOldOutage() {
    CutoverState state = journal.state();
    if (!state.isCommitted()
        && state.outageSince().isPresent()
        && !here.isWithoutZooKeeper()
        && here.ask(() -> !here.world().zookeeper.brokers.isEmpty(), Store.ZOOKEEPER)) {
      journal.change(CutoverState::outageOver);
    }
  }

  @Override
  public WindowResult servingOnEtcd() {
    here.process().enter(FINAL_CHECK);
    if (!here.process().watching && !here.isWithoutZooKeeper()) {
      here.recordLateWrites();
    }
    return ended(
        variation.finalCheck(
            () -> {
              CheckReport.CheckCollector seen = new CheckReport.CheckCollector();
              serving(seen);
              fence(seen);
              return seen.report();
            }));
  }

  /** {@link FinalCheck#beforeTheEnd}. */
  CheckReport beforeTheEnd() {
    return variation.finalCheck(this::end);
  }

  private CheckReport end() {
    CheckReport.CheckCollector seen = new CheckReport.CheckCollector();
    serving(seen);
    if (journal.checkpoint().phase() != Phase.FINALIZED) {
      fence(seen);
    }
    return seen.report();
  }

  private void serving(CheckReport.CheckCollector seen) {
    variation.identify(here::confirmStores);
    nodes(Store.ETCD, seen);
    journal.confirm();
  }

  @Override
  public CheckReport checkZooKeeper() {
    here.process().enter(FINAL_CHECK);
    return variation.finalCheck(this::onZooKeeper);
  }

  private CheckReport onZooKeeper() {
    variation.identify(here::confirmStores);
    CheckReport.CheckCollector seen = new CheckReport.CheckCollector();
    nodes(Store.ZOOKEEPER, seen);
    if (here.ask(() -> here.world().zookeeper.fenced, Store.ZOOKEEPER)) {
      seen.fault("the fence is still in ZooKeeper; restore its access list");
    }
    if (journal.state().replicationDisabled()
        && here.ask(() -> here.world().zookeeper.replicationDisabled, Store.ZOOKEEPER)) {
      seen.fault("AutoRecovery is still disabled in ZooKeeper; delete that znode");
    }
    journal.confirm();
    return seen.report();
  }

  /** Where each is, whether it collects garbage, and what must exist. */
  private void nodes(Store side, CheckReport.CheckCollector seen) {
    for (String id : here.knownBookies()) {
      Node bookie = new Node(Component.BOOKIE, id);
      boolean there =
          here.ask(() -> here.world().store(side.other()).bookies.containsKey(id), side.other());
      if (there) {
        seen.fault("%s still is on %s".formatted(bookie, side.other().title()));
      }
      Server server = here.world().servers.get(bookie);
      if (server == null || !here.isUp(bookie, side)) {
        seen.fault("%s is down; start it on %s".formatted(bookie, side.title()));
      } else if (isSuspended(bookie)) {
        seen.fault("%s runs with garbage collection suspended; restart it".formatted(bookie));
      }
    }
    here.process()
        .ask(
            () -> {
              here.world()
                  .store(side.other())
                  .brokers
                  .forEach(
                      id ->
                          seen.fault(
                              "broker %s is registered on %s; stop it"
                                  .formatted(id, side.other().title())));
              return true;
            },
            side.other());
    here.brokers().stream()
        .filter(broker -> !here.isUp(broker, side))
        .forEach(
            broker -> seen.fault("%s is down; start it on %s".formatted(broker, side.title())));
    configured(side, seen);
    here.namedAndMissing(side)
        .ifPresent(
            ledger ->
                seen.fault(
                    "%s does not list ledger %d; put it back".formatted(side.title(), ledger)));
    journal.state().mirrors().forEach(path -> seen.fault("the mirror %s is left".formatted(path)));
  }

  /** What each node starts with next, and whether the other metadata writers run. */
  private void configured(Store side, CheckReport.CheckCollector seen) {
    for (Node node : here.file()) {
      if (!here.process().ask(() -> here.server(node).configured.store() == side)) {
        seen.fault("%s is configured for %s".formatted(node, side.other().title()));
      }
    }
    here.nodes(Component.AUTORECOVERY).stream()
        .filter(node -> !here.process().ask(() -> here.server(node).isAlive()))
        .forEach(node -> seen.fault("%s is down; start it on %s".formatted(node, side.title())));
  }

  private boolean isSuspended(Node bookie) {
    return here.process()
        .ask(
            () -> {
              SimulatedSettings running = here.running(bookie);
              return running != null && !running.collectsGarbage();
            });
  }

  private void fence(CheckReport.CheckCollector seen) {
    if (!here.isWithoutZooKeeper()
        && !journal.state().fence().byHook()
        && !here.ask(() -> here.world().zookeeper.fenced, Store.ZOOKEEPER)) {
      seen.fault("the fence is gone in ZooKeeper; `migrate finalize` raises it again");
    }
  }

  @Override
  public WindowResult ended(CheckReport seen) {
    if (seen.isClean()) {
      if (journal.checkpoint().phase() != Phase.STOPPED
          && journal.checkpoint().stopped().isPresent()) {
        journal.checkpoint(c -> c.to(c.phase(), journal.now()));
      }
      return WindowResult.complete(journal, seen.remarks());
    }
    journal.checkpoint(
        c ->
            c.blockedBy(
                String.join("; ", seen.faults()),
                OperatorGuidance.nextAfterFinalCheck(journal.state(), journal.mayServeOnEtcd()),
                journal.now()));
    return WindowResult.withFaults(journal, seen);
  }

  @Override
  public Revision copiedUntil() {
    return new Revision(here.world().etcd.log.size());
  }

  @Override
  public void close() {
    // A process that ends keeps nothing running.
  }
}
