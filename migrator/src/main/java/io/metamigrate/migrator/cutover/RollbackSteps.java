package io.metamigrate.migrator.cutover;

import io.metamigrate.migrator.cutover.Bookies.Needed;
import io.metamigrate.migrator.cutover.CutoverState.FenceState;
import io.metamigrate.migrator.cutover.CutoverState.MoveProgress;
import io.metamigrate.migrator.cutover.fence.Fence;
import io.metamigrate.migrator.cutover.fence.GuardedZooKeeper.Change;
import io.metamigrate.migrator.cutover.fence.SavedAcl;
import io.metamigrate.migrator.phase.Direction;
import io.metamigrate.migrator.phase.MassDeletion;
import io.metamigrate.migrator.phase.Phase;
import io.metamigrate.migrator.restart.Node;
import io.metamigrate.migrator.run.SeedWriter;
import io.metamigrate.verifier.catalog.Catalogue;
import io.metamigrate.verifier.store.Ensemble;
import io.metamigrate.verifier.store.EtcdEntry;
import io.metamigrate.verifier.store.Revision;
import io.metamigrate.verifier.store.Store;
import io.metamigrate.verifier.store.ZkPath;
import io.metamigrate.verifier.store.Znode;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.zookeeper.KeeperException.Code;

/** The steps of a rollback. */
final class RollbackSteps {
  private static final int MOST_PASSES = 5;

  private final CutoverContext context;
  private final RollbackConditions conditions;
  private final LedgersThere ledgers;

  RollbackSteps(CutoverContext context) {
    this.context = context;
    this.conditions = new RollbackConditions(context, this::reverseCopy);
    this.ledgers = new LedgersThere(context, Store.ZOOKEEPER);
  }

  String resumeSourceDirection() {
    context
        .journal()
        .turn(Direction.ZK_TO_ETCD, c -> c.to(Phase.ROLLING_BACK, context.journal().now()));
    return "ZooKeeper is authoritative";
  }

  String liftFence(Step step) {
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

  String startBrokers(Deadline deadline) {
    requireNoBrokerOnEtcd();
    FirstStart commit = context.firstStart(Store.ZOOKEEPER);
    boolean first = isAfterNoReturn() && !commit.mayBeIssued();
    if (first) {
      conditions.require(deadline);
    }
    List<Node> all = context.brokers().nodes();
    String started =
        context
            .brokers()
            .startFirst(
                all.subList(0, 1),
                Store.ZOOKEEPER,
                deadline,
                () -> {
                  requireNoBrokerOnEtcd();
                  if (first) {
                    conditions.require(deadline);
                    commit.issue();
                  }
                  if (context.journal().state().isCommitted()) {
                    new EpochKeeper(context).pass(Store.ZOOKEEPER);
                  }
                });
    String proof =
        all.size() == 1
            ? started
            : context.brokers().start(all.subList(1, all.size()), Store.ZOOKEEPER, deadline);
    requireAsBefore(all);
    return proof;
  }

  private boolean isAfterNoReturn() {
    return context.journal().state().course() == MoveProgress.BACK_AFTER_NO_RETURN;
  }

  private void requireNoBrokerOnEtcd() {
    List<EtcdEntry> there = context.registrations().brokersOnEtcd();
    if (!there.isEmpty()) {
      throw new StepFailedException(
          "a broker is registered on etcd, so none is started on ZooKeeper: "
              + there.get(0).path());
    }
  }

  /** A node that runs with another address of ZooKeeper than it had is not back. */
  private void requireAsBefore(List<Node> nodes) {
    SettingsArchive archive = context.archive();
    for (Node node : nodes) {
      archive
          .difference(node)
          .ifPresent(
              difference -> {
                throw new StepFailedException(difference);
              });
      List<String> edited = archive.edited(node);
      if (!edited.isEmpty()) {
        context
            .listener()
            .announce(
                "warning: what %s starts with differs from before the move in %s; if nobody has edited it, restore it by hand"
                    .formatted(node, String.join(", ", edited)));
      }
    }
  }

  /** Another one that is down comes back first, or none could be stopped while it is away. */
  String moveBookieBack(Node bookie, Deadline deadline) {
    for (Node other : context.bookieNodes()) {
      if (!other.equals(bookie)
          && awaitsItsReturn(other)
          && !context.bookies().isUpSomewhere(other, Needed.PRESENT)) {
        restartOnZooKeeper(other, deadline);
      }
    }
    return restartOnZooKeeper(bookie, deadline);
  }

  private boolean awaitsItsReturn(Node bookie) {
    String id = StepKind.MOVE_BOOKIE_BACK.label() + " " + bookie.id();
    return context.journal().state().back().stream()
        .anyMatch(record -> record.id().equals(id) && !record.isDone());
  }

  /** A bookie that starts there with collection enabled deletes what ZooKeeper does not list. */
  private void requireLedgersInZooKeeper() {
    if (isAfterNoReturn() && !context.firstStart(Store.ZOOKEEPER).mayBeIssued()) {
      conditions.requireEtcdUnchanged();
    } else {
      ledgers.require();
    }
  }

  private String restartOnZooKeeper(Node bookie, Deadline deadline) {
    requireLedgersInZooKeeper();
    String proof =
        context
            .bookies()
            .restart(
                List.of(bookie),
                Store.ZOOKEEPER,
                GarbageCollection.ENABLED,
                Needed.PRESENT,
                false,
                this::carryCookie,
                deadline);
    requireAsBefore(List.of(bookie));
    return proof;
  }

  /** Those that are not there yet: one may have joined on etcd since the others moved back. */
  String switchBookiesBack(Deadline deadline) {
    List<Node> lacking =
        context.bookieNodes().stream()
            .filter(bookie -> !context.bookies().present(bookie, Store.ZOOKEEPER).isDone())
            .toList();
    if (!lacking.isEmpty()) {
      requireLedgersInZooKeeper();
    }
    String proof =
        lacking.isEmpty()
            ? "every bookie is registered in ZooKeeper already"
            : context
                .bookies()
                .restart(
                    lacking,
                    Store.ZOOKEEPER,
                    GarbageCollection.ENABLED,
                    Needed.PRESENT,
                    false,
                    this::carryCookie,
                    deadline);
    context
        .bookies()
        .requireData(context.bookieNodes(), Store.ZOOKEEPER, GarbageCollection.ENABLED, deadline);
    requireAsBefore(context.bookieNodes());
    return proof;
  }

  /** Empty unless every bookie is on ZooKeeper. */
  Optional<String> allThere() {
    return context.bookieNodes().stream()
            .allMatch(bookie -> context.bookies().present(bookie, Store.ZOOKEEPER).isDone())
        ? Optional.of("all bookies are registered on ZooKeeper")
        : Optional.empty();
  }

  /** What a bookie changed in its cookie while it ran on etcd is copied back. */
  private void carryCookie(Node bookie) {
    ZkPath path = Catalogue.COOKIES.child(bookie.id());
    Optional<EtcdEntry> key = context.registrations().key(path);
    Optional<Znode> znode = context.registrations().znode(path);
    if (key.isEmpty() || znode.isEmpty() || key.get().data().equals(znode.get().data())) {
      return;
    }
    Code code =
        context
            .services()
            .zookeeper()
            .write(new Change.Set(path, key.get().data(), znode.get().version()));
    if (code != Code.OK) {
      throw new StepFailedException("ZooKeeper refused the cookie " + path + ": " + code);
    }
  }

  String suspendCollection(Node bookie, Deadline deadline) {
    return context
        .bookies()
        .restart(
            List.of(bookie),
            Store.ETCD,
            GarbageCollection.SUSPENDED,
            Needed.PRESENT,
            false,
            Bookies.NOTHING,
            deadline);
  }

  String leave() {
    context.services().leave();
    return "/metamigrate is gone";
  }

  String reverseDirection() {
    context
        .journal()
        .turn(Direction.ETCD_TO_ZK, c -> c.to(Phase.ROLLING_BACK, context.journal().now()));
    return "etcd is authoritative for ZooKeeper";
  }

  String copyBack(Deadline deadline) {
    deadline.until("brokers stopped", context.brokers()::none);
    ReverseCopy copy = reverseCopy();
    ReverseCopy.Pass first = copy.apply();
    for (int i = 0; i < MOST_PASSES; i++) {
      ReverseCopy.Pass left = copy.compare();
      if (left.total() == 0) {
        return "%d created, %d set, %d deleted"
            .formatted(first.created(), first.set(), first.deleted());
      }
      copy.apply();
    }
    throw new StepFailedException("ZooKeeper keeps changing: " + copy.compare());
  }

  String raiseIds() {
    FenceState fence = context.journal().state().fence();
    Map<ZkPath, List<SavedAcl>> counters = new TreeMap<>(fence.saved());
    counters.remove(Catalogue.BROKERS);
    context.services().fence().lift(counters);
    return new CounterRaiser(context.stores(), context.services().zookeeper()).push();
  }

  String verifyBack(Deadline deadline) {
    deadline.until("brokers stopped", context.brokers()::none);
    Revision revision = context.stores().keys().revision();
    ReverseCopy.Pass left = reverseCopy().compare();
    if (left.total() > 0) {
      throw new StoresDifferException("the stores differ: " + left);
    }
    conditions.verifiedAt(revision);
    return "no difference; " + CounterRaiser.proof(SeedWriter.sequences(context.stores()));
  }

  /** Not before ZooKeeper was found ready, unless they are stopped already. */
  String stopBrokersOnEtcd(Deadline deadline) {
    context.requireNoNewBookie();
    String ahead = new RollbackReadiness(context, reverseCopy()).require();
    reverseCopy().refuseMassDeletion();
    return context.brokers().stopAll(deadline) + "; for ZooKeeper: " + ahead;
  }

  private ReverseCopy reverseCopy() {
    return new ReverseCopy(
        context.stores(),
        context.services()::zookeeper,
        context.scope(),
        sharedStore(),
        new MassDeletion(context.configuration().copy().maxDeleteShare()));
  }

  /** If other clusters keep using the configuration store. */
  private Optional<SharedConfigurationStore> sharedStore() {
    CutoverState state = context.journal().state();
    return SharedConfigurationStore.isAccepted(
            context.configuration().source(), context.journal().checkpoint())
        ? Optional.of(
            new SharedConfigurationStore(
                state.fence().mark(Ensemble.CONFIGURATION), state.gate().orElseThrow().revision()))
        : Optional.empty();
  }
}
