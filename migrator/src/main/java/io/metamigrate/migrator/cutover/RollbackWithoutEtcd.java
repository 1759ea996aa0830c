package io.metamigrate.migrator.cutover;

import static java.util.stream.Collectors.joining;

import io.metamigrate.migrator.config.BrokerConfig;
import io.metamigrate.migrator.config.Configuration;
import io.metamigrate.migrator.cutover.CutoverState.MoveProgress;
import io.metamigrate.migrator.cutover.fence.GuardedZooKeeper;
import io.metamigrate.migrator.cutover.fence.Registrations;
import io.metamigrate.migrator.phase.Checkpoint;
import io.metamigrate.migrator.phase.Direction;
import io.metamigrate.migrator.phase.Epoch;
import io.metamigrate.migrator.phase.StoreCheck;
import io.metamigrate.migrator.replay.DaemonLock;
import io.metamigrate.migrator.replay.StateStore;
import io.metamigrate.migrator.restart.Component;
import io.metamigrate.migrator.restart.Node;
import io.metamigrate.migrator.restart.NodeState;
import io.metamigrate.migrator.restart.RestartDriver;
import io.metamigrate.migrator.run.AdvisedCommands;
import io.metamigrate.migrator.run.Stores;
import io.metamigrate.verifier.store.Ensemble;
import io.metamigrate.verifier.store.EtcdConnection;
import io.metamigrate.verifier.store.Store;
import io.metamigrate.verifier.store.StoreException;
import io.metamigrate.verifier.store.ZkPath;
import io.metamigrate.verifier.store.Znode;
import io.metamigrate.verifier.store.ZnodeReader;
import io.metamigrate.verifier.store.ZooKeeperConnection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Undoes a cutover before the first broker's start on etcd, or finishes a rollback that has copied
 * etcd to ZooKeeper and compared both, if etcd is permanently lost. It works by the copy of the
 * move in ZooKeeper, under ZooKeeper's guard alone, and by the same steps as any rollback. Each of
 * them leaves alone what is already correct, so that the same command again finishes what was
 * killed. For one thread.
 */
public final class RollbackWithoutEtcd {
  private static final Duration TIMEOUT = Duration.ofSeconds(5);

  private final ZooKeeperConnection zookeeper;
  private final Configuration file;
  private final WindowEnvironment environment;
  private final Set<String> declaredLost;

  /**
   * A rollback of one cluster.
   *
   * @param lost bookies that are permanently lost, beside those that the move records
   */
  public RollbackWithoutEtcd(
      ZooKeeperConnection zookeeper,
      Configuration file,
      WindowEnvironment environment,
      Set<String> lost) {
    this.zookeeper = zookeeper;
    this.file = file;
    this.environment = environment;
    this.declaredLost = Set.copyOf(lost);
  }

  /**
   * The result.
   *
   * @param step where it stopped, if it did
   * @param reason why
   * @param next commands that work now
   * @param notes what was not checked
   */
  public record SourceUndoResult(
      String outcome,
      int exitCode,
      String cluster,
      Optional<String> step,
      Optional<String> reason,
      List<String> next,
      List<String> notes) {
    public SourceUndoResult {
      next = List.copyOf(next);
      notes = List.copyOf(notes);
    }

    /** As an operator reads it. */
    public String text() {
      StringBuilder text = new StringBuilder();
      notes.forEach(note -> text.append("note: ").append(note).append('\n'));
      if (step.isEmpty()) {
        return text.append("done: cluster %s is on ZooKeeper again%n".formatted(cluster))
            .toString();
      }
      text.append("stopped at %s: %s%n".formatted(step.get(), reason.orElse("")));
      next.forEach(command -> text.append("next: ").append(command).append('\n'));
      return text.toString();
    }
  }

  /**
   * Undoes it, or stops at a step; then the same command again continues.
   *
   * @throws io.metamigrate.migrator.run.BlockedException if etcd answers, if there is nothing to
   *     undo, or if a broker's start on etcd may have been issued; nothing was changed then
   */
  public SourceUndoResult run() {
    ZnodeReader znodes = ZnodeReader.over(zookeeper);
    // Once begun, it stays with ZooKeeper: an etcd that comes back is behind, and refused.
    boolean begun =
        znodes
            .read(GuardedZooKeeper.GUARD)
            .filter(guard -> GuardedZooKeeper.isWithoutLock(guard.data().bytes()))
            .isPresent();
    Optional<MoveBackup> known = MoveBackup.read(znodes);
    if (!begun || known.isEmpty()) {
      requireNoEtcd(znodes, known);
    }
    MoveBackup found = undoable(MoveBackup.read(znodes), znodes);
    if (!begun && found.state().progress() == MoveProgress.BACK_AFTER_NO_RETURN) {
      requireNoBrokerOnEtcd(Registrations.withoutEtcd(znodes).brokersOnZooKeeper());
    }
    Set<String> lost = lost(found);
    GuardedZooKeeper guarded =
        GuardedZooKeeper.takeWithoutLock(
            zookeeper,
            path ->
                WritePaths.mayWrite(
                    MoveProgress.BACK_BEFORE_NO_RETURN,
                    Ensemble.LOCAL,
                    file.scope().toScope(),
                    path),
            environment.holder());
    // A cutover that lives writes the copy under the guard before it starts the first broker.
    Optional<MoveBackup> held = MoveBackup.read(znodes);
    if (held.isEmpty()) {
      // Another process has finished meanwhile and removed everything of the move.
      guarded.leave();
    }
    MoveBackup copy = undoable(held, znodes);
    EpochKeeper.passWithoutEtcd(znodes, guarded, copy);
    FreshLock.expire();
    return undo(guarded, copy, lost);
  }

  private SourceUndoResult undo(GuardedZooKeeper guarded, MoveBackup copy, Set<String> lost) {
    Set<String> bookies = new TreeSet<>(copy.nodes().bookies());
    bookies.removeAll(lost);
    Configuration configuration = file.withBookies(bookies);
    try (Stores stores = Stores.withoutEtcd(zookeeper, configuration)) {
      return undo(stores, configuration, guarded, copy, lost);
    }
  }

  private SourceUndoResult undo(
      Stores stores,
      Configuration configuration,
      GuardedZooKeeper guarded,
      MoveBackup copy,
      Set<String> lost) {
    SortedSet<ZkPath> mirrors = mirrors(Registrations.in(stores));
    List<Step> steps =
        steps(new CutoverPlan(configuration.cutover()), copy.state(), !mirrors.isEmpty());
    JournalStore store =
        new ZooKeeperJournalStore(stores.tree(Ensemble.LOCAL), guarded, environment.holder(), copy);
    try (StepSequenceOnStores sequence =
        new StepSequenceOnStores(
                stores,
                configuration,
                environment,
                new OperatorDecisions(environment.holder(), Confirmation.GIVEN, Accepted.NOTHING),
                lost,
                journal(store, copy, steps, mirrors))
            .claimed(guarded)) {
      StepRunner.RunEnd end = sequence.runSteps(steps, TimeLimit.NONE, sequence::reverseDirection);
      if (end instanceof StepRunner.RunEnd.Stopped stopped) {
        keep(stopped, lost);
        return result(Optional.of(stopped), lost, copy, sequence.remarks());
      }
      return result(Optional.empty(), lost, copy, sequence.remarks());
    }
  }

  /** Once ZooKeeper has everything again, what a reverse migration has left to do. Pure. */
  static List<Step> steps(CutoverPlan plan, CutoverState state, boolean mirrored) {
    List<Step> beyond = plan.backAfterNoReturn(state);
    List<Step> steps =
        new ArrayList<>(
            state.progress() == MoveProgress.BACK_AFTER_NO_RETURN
                ? beyond.stream()
                    .dropWhile(step -> step.kind() != StepKind.SWITCH_BOOKIES_BACK)
                    .toList()
                : plan.backBeforeNoReturn(state));
    if (mirrored && steps.stream().noneMatch(step -> step.kind() == StepKind.REMOVE_MIRRORS)) {
      beyond.stream()
          .filter(step -> step.kind() == StepKind.REMOVE_MIRRORS)
          .forEach(step -> steps.add(steps.size() - 1, step));
    }
    return steps;
  }

  /** Every bookie without a session: the copy may be older than the last mirror. */
  private static SortedSet<ZkPath> mirrors(Registrations registrations) {
    SortedSet<ZkPath> mirrors = new TreeSet<>();
    for (Znode znode : registrations.bookiesOnZooKeeper().values()) {
      if (!znode.isEphemeral()) {
        mirrors.add(znode.path());
      }
    }
    return mirrors;
  }

  private Journal journal(
      JournalStore store, MoveBackup copy, List<Step> steps, SortedSet<ZkPath> mirrors) {
    CutoverState found = copy.state();
    boolean beyond = found.progress() == MoveProgress.BACK_AFTER_NO_RETURN;
    Journal journal =
        new Journal(
            store,
            environment.clock(),
            new OutageClock(environment.clock(), System::nanoTime),
            Direction.ZK_TO_ETCD,
            Checkpoint.rollingBack(
                found.header().cluster(),
                file.zooKeeperSettings().connect(),
                file.scope().toScope(),
                environment.clock().instant()),
            begun(found, steps, mirrors));
    if (beyond) {
      FirstStart.on(Store.ZOOKEEPER, journal).issue();
    }
    return journal;
  }

  /** The state in which an attempt begins: none of its steps is done. Pure. */
  static CutoverState begun(CutoverState found, List<Step> steps, SortedSet<ZkPath> mirrors) {
    return (found.progress() == MoveProgress.BACK_AFTER_NO_RETURN
            ? found.reverseTo(MoveProgress.BACK_AFTER_NO_RETURN, steps)
            : found.withoutCommit().reverseTo(MoveProgress.BACK_BEFORE_NO_RETURN, steps))
        .withMirrors(mirrors);
  }

  /** In a file, since etcd is gone. */
  private void keep(StepRunner.RunEnd.Stopped stopped, Set<String> lost) {
    environment
        .listener()
        .announce(
            new StopFile(environment.folder())
                .write(
                    new StopFile.Content(
                        file.requireClusterName(),
                        stopped.step().id(),
                        stopped.cause().reason(),
                        "etcd is gone",
                        environment.clock().instant(),
                        List.of(again(stopped, lost)))));
  }

  /** The same command again, with what was declared. */
  private String again(StepRunner.RunEnd.Stopped stopped, Set<String> lost) {
    return again(file.requireClusterName(), lost, stopped.cause().reason());
  }

  static String again(String cluster, Set<String> lost, String reason) {
    SortedSet<String> options = new TreeSet<>(AdvisedCommands.options(reason));
    lost.forEach(bookie -> options.add("--lost-bookie " + bookie));
    return "migrate rollback --confirm %s --without-etcd".formatted(cluster)
        + options.stream().map(" "::concat).collect(joining());
  }

  /** The copy of a move that can be undone without etcd, whose nodes agree with the file. */
  private MoveBackup undoable(Optional<MoveBackup> found, ZnodeReader znodes) {
    MoveBackup copy =
        found.orElseThrow(
            () ->
                Window.blocked(
                    "NO_CUTOVER",
                    "ZooKeeper holds no copy of a move (%s), so no cutover has changed anything there"
                        .formatted(MoveBackup.PATH),
                    "if brokers serve on ZooKeeper, there is nothing to undo; `migrate run`"
                        + " starts over with an empty etcd"));
    requireUncommitted(copy, znodes);
    requireNodes(copy, Registrations.withoutEtcd(znodes));
    MovedRelease.obstacle(copy.release(), MovedRelease.given(file), true)
        .ifPresent(
            why -> {
              throw MovedRelease.refused(why);
            });
    return copy;
  }

  /** Bookies that only their mirrors show: brokers may have written to them. Pure. */
  static List<String> joinedOnEtcd(SortedSet<ZkPath> mirrors, Set<String> known) {
    return mirrors.stream()
        .filter(mirror -> !known.contains(mirror.name()))
        .map(
            mirror ->
                "bookie %s joined on etcd, and the move does not know it. Add {id: \"%s\"} to cutover.bookies. If it is permanently lost, also give --lost-bookie %s. Else stop it, delete its mirror %s in ZooKeeper, create its cookie there with `bookkeeper shell cookie_generate` and `cookie_create`, and start it on ZooKeeper"
                    .formatted(mirror.name(), mirror.name(), mirror.name(), mirror))
        .toList();
  }

  private Set<String> lost(MoveBackup copy) {
    Set<String> lost = new TreeSet<>(copy.nodes().lost());
    lost.addAll(declaredLost);
    return lost;
  }

  /**
   * The result.
   *
   * @param remarks what the final check saw
   */
  private SourceUndoResult result(
      Optional<StepRunner.RunEnd.Stopped> stop,
      Set<String> lost,
      MoveBackup copy,
      List<String> remarks) {
    String cluster = file.requireClusterName();
    return new SourceUndoResult(
        stop.isEmpty() ? "done" : "stopped",
        stop.map(found -> found.cause().exitCode()).orElse(0),
        cluster,
        stop.map(found -> found.step().id()),
        stop.map(found -> found.cause().reason()),
        List.of(stop.map(found -> again(found, lost)).orElse("migrate run")),
        notes(copy.state().progress(), lost, remarks));
  }

  static List<String> notes(MoveProgress progress, Set<String> lost, List<String> remarks) {
    List<String> notes =
        new ArrayList<>(
            List.of(
                "not checked, because etcd is gone: settings that nodes had before the move, except"
                    + " that none leads to etcd",
                "not checked, because etcd is gone: what is registered there; every node of the"
                    + " move was stopped before it was started on ZooKeeper",
                "not checked, because etcd is gone: whether ZooKeeper still lists every ledger that"
                    + " topics name",
                "not checked, because etcd is gone: ledger ids that a stray broker may have"
                    + " allocated there; some ids were skipped before the first broker started",
                "not checked if a bookie did not report them before its restart: its entry logs",
                "not copied, because etcd is gone: cookies that bookies changed there",
                "if that etcd comes back, every command refuses it as an older state; the next"
                    + " `migrate run` needs an empty etcd"));
    if (progress == MoveProgress.BACK_AFTER_NO_RETURN) {
      notes.add(
          "not copied, because etcd is gone: what was written there after the rollback had compared"
              + " both stores");
    }
    notes.addAll(remarks);
    lost.forEach(bookie -> notes.add("bookie %s is recorded as lost".formatted(bookie)));
    return notes.stream().distinct().toList();
  }

  /**
   * One that answers is not gone, unless it was restored from a backup that is older than this
   * move, or every command refuses it since this one has raised the epoch; one that grants no lease
   * is of no use to a move.
   */
  private void requireNoEtcd(ZnodeReader znodes, Optional<MoveBackup> copy) {
    try (EtcdConnection etcd = EtcdConnection.open(file.etcdSettings().withTimeout(TIMEOUT))) {
      DaemonLock.Attempt attempt =
          DaemonLock.tryAcquire(etcd, environment.holder(), file.target().lockTtl());
      attempt.lock().ifPresent(DaemonLock::close);
      StateStore states = new StateStore(etcd);
      if (copy.filter(of -> of.isAheadOf(states)).isPresent()
          || StoreCheck.epoch(EpochKeeper.in(znodes), states.snapshot()).isPresent()) {
        if (attempt.lock().isEmpty()) {
          throw Window.blocked(
              "LOCKED",
              "this etcd was restored from a backup or given up, and %s holds its lock"
                  .formatted(attempt.holder()),
              "stop that process (a daemon by `migrate abort`), then run the same command again");
        }
        return;
      }
    } catch (StoreException e) {
      GoneStore.requireNoRefusal(
          e, "ETCD_ANSWERS", "migrate rollback --confirm " + file.requireClusterName());
      return;
    }
    throw Window.blocked(
        "ETCD_ANSWERS",
        "etcd at %s answers and grants leases, so it is not lost".formatted(file.requireEtcd()),
        "run `migrate rollback --confirm %s`, which uses it".formatted(file.requireClusterName()));
  }

  /** The copy is written before each act, the first broker's start on etcd included. */
  private void requireUncommitted(MoveBackup copy, ZnodeReader znodes) {
    CutoverState state = copy.state();
    String cluster = file.requireClusterName();
    if (!state.header().cluster().equals(cluster)) {
      throw Window.blocked(
          "OTHER_MOVE",
          "ZooKeeper holds the move of cluster %s, the configuration is for %s"
              .formatted(state.header().cluster(), cluster),
          "use that cluster's configuration");
    }
    Optional<Epoch> recorded = EpochKeeper.in(znodes);
    if (copy.mayServeOnEtcd(recorded)) {
      throw Window.blocked(
          "COMMITTED",
          "a broker's start on etcd was issued, so etcd alone holds what was written since",
          "restore that etcd, then run `migrate rollback --confirm %s`".formatted(cluster));
    }
    recorded
        .filter(epoch -> epoch.authority() == Store.ETCD && !epoch.nonce().equals(copy.nonce()))
        .ifPresent(
            epoch -> {
              throw Window.blocked(
                  "COMMITTED",
                  "the cluster left ZooKeeper for the etcd of move %s, the copy is of move %s"
                      .formatted(epoch.nonce(), copy.nonce()),
                  "restore that etcd");
            });
  }

  /**
   * The rollback had stopped every broker, but may have been undone while ZooKeeper was lost.
   *
   * @param onZooKeeper brokers that are registered there
   */
  private void requireNoBrokerOnEtcd(List<String> onZooKeeper) {
    RestartDriver driver = environment.nodes().driver();
    for (BrokerConfig broker : file.cutover().brokers()) {
      Node node = new Node(Component.BROKER, broker.id(), broker.node());
      boolean runs =
          environment.nodes().health().answers(broker)
              || (driver.canProbe(node) && driver.probe(node, NodeState.RUNNING).isDone());
      if (runs && !onZooKeeper.contains(broker.id())) {
        throw Window.blocked(
            "COMMITTED",
            "%s runs and is not registered in ZooKeeper: it may have served on etcd since the rollback compared both stores, and etcd alone holds what was written then"
                .formatted(node),
            "restore that etcd. Only if no broker has served there since, stop the brokers and run"
                + " the same command again");
      }
    }
  }

  /** As any rollback does; what was registered on etcd is not known. */
  private void requireNodes(MoveBackup copy, Registrations registrations) {
    List<String> refusals =
        new ArrayList<>(
            NodeRegistry.decide(
                    NodeListRule.Stage.ROLLBACK,
                    copy.nodes(),
                    Store.ZOOKEEPER,
                    new NodeRegistry.Known(
                        registrations, environment.nodes().driver(), file, declaredLost))
                .refusals());
    Set<String> known = new TreeSet<>(copy.nodes().bookies());
    known.addAll(lost(copy));
    refusals.addAll(joinedOnEtcd(mirrors(registrations), known));
    if (refusals.isEmpty()) {
      declaredLost.stream()
          .map(KnownNodes::unconfigured)
          .filter(bookie -> Bookies.answers(bookie, registrations))
          .map(
              bookie ->
                  "--lost-bookie names %s, but something listens at that address; stop it, or do not name it as lost"
                      .formatted(bookie.id()))
          .forEach(refusals::add);
    }
    if (!refusals.isEmpty()) {
      throw Window.blocked(
          "NODES_DIFFER", String.join("; ", refusals), "then run the same command again");
    }
  }
}
