package io.metamigrate.migrator.cutover;

import io.metamigrate.migrator.cutover.CutoverState.CommitProof;
import io.metamigrate.migrator.cutover.CutoverState.FenceState;
import io.metamigrate.migrator.cutover.WrittenWhileLifted.WrittenOnBoth;
import io.metamigrate.migrator.cutover.fence.SavedAcl;
import io.metamigrate.migrator.cutover.world.ToolProcess;
import io.metamigrate.migrator.cutover.world.World;
import io.metamigrate.migrator.phase.Direction;
import io.metamigrate.migrator.phase.Phase;
import io.metamigrate.migrator.restart.Component;
import io.metamigrate.migrator.restart.Node;
import io.metamigrate.migrator.restart.StepOutcome;
import io.metamigrate.migrator.run.BlockedException;
import io.metamigrate.verifier.report.Digest;
import io.metamigrate.verifier.store.Ensemble;
import io.metamigrate.verifier.store.Revision;
import io.metamigrate.verifier.store.Store;
import io.metamigrate.verifier.store.StoreException;
import io.metamigrate.verifier.store.ZkPath;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Runs steps in a world. What each requires and proves is asked by its own definition; what it does
 * is here, in the order of its calls.
 */
final class SimulatedSteps implements StepActions {
  /** {@link CounterRaiser#SKIPPED}, for a small world. */
  private static final int SKIPPED = 5;

  static final ZkPath FENCED = new ZkPath("/loadbalance/brokers");

  private final SimulatedContext here;
  private final Variation variation;

  /** Steps that were done and have to be done again. */
  private Set<String> stale = Set.of();

  SimulatedSteps(SimulatedContext here, Variation variation) {
    this.here = here;
    this.variation = variation;
  }

  void begin(Set<String> staleSteps) {
    stale = Set.copyOf(staleSteps);
  }

  @Override
  public String perform(Step step, Deadline deadline) {
    here.process().enter(step.kind().label());
    variation.identify(here::confirmStores);
    here.copyMove("before a step");
    ask(step.kind().definition().requires(), step, deadline);
    boolean[] acted = {false};
    variation.act(
        step.kind(),
        () -> {
          act(step, deadline);
          acted[0] = true;
        });
    if (acted[0]) {
      ask(step.kind().definition().proof(), step, deadline);
    }
    here.copyMove("after a step");
    return "done";
  }

  private void ask(List<Condition> conditions, Step step, Deadline deadline) {
    for (Condition condition : conditions) {
      if (here.isWithoutZooKeeper() && condition.ofZooKeeper()) {
        continue;
      }
      here.await(condition.sentence(), deadline, () -> answer(condition, step));
    }
  }

  private StepOutcome answer(Condition condition, Step step) {
    return variation.answer(condition, () -> SimulatedConditions.ask(here, condition, step));
  }

  @Override
  public Optional<String> completedProof(Step step) {
    here.process().enter(step.kind().label());
    return stale.contains(step.id())
        ? variation.repeated(step.kind(), () -> seenDone(step))
        : seenDone(step);
  }

  private Optional<String> seenDone(Step step) {
    boolean done =
        switch (step.kind()) {
          case STOP_BROKERS_ON_ETCD -> here.noBrokerRuns().isDone();
          case MOVE_BOOKIE, SWITCH_BOOKIES ->
              answer(step.kind().definition().proof().get(0), step).isDone();
          case MOVE_BOOKIE_BACK ->
              here.startsInZooKeeper(StepDefinition.node(step))
                  && answer(step.kind().definition().proof().get(0), step).isDone();
          case SWITCH_BOOKIES_BACK ->
              here.bookies().stream().allMatch(here::startsInZooKeeper)
                  && answer(step.kind().definition().proof().get(0), step).isDone();
          default -> false;
        };
    return done ? Optional.of("it is so already") : Optional.empty();
  }

  @Override
  public void resume(Step step) {
    here.process().enter(step.kind().label());
    if (here.isWithoutZooKeeper() && step.kind() != StepKind.MOVE_BOOKIE) {
      return;
    }
    switch (step.kind()) {
      case CLAIM_ZOOKEEPER -> here.claim();
      case START_BRIDGE -> {
        if (!isDone(StepKind.END_BRIDGE)) {
          here.startBridge();
        }
      }
      case MOVE_BOOKIE -> {
        Node bookie = StepDefinition.node(step);
        StepOutcome up = here.isUpOnEtcd(bookie);
        if (up.isDone() || isDone(StepKind.START_FIRST_BROKER)) {
          return;
        }
        boolean runsElsewhere =
            !here.isUp(bookie, Store.ETCD)
                && here.process().ask(() -> here.server(bookie).isAlive());
        if (!runsElsewhere) {
          throw new StepFailedException(up.text());
        }
        act(step, new Deadline(step, this::checkInvariants));
      }
      case FENCE -> {
        if (!here.process().watching) {
          here.watch();
          here.recordLateWrites();
        }
      }
      default -> {
        // Nothing of it keeps running.
      }
    }
  }

  private boolean isDone(StepKind kind) {
    return here.state().forward(kind.label()).filter(StepRecord::isDone).isPresent();
  }

  @Override
  public void checkInvariants() {
    here.requireFenceIntact();
  }

  private void act(Step step, Deadline time) {
    World world = here.world();
    ToolProcess process = here.process();
    if (here.isWithoutZooKeeper() && actedWithoutZooKeeper(step, time)) {
      return;
    }
    switch (step.kind()) {
      case CHECK, OBSERVE -> {
        if (step.kind() == StepKind.OBSERVE) {
          observe(time);
        }
      }
      case CLAIM_ZOOKEEPER -> here.claim();
      case STOP_METADATA_WRITERS -> {
        disable(Store.ZOOKEEPER);
        stopMetadataWriters();
      }
      case STOP_METADATA_WRITERS_ON_ETCD -> {
        disable(Store.ETCD);
        stopMetadataWriters();
      }
      case START_BRIDGE -> here.startBridge();
      case MOVE_BOOKIE ->
          here.restart(
              List.of(StepDefinition.node(step)),
              Store.ETCD,
              false,
              process.mirroring,
              SimulatedSteps::nothing,
              time);
      case STOP_BROKERS -> {
        stopBrokers(
            time, () -> here.journal().change(state -> state.outageFrom(here.journal().now())));
      }
      case STOP_BROKERS_ON_ETCD -> stopBrokers(time, SimulatedSteps::nothing);
      case FENCE -> fence();
      case DRAIN -> drain();
      case VERIFY -> verify();
      case SWITCH_BOOKIES ->
          here.restart(here.bookies(), Store.ETCD, false, false, SimulatedSteps::nothing, time);
      case PASS_NO_RETURN -> commit(step, time);
      case START_FIRST_BROKER -> startFirst(step, time);
      case START_BROKERS -> startAll(here.brokers(), Store.ETCD, time);
      case END_BRIDGE, REMOVE_MIRRORS -> {
        here.stopBridge();
        here.removeMirrors();
      }
      case ENABLE_GARBAGE_COLLECTION ->
          here.restart(
              List.of(StepDefinition.node(step)),
              Store.ETCD,
              true,
              false,
              SimulatedSteps::nothing,
              time);
      case SUSPEND_GARBAGE_COLLECTION ->
          here.restart(
              List.of(StepDefinition.node(step)),
              Store.ETCD,
              false,
              false,
              SimulatedSteps::nothing,
              time);
      case START_METADATA_WRITERS_ON_ETCD -> startMetadataWriters(Store.ETCD);
      case START_METADATA_WRITERS -> startMetadataWriters(Store.ZOOKEEPER);
      case RESUME_SOURCE_DIRECTION ->
          here.journal()
              .changeDirection(
                  Direction.ZK_TO_ETCD, c -> c.to(Phase.ROLLING_BACK, here.journal().now()));
      case REVERSE_DIRECTION ->
          here.journal()
              .changeDirection(
                  Direction.ETCD_TO_ZK, c -> c.to(Phase.ROLLING_BACK, here.journal().now()));
      case LIFT_FENCE -> liftFence();
      case START_BROKERS_ON_ZOOKEEPER -> startOnZooKeeper(step, time);
      case MOVE_BOOKIE_BACK -> moveBack(StepDefinition.node(step), time);
      case SWITCH_BOOKIES_BACK -> {
        if (here.isWithoutEtcd()) {
          toZooKeeper(here.bookies(), time);
          return;
        }
        List<Node> missing =
            here.bookies().stream()
                .filter(
                    bookie ->
                        !here.isUp(bookie, Store.ZOOKEEPER) || !here.startsInZooKeeper(bookie))
                .toList();
        if (here.ask(() -> here.world().zookeeper.brokers.isEmpty(), Store.ZOOKEEPER)) {
          if (!missing.isEmpty()) {
            toZooKeeper(missing, time);
          }
        } else {
          missing.stream()
              .sorted(Comparator.comparing(bookie -> here.server(bookie).isAlive()))
              .forEach(bookie -> toZooKeeper(List.of(bookie), time));
        }
      }
      case COPY_BACK -> {
        variation.ask(
            "no late ledger is deleted",
            () -> here.await("late ledgers", time, here::noLateLedgerIsDeleted));
        if (here.state().fence().lifted().isPresent()) {
          here.requireNothingWrittenWhileLifted();
        }
        here.copyUntilEqual();
      }
      case RAISE_IDS -> here.raiseCounter(Store.ZOOKEEPER);
      case VERIFY_BACK -> {
        here.requireEqual();
        here.verifiedBack();
        world.comparedBackAt = world.calls;
      }
      case RELEASE_ZOOKEEPER -> {
        if (here.isWithoutEtcd()) {
          requireCleanFinalCheck();
          process.enter(step.kind().label());
        }
        here.release();
      }
    }
  }

  /** False if it does the same without ZooKeeper. */
  private boolean actedWithoutZooKeeper(Step step, Deadline time) {
    switch (step.kind()) {
      case PASS_NO_RETURN -> {
        return true;
      }
      case FENCE -> {
        here.write(Store.ETCD, () -> here.world().etcd.next += SKIPPED);
        return true;
      }
      case END_BRIDGE -> {
        here.journal().change(state -> state.withMirrors(new TreeSet<>()));
        return true;
      }
      case START_FIRST_BROKER -> {
        startFirstWithoutZooKeeper(step, time);
        return true;
      }
      case SWITCH_BOOKIES,
          MOVE_BOOKIE,
          START_BROKERS,
          ENABLE_GARBAGE_COLLECTION,
          START_METADATA_WRITERS_ON_ETCD,
          OBSERVE -> {
        return false;
      }
      default ->
          throw new StepFailedException(
              "step %s needs ZooKeeper, which is declared gone".formatted(step.id()));
    }
  }

  private void startFirstWithoutZooKeeper(Step step, Deadline time) {
    FirstStart start = here.firstStart(Store.ETCD);
    if (start.mayBeIssued()) {
      startFirst(time, SimulatedSteps::nothing);
      return;
    }
    startFirst(
        time,
        () -> {
          variation.again(
              () -> {
                ask(CommitStep.nodesAndFence(), step, time);
                here.namedAndMissing(Store.ETCD)
                    .ifPresent(
                        ledger -> {
                          throw new StepFailedException(
                              "etcd does not list ledger %d; put it back".formatted(ledger));
                        });
                here.journal().confirm();
              });
          start.issue();
        });
  }

  /** The copy of the move goes with the release, so the final check comes first. */
  private void requireCleanFinalCheck() {
    CheckReport seen = new SimulatedSequence(here, this, variation).checkZooKeeper();
    if (!seen.isClean()) {
      throw new StepFailedException(String.join("; ", seen.faults()));
    }
  }

  /** Nothing is asked between a stop and a start. */
  private static void nothing() {
    // Nothing.
  }

  // --- metadata writers

  private void disable(Store side) {
    if (!here.ask(() -> here.world().store(side).replicationDisabled, side)) {
      own(true);
      here.write(side, () -> here.world().store(side).replicationDisabled = true);
    }
  }

  private void enable(Store side) {
    if (here.state().replicationDisabled()) {
      here.write(side, () -> here.world().store(side).replicationDisabled = false);
      own(false);
    }
  }

  private void own(boolean disabled) {
    here.journal().change(state -> state.disablingReplication(disabled));
    here.copyMove("with the flag of AutoRecovery");
  }

  private void stopMetadataWriters() {
    here.nodes(Component.AUTORECOVERY).forEach(here::stop);
    here.hookFunctions(false);
  }

  private void startMetadataWriters(Store side) {
    enable(side);
    List<Node> nodes = here.nodes(Component.AUTORECOVERY);
    nodes.forEach(node -> here.configure(node, side, true));
    nodes.forEach(here::stop);
    nodes.forEach(here::start);
    here.hookFunctions(true);
  }

  // --- brokers

  private void stopBrokers(Deadline time, Runnable stopped) {
    here.brokers().forEach(here::stop);
    stopped.run();
    here.await("end of the brokers", time, here::noBrokerRuns);
  }

  private void startAll(List<Node> brokers, Store side, Deadline time) {
    here.startBrokers(brokers, brokers, side, time, () -> {});
  }

  private void startFirst(Step step, Deadline time) {
    FirstStart start = here.firstStart(Store.ETCD);
    if (start.mayBeIssued()) {
      ask(List.of(Conditions.ledgersAreListedOn(Store.ETCD)), step, time);
      here.passEpoch(Store.ETCD);
      startFirst(time, SimulatedSteps::nothing);
      return;
    }
    if (!here.hasCommitted()) {
      variation.again(() -> requireAll(step, time));
    }
    startFirst(
        time,
        () -> {
          variation.again(() -> requireAll(step, time));
          start.issue();
          here.copyMove("once the first start is issued");
        });
  }

  /** On etcd. */
  private void startFirst(Deadline time, Runnable before) {
    List<Node> first = here.brokers().subList(0, 1);
    here.startBrokers(first, first, Store.ETCD, time, before);
  }

  private void requireAll(Step step, Deadline time) {
    ask(CommitStep.nodesAndFence(), step, time);
    here.recordLateWrites();
    here.requireRestoredSinceVerification();
    here.journal().confirm();
  }

  private void startOnZooKeeper(Step step, Deadline time) {
    try {
      tryToStartOnZooKeeper(step, time);
    } catch (StepFailedException | StoreException e) {
      if (!here.isWithoutEtcd()) {
        stopThoseOnEtcd(e);
      }
      throw e;
    }
  }

  private void stopThoseOnEtcd(RuntimeException failure) {
    try {
      here.brokers().stream()
          .filter(broker -> here.ask(() -> here.isRegistered(broker, Store.ETCD), Store.ETCD))
          .forEach(here::stop);
    } catch (StepFailedException | StoreException e) {
      failure.addSuppressed(e);
    }
  }

  private void tryToStartOnZooKeeper(Step step, Deadline time) {
    if (here.isWithoutEtcd()) {
      here.moveBackBookiesThatAreDown(time);
    }
    FirstStart commit = here.firstStart(Store.ZOOKEEPER);
    boolean first = here.isReverse() && !commit.mayBeIssued();
    if (first) {
      here.requireRollbackConditions(time);
    }
    List<Node> all = here.brokers();
    try {
      here.startBrokers(
          all.subList(0, 1),
          all,
          Store.ZOOKEEPER,
          time,
          () -> {
            variation.identify(here::confirmStores);
            ask(List.of(Conditions.noBrokerIsOnEtcd()), step, time);
            if (first) {
              here.requireRollbackConditions(time);
              here.markReturn();
              commit.issue(this::passAuthority);
            } else {
              passAuthority();
              if (here.isReverse()) {
                commit.issue();
              }
            }
            if (!here.isWithoutEtcd()) {
              ask(List.of(Conditions.noBrokerIsOnEtcd()), step, time);
            }
          });
    } catch (StepFailedException | StoreException e) {
      if (first) {
        revertAfter(e);
      }
      throw e;
    }
    if (all.size() > 1) {
      startAll(all.subList(1, all.size()), Store.ZOOKEEPER, time);
    }
  }

  private void revertAfter(RuntimeException failure) {
    try {
      revertFirstStart();
    } catch (StepFailedException | StoreException | BlockedException e) {
      failure.addSuppressed(e);
    }
  }

  /** {@link FirstStartRevert}. */
  void revertFirstStart() {
    FirstStart commit = here.firstStart(Store.ZOOKEEPER);
    boolean mayHaveFailed =
        here.isReverse()
            && commit.mayBeIssued()
            && !here.state().record(StepKind.START_BROKERS_ON_ZOOKEEPER.label()).isDone()
            && here.ask(() -> here.world().zookeeper.brokers.isEmpty(), Store.ZOOKEEPER);
    Optional<Long> issuedAt = mayHaveFailed ? here.returnMark() : Optional.empty();
    if (issuedAt.isEmpty()) {
      return;
    }
    Set<String> onEtcd =
        here.process().ask(() -> Set.copyOf(here.world().etcd.brokers), Store.ETCD);
    if (onEtcd.isEmpty() && !here.isForeignOnEtcd(issuedAt.get())) {
      return;
    }
    WrittenOnBoth written = here.writtenOnBoth(issuedAt.get());
    if (onEtcd.isEmpty() && written.etcd().isEmpty()) {
      here.raiseCounter(Store.ZOOKEEPER);
      return;
    }
    here.confirmStores();
    if (written.zookeeper().isEmpty()) {
      here.passEpoch(Store.ETCD);
      commit.reset();
      here.journal().everythingOnZooKeeper(false);
      here.journal().change(now -> ResumeRules.markStale(now, ResumeRules.repeated(now, false)));
      here.copyMove("once the first start is reverted");
    }
    here.brokers().stream().filter(broker -> onEtcd.contains(broker.id())).forEach(here::stop);
    if (!written.zookeeper().isEmpty()) {
      throw FirstStartRevert.bothWritten("c1", written, onEtcd);
    }
  }

  private void passAuthority() {
    if (here.isWithoutEtcd()) {
      here.writeZooKeeper(() -> here.world().zookeeper.next += SKIPPED);
      return;
    }
    if (!here.isReverse()) {
      if (here.wasEtcdWritten()) {
        here.raiseCounter(Store.ZOOKEEPER);
      }
      here.skipIdsOnEtcd(SKIPPED);
    }
    if (here.isReverse() || here.isEpochPassedToEtcd()) {
      here.passEpoch(Store.ZOOKEEPER);
      here.copyMove("once the authority has passed back");
    }
  }

  // --- bookies

  private void moveBack(Node bookie, Deadline time) {
    for (Node other : here.bookies()) {
      if (!other.equals(bookie) && awaitsItsReturn(other) && !here.isUpSomewhere(other)) {
        toZooKeeper(List.of(other), time);
      }
    }
    toZooKeeper(List.of(bookie), time);
  }

  private boolean awaitsItsReturn(Node bookie) {
    String id = StepKind.MOVE_BOOKIE_BACK.label() + " " + bookie.id();
    return here.state().back().stream()
        .anyMatch(record -> record.id().equals(id) && !record.isDone());
  }

  private void toZooKeeper(List<Node> bookies, Deadline time) {
    if (here.isWithoutEtcd()) {
      here.toZooKeeperWithoutEtcd(bookies, time);
      return;
    }
    Runnable unchanged = SimulatedSteps::nothing;
    if (here.isReverse() && !here.firstStart(Store.ZOOKEEPER).mayBeIssued()) {
      unchanged = here::requireEtcdUnchanged;
    } else {
      variation.ask(
          "ZooKeeper lists the ledgers",
          () ->
              here.await(
                  "ledgers on ZooKeeper", time, () -> here.ledgersAreListedOn(Store.ZOOKEEPER)));
    }
    unchanged.run();
    here.restart(bookies, Store.ZOOKEEPER, true, false, unchanged, time);
  }

  // --- the commit

  private void fence() {
    CutoverState state = here.state();
    SortedMap<ZkPath, List<SavedAcl>> saved = new TreeMap<>(state.fence().saved());
    saved.putIfAbsent(FENCED, SavedAcl.OPEN);
    here.journal()
        .change(
            now ->
                now.withFence(
                    new FenceState(
                        saved,
                        now.fence().since(),
                        now.fence().marks(),
                        now.fence().byHook(),
                        now.fence().lifted())));
    here.copyMove("before the fence");
    here.raiseFence();
    boolean byHook = !here.isFenced();
    if (byHook) {
      here.journal().change(now -> now.withFence(now.fence().hooked()));
      here.copyMove("before the fence's hook");
      here.hookFence(true);
    }
    if (here.state().isCommitted()) {
      here.raiseIdsBeforeUndo();
      here.requireNothingWrittenWhileLifted();
    }
    here.writeZooKeeper(here::watch);
    here.journal()
        .change(
            now ->
                (now.isCommitted() ? now : now.withoutLateWrites())
                    .withFence(
                        new FenceState(
                            now.fence().saved(),
                            now.fence().since().or(() -> Optional.of(here.journal().now())),
                            Map.of(Ensemble.LOCAL, here.zxid()),
                            byHook || now.fence().byHook())));
  }

  private void liftFence() {
    FenceState fence = here.state().fence();
    if (fence.saved().containsKey(FENCED)) {
      here.writeZooKeeper(
          () -> {
            here.world().zookeeper.fenced = false;
            here.world().fenceChangedAt = here.world().calls;
          });
    }
    if (fence.byHook()) {
      here.hookFence(false);
    }
  }

  private void drain() {
    here.barrier();
    here.raiseCounter(Store.ETCD);
    here.journal()
        .checkpoint(
            c ->
                c.applied(
                    here.zxid().max(here.mark()),
                    here.checkedUntil(),
                    c.copied(),
                    c.total(),
                    here.journal().now()));
  }

  private void verify() {
    here.coveredByComparison();
    Revision revision = new Revision(here.world().etcd.log.size());
    here.requireEqual();
    if (!here.isCounterSafe(Store.ETCD)) {
      throw new StepFailedException("ids would be allocated twice");
    }
    here.refuseLateWrites();
    here.journal()
        .change(
            state ->
                state.withCommitProof(
                    Optional.of(
                        new CommitProof(
                            here.journal().holder(),
                            here.journal().now(),
                            here.zxid(),
                            revision,
                            1,
                            new Digest("same", "same", "same"),
                            1,
                            1))));
  }

  private void commit(Step step, Deadline time) {
    if (!here.hasNoGap() || !here.hasVerified()) {
      drain();
      verify();
    }
    here.stopFollowing();
    here.journal()
        .changeDirection(Direction.NONE, c -> c.to(Phase.SWITCHING_BROKERS, here.journal().now()));
    here.process().question();
    variation.again(
        () -> {
          ask(CommitStep.nodesAndFence(), step, time);
          here.requireUnchangedSinceVerification();
          here.refuseLateWrites();
        });
    here.journal().confirm();
    here.firstStart(Store.ETCD).reset();
    here.passEpoch(Store.ETCD);
    here.journal().change(state -> state.withCommit(here.journal().now()));
    here.committed();
  }

  private void observe(Deadline time) {
    here.await(
        "brokers",
        time,
        () -> here.all(here.brokers(), broker -> here.isHealthy(broker, Store.ETCD)));
    here.await("bookies", time, () -> here.all(here.bookies(), here::isUpOnEtcd));
    if (!here.isWithoutZooKeeper()) {
      here.recordLateWrites();
    }
  }
}
