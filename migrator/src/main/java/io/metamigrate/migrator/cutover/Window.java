package io.metamigrate.migrator.cutover;

import io.metamigrate.migrator.config.BrokerConfig;
import io.metamigrate.migrator.config.Configuration;
import io.metamigrate.migrator.config.CutoverConfig.Strategy;
import io.metamigrate.migrator.cutover.CutoverState.Header;
import io.metamigrate.migrator.cutover.CutoverState.MoveProgress;
import io.metamigrate.migrator.cutover.fence.AccessLists;
import io.metamigrate.migrator.cutover.fence.FencePaths;
import io.metamigrate.migrator.cutover.fence.Registrations;
import io.metamigrate.migrator.phase.Checkpoint;
import io.metamigrate.migrator.phase.Direction;
import io.metamigrate.migrator.phase.Phase;
import io.metamigrate.migrator.replay.DaemonLock;
import io.metamigrate.migrator.replay.LostAuthorityException;
import io.metamigrate.migrator.replay.StateStore;
import io.metamigrate.migrator.restart.Component;
import io.metamigrate.migrator.restart.Node;
import io.metamigrate.migrator.restart.NodeState;
import io.metamigrate.migrator.run.BlockedException;
import io.metamigrate.migrator.run.DeclaredMove;
import io.metamigrate.migrator.run.Stores;
import io.metamigrate.verifier.store.ZkPath;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * The maintenance window: a cutover or a rollback, from wherever an earlier process stopped.
 *
 * <p>Each command takes the lock, compares the configuration with the move on etcd, and then runs
 * {@link MoveFlow}. For one thread and one command.
 */
public final class Window {

  private final Stores stores;
  private final Configuration file;
  private final WindowEnvironment environment;
  private final OperatorDecisions operator;
  private final StateStore states;
  private final NodeRegistry nodes;
  private Configuration configuration;
  private CutoverPlan plan;
  private Set<String> lost = Set.of();

  public Window(
      Stores stores,
      Configuration configuration,
      WindowEnvironment environment,
      OperatorDecisions operator) {
    this(stores, configuration, environment, operator, Set.of());
  }

  /**
   * A window for a cluster with bookies that are permanently lost.
   *
   * @param lost their ids
   */
  public Window(
      Stores stores,
      Configuration configuration,
      WindowEnvironment environment,
      OperatorDecisions operator,
      Set<String> lost) {
    this.stores = stores;
    this.file = configuration;
    this.configuration = configuration;
    this.environment = environment;
    this.operator = operator;
    this.states = new StateStore(stores.etcd());
    this.plan = new CutoverPlan(configuration.cutover());
    this.nodes =
        new NodeRegistry(
            states, Registrations.in(stores), environment.nodes().driver(), file, lost);
  }

  /**
   * Moves to etcd, or resumes where it stopped.
   *
   * @throws BlockedException when the state of the move does not allow it
   */
  public WindowResult cutover(Strategy strategy, Duration maxOutage) {
    return cutover(strategy, maxOutage, Optional.empty());
  }

  /**
   * The same with a latest time for the point of no return.
   *
   * @param noReturnAfter after it the cutover is rolled back automatically; recorded with the move,
   *     and fixed from then on
   * @throws BlockedException when the state of the move does not allow it
   */
  public WindowResult cutover(
      Strategy strategy, Duration maxOutage, Optional<Instant> noReturnAfter) {
    try (DaemonLock lock = WindowLock.take(stores, configuration, environment.holder())) {
      Journal journal = journal(lock, strategy);
      requireCommittedIfZooKeeperIsGone(journal);
      MoveFlow.requireCutoverPossible(journal);
      MoveFlow.forgetRollbackThatDidNotBegin(journal);
      if (!MoveFlow.isThrough(journal)) {
        requireComponentAddress(journal);
      }
      TimeLimit limit =
          new TimeLimit(maxOutage, new LastMoment(states).fix(journal, noReturnAfter));
      adoptNodes(journal, false);
      try (StepSequence sequence = sequence(journal)) {
        return flow(journal, sequence).cutover(limit);
      }
    }
  }

  private void requireComponentAddress(Journal journal) {
    ComponentAddress address = new ComponentAddress(states, file);
    address.require(stores, NodeRegistry.isBegun(journal.state()));
    address.record(journal);
    MovedRelease.record(journal, file);
  }

  /** Before the point of no return ZooKeeper is authoritative, so a cutover needs it. */
  private void requireCommittedIfZooKeeperIsGone(Journal journal) {
    if (!stores.hasZooKeeper() && !journal.state().isCommitted()) {
      throw blocked(
          "NOT_COMMITTED",
          "the point of no return is not passed, so ZooKeeper is authoritative, and a cutover"
              + " cannot do without it",
          "restore that ZooKeeper, then run the same command without --without-zookeeper");
    }
  }

  /**
   * Without ZooKeeper there are no registrations to read, so each broker and its probe are asked.
   */
  private void requireNoBrokerRuns() {
    if (stores.hasZooKeeper()) {
      return;
    }
    for (BrokerConfig broker : configuration.cutover().brokers()) {
      Node node = new Node(Component.BROKER, broker.id(), broker.node());
      boolean stopped =
          !environment.nodes().health().answers(broker)
              && environment.nodes().driver().probe(node, NodeState.STOPPED).isDone();
      if (!stopped && Registrations.in(stores).brokersOnEtcd().isEmpty()) {
        throw blocked(
            "SOURCE_SERVING",
            "%s answers, or the driver's probe does not show that it is stopped, and no broker is registered on etcd"
                .formatted(node),
            "stop it, then run the same command again");
      }
    }
  }

  /**
   * Rolls back to ZooKeeper, or resumes a rollback.
   *
   * @throws BlockedException if there is nothing to roll back
   */
  public WindowResult rollback() {
    try (DaemonLock lock = WindowLock.take(stores, configuration, environment.holder())) {
      requireDeclared(Optional.empty());
      if (states.get(Journal.DOCUMENT).isEmpty()) {
        throw isFinalized() ? nothingThere() : MoveFlow.nothingBegun();
      }
      Journal journal = journal(lock, configuration.cutover().strategy());
      MoveFlow.finishEnd(journal);
      if (journal.state().progress() == MoveProgress.ROLLED_BACK) {
        adoptLost();
      } else {
        if (!MoveFlow.isBegun(journal)) {
          throw MoveFlow.nothingBegun();
        }
        MoveFlow.requireRollbackPossible(journal);
        adoptNodes(journal, true);
        if (!journal.state().progress().isBack()) {
          MovedRelease.record(journal, file);
        }
      }
      try (StepSequence sequence = sequence(journal)) {
        return flow(journal, sequence).rollback();
      }
    }
  }

  /**
   * Undoes a rollback after the point of no return that has not started a broker on ZooKeeper:
   * brokers and bookies serve on etcd again.
   *
   * @throws BlockedException when there is no such rollback; nothing was changed then
   */
  public WindowResult undoRollback(Duration maxOutage) {
    try (DaemonLock lock = WindowLock.take(stores, configuration, environment.holder())) {
      Journal journal = journal(lock, configuration.cutover().strategy());
      MoveFlow.requireUndoPossible(journal, stores.hasZooKeeper());
      Registrations registrations = Registrations.in(stores);
      List<String> onZooKeeper = registrations.brokersOnZooKeeper();
      requireNoBrokerRuns();
      if (!onZooKeeper.isEmpty()) {
        throw blocked(
            "SOURCE_SERVING",
            "a broker is registered in ZooKeeper: "
                + BrokerRemoval.describe(onZooKeeper, registrations),
            "stop it, then run `migrate rollback --confirm %s --undo` again"
                .formatted(cluster(journal)));
      }
      requireComponentAddress(journal);
      adoptNodes(journal, false);
      try (StepSequence sequence = sequence(journal)) {
        return flow(journal, sequence).undoRollback(maxOutage);
      }
    }
  }

  /**
   * The options of a finalisation.
   *
   * @param record the file of the cutover record
   * @param liftFence whether ZooKeeper's access lists are restored, so that a broker that was left
   *     behind could start there
   * @param acceptConnections whether other clients may be connected to ZooKeeper
   * @param acceptLateWrites whether what was written to ZooKeeper after the fence may be lost
   */
  public record FinalizeOptions(
      Path record, boolean liftFence, boolean acceptConnections, boolean acceptLateWrites) {}

  /**
   * A move that has ended.
   *
   * @param fence what the last check of the fence showed, as a sentence
   */
  public record Finalized(CutoverRecord record, String fence) {}

  /**
   * Ends the move: it cannot be rolled back afterwards. Resumes after an earlier process was
   * killed, and keeps the cutover record that it wrote.
   *
   * @throws BlockedException if a check before the end finds a fault; nothing was changed then
   * @throws LostAuthorityException if another process has the lock
   */
  public Finalized end(FinalizeOptions options) {
    try (DaemonLock lock = WindowLock.take(stores, configuration, environment.holder())) {
      Journal journal = journal(lock, configuration.cutover().strategy());
      MoveFlow.forgetRollbackThatDidNotBegin(journal);
      Phase phase = journal.checkpoint().phase();
      boolean again = phase == Phase.FINALIZED;
      if (!again && phase != Phase.OBSERVING) {
        throw blocked(
            "NOT_OBSERVING",
            "the move is in phase %s; it can be finalized only after a completed cutover"
                .formatted(phase.title()),
            "finish the cutover first");
      }
      adoptNodes(journal, false);
      try (StepSequenceOnStores sequence = sequence(journal)) {
        try {
          return end(sequence, journal, options, again);
        } catch (LostAuthorityException e) {
          throw e;
        } catch (RuntimeException e) {
          sequence.endFailed(e);
          throw e;
        }
      }
    }
  }

  private Finalized end(
      StepSequenceOnStores sequence, Journal journal, FinalizeOptions options, boolean again) {
    List<String> notes = again ? sequence.closing().again() : sequence.closing().ready(options);
    CutoverRecord record =
        new CutoverRecord(
            journal.state(),
            journal.checkpoint(),
            CutoverRecord.settings(SettingsOverlays.of(configuration)),
            SettingsArchive.all(journal, configuration.cutover()),
            operator.name(),
            journal.now(),
            notes);
    if (!again || !Files.exists(options.record())) {
      CutoverRecord.write(options.record(), CutoverCodec.write(record));
    }
    journal.enter(Phase.FINALIZED);
    String fence = sequence.closing().cleanUp(options.liftFence());
    states.clear(journal.authority());
    return new Finalized(record, fence);
  }

  /**
   * Compares the configuration with the move on etcd, before the lock is taken and again after it.
   *
   * @param wanted the strategy that the command names, if it does
   * @throws BlockedException with both values of each contradiction; nothing was changed
   */
  public void requireDeclared(Optional<Strategy> wanted) {
    states
        .read()
        .checkpoint()
        .ifPresent(
            checkpoint -> {
              if (stores.hasZooKeeper()) {
                DeclaredMove.require(stores, configuration, checkpoint);
              } else {
                DeclaredMove.require(configuration, checkpoint);
              }
            });
    requireEtcdNotRestored();
    Optional<CutoverState> begun = states.get(Journal.DOCUMENT).map(CutoverCodec::read);
    begun
        .filter(state -> !state.header().cluster().equals(configuration.requireClusterName()))
        .ifPresent(
            state -> {
              throw DeclaredMove.otherCluster(
                  state.header().cluster(), configuration.requireClusterName());
            });
    begun.ifPresent(state -> MovedRelease.require(states, configuration, state));
    begun
        .filter(state -> state.progress() == MoveProgress.FORWARD)
        .map(state -> state.header().strategy())
        .filter(decided -> wanted.isPresent() && wanted.get() != decided)
        .ifPresent(
            decided -> {
              throw blocked(
                  "STRATEGY_DECIDED",
                  "this cutover was begun with the strategy %s, the command gives %s"
                      .formatted(name(decided), name(wanted.orElseThrow())),
                  "leave out --strategy to resume it, or roll back first with `migrate rollback"
                      + " --confirm "
                      + configuration.requireClusterName()
                      + "`");
            });
  }

  /** The copy of the move in ZooKeeper, if it knows of more than etcd: then etcd lost changes. */
  private Optional<MoveBackup> copyAheadOfEtcd() {
    return stores.hasZooKeeper() && !isFinalized()
        ? MoveBackup.read(stores.znodes()).filter(copy -> copy.isAheadOf(states))
        : Optional.empty();
  }

  /** Before brokers may have served on etcd, the copy is enough for a rollback without etcd. */
  private void requireEtcdNotRestored() {
    copyAheadOfEtcd()
        .filter(copy -> !mayServeOnEtcd(copy))
        .ifPresent(
            copy -> {
              throw blocked(
                  "TARGET_WENT_BACK",
                  restored(),
                  "make the right etcd available at this address, or run `migrate rollback --confirm %s --without-etcd`"
                      .formatted(configuration.requireClusterName()));
            });
  }

  private boolean mayServeOnEtcd(MoveBackup copy) {
    return copy.mayServeOnEtcd(EpochKeeper.in(stores.znodes()));
  }

  private String restored() {
    return "%s, and ZooKeeper holds a copy of it (%s): etcd lost changes, or was restored from a backup"
        .formatted(
            states.get(Journal.DOCUMENT).isEmpty()
                ? "etcd holds no cutover"
                : "etcd holds less of this cutover than was recorded",
            MoveBackup.PATH);
  }

  /**
   * Compares the nodes of the file with those that the move records and both stores know, once a
   * cutover has begun.
   *
   * @param back whether the command is a rollback to ZooKeeper
   * @throws BlockedException with one sentence for each contradiction; nothing was changed
   */
  public void requireNodes(boolean back) {
    known().filter(NodeRegistry::isBegun).ifPresent(begun -> compared(Optional.of(begun), back));
  }

  /** The same before a cutover, which may be a new one. */
  public void requireNodesToBegin() {
    Optional<CutoverState> known = known();
    if (states.read().checkpoint().filter(MoveFlow::mayBegin).isPresent()
        || known.filter(NodeRegistry::isBegun).isPresent()) {
      compared(known, false);
    }
  }

  private Optional<CutoverState> known() {
    return states.get(Journal.DOCUMENT).map(CutoverCodec::read);
  }

  private NodeListRule.NodeListOutcome compared(Optional<CutoverState> known, boolean back) {
    NodeListRule.NodeListOutcome answer = nodes.compare(known, back);
    if (!answer.refusals().isEmpty()) {
      throw blocked(
          "NODES_DIFFER", String.join("; ", answer.refusals()), "then run the same command again");
    }
    return answer;
  }

  /**
   * Takes over the nodes that the comparison accepted; lost bookies are in no step from here on.
   */
  private void adoptNodes(Journal journal, boolean back) {
    NodeListRule.NodeListOutcome answer = compared(Optional.of(journal.state()), back);
    answer.alarms().forEach(alarm -> environment.listener().announce("ALARM: " + alarm));
    lost = answer.next().lost();
    configuration = file.withBookies(answer.next().bookies());
    plan = new CutoverPlan(configuration.cutover());
    NodeRegistry.adopt(journal, plan, answer);
  }

  /** For the final check of a move that was rolled back: leaves the lost bookies out. */
  private void adoptLost() {
    lost = nodes.recordedAsLost();
    Set<String> rest = new TreeSet<>();
    file.cutover().bookies().forEach(bookie -> rest.add(bookie.id()));
    rest.removeAll(lost);
    configuration = file.withBookies(rest);
  }

  private static String name(Strategy strategy) {
    return strategy.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** Whether a cutover was begun and is not over; then the next one resumes it. */
  public boolean isBegun() {
    return states
        .get(Journal.DOCUMENT)
        .map(CutoverCodec::read)
        .filter(state -> state.progress() != MoveProgress.ROLLED_BACK)
        .isPresent();
  }

  private StepSequenceOnStores sequence(Journal journal) {
    return new StepSequenceOnStores(stores, configuration, environment, operator, lost, journal);
  }

  private MoveFlow flow(Journal journal, StepSequence sequence) {
    return new MoveFlow(journal, plan, sequence, environment.listener()::announce);
  }

  private Journal journal(DaemonLock lock, Strategy strategy) {
    requireDeclared(Optional.empty());
    copyAheadOfEtcd()
        .ifPresent(
            copy ->
                environment
                    .listener()
                    .announce(
                        "ALARM: %s. Brokers may have served on the right one, which alone has what they wrote; make it available at this address if it exists"
                            .formatted(restored())));
    StateStore.StoredState persisted = states.read();
    Checkpoint checkpoint = persisted.checkpoint().orElseThrow(this::nothingThere);
    Optional<CutoverState> known = states.get(Journal.DOCUMENT).map(CutoverCodec::read);
    CutoverState state =
        MoveFlow.open(checkpoint, known)
            .orElseGet(
                () ->
                    CutoverState.begin(
                        new Header(
                            checkpoint.cluster(),
                            strategy,
                            operator.name(),
                            environment.clock().instant()),
                        plan.forward(strategy)));
    return journal(lock, persisted, checkpoint, state);
  }

  private Journal journal(
      DaemonLock lock,
      StateStore.StoredState persisted,
      Checkpoint checkpoint,
      CutoverState state) {
    return Journal.onEtcd(
        states,
        lock,
        environment.clock(),
        persisted.direction().orElse(Direction.ZK_TO_ETCD),
        checkpoint,
        state);
  }

  /** A move that was finalized leaves nothing but its epoch in ZooKeeper. */
  private BlockedException nothingThere() {
    return isFinalized()
        ? blocked(
            "FINALIZED",
            "a move of this cluster was finalized, and etcd is authoritative: nothing is left to"
                + " do, and no rollback is possible"
                + remainingFence(),
            "if the command that finalized it was killed, its cutover record has been written")
        : blocked(
            "NOTHING_COPIED", "etcd holds no copy of this cluster", "run `migrate run` first");
  }

  /** The access lists from before the fence are in the cutover record alone. */
  private String remainingFence() {
    List<ZkPath> fenced =
        stores.hasZooKeeper()
            ? new AccessLists(stores.zookeeper()).fenced(FencePaths.of(stores.znodes()))
            : List.of();
    return fenced.isEmpty()
        ? ""
        : "; the fence on ZooKeeper is in place at %s, and the cutover record keeps the access lists from before it"
            .formatted(fenced);
  }

  private boolean isFinalized() {
    return states.read().checkpoint().isEmpty()
        && (stores.hasZooKeeper()
            ? EpochKeeper.isPassedToEtcd(stores)
            // The identity of a move outlives its end.
            : states.snapshot().identity().filter(of -> of.epoch() > 0).isPresent());
  }

  private static String cluster(Journal journal) {
    return journal.state().header().cluster();
  }

  static BlockedException blocked(String id, String message, String remedy) {
    return new BlockedException(id, message, remedy);
  }
}
