package io.metamigrate.migrator.cutover;

import io.metamigrate.migrator.cutover.Bookies.Needed;
import io.metamigrate.migrator.cutover.CutoverState.Course;
import io.metamigrate.migrator.cutover.CutoverState.FenceState;
import io.metamigrate.migrator.cutover.fence.Fence;
import io.metamigrate.migrator.cutover.fence.GuardedZooKeeper.Change;
import io.metamigrate.migrator.cutover.fence.SavedAcl;
import io.metamigrate.migrator.phase.Direction;
import io.metamigrate.migrator.phase.MassDeletion;
import io.metamigrate.migrator.phase.Phase;
import io.metamigrate.migrator.replay.StateStore;
import io.metamigrate.migrator.restart.Node;
import io.metamigrate.migrator.restart.Outcome;
import io.metamigrate.migrator.run.Seeder;
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

/** The steps of the way back. */
final class BackDeeds {
  private static final int MOST_PASSES = 5;

  private final Tools tools;
  private final ReturnConditions conditions;

  BackDeeds(Tools tools) {
    this.tools = tools;
    this.conditions = new ReturnConditions(tools, this::reverseCopy);
  }

  String turnAgain() {
    tools
        .journal()
        .turn(Direction.ZK_TO_ETCD, c -> c.to(Phase.ROLLING_BACK, tools.journal().now()));
    return "ZooKeeper is the truth";
  }

  String liftFence(Step step) {
    FenceState fence = tools.journal().state().fence();
    tools.standing().fence().lift(fence.saved());
    if (fence.byHook()) {
      if (!tools.hooks().has(Hooks.Moment.UNFENCE)) {
        throw new StepFailedException(
            "hooks.fence was run in this cutover, and hooks.unfence is not configured; configure"
                + " it, so that what it did is undone");
      }
      hook(Hooks.Moment.UNFENCE, step);
    }
    List<ZkPath> still =
        tools.standing().fence().read(fence.saved().keySet()).entrySet().stream()
            .filter(entry -> Fence.isFence(entry.getValue()))
            .map(Map.Entry::getKey)
            .toList();
    if (!still.isEmpty()) {
      throw new StepFailedException("the fence still stands at " + still);
    }
    return fence.saved().size() + " access lists are as they were";
  }

  String startBrokers(Waiting waiting) {
    if (!tools.registrations().brokersOnEtcd().isEmpty()) {
      throw new StepFailedException(
          "a broker is registered on etcd, so none is started on ZooKeeper: "
              + tools.registrations().brokersOnEtcd().get(0).path());
    }
    ReturnCommit commit = new ReturnCommit(new StateStore(tools.stores().etcd()), tools.journal());
    if (tools.journal().state().course() == Course.BACK_AFTER_NO_RETURN
        && !ResumeRules.mayServe(
            tools.journal().state(), commit.isIssued(), commit.isOfOlderRelease())) {
      conditions.require(waiting);
      commit.issue();
    }
    if (tools.journal().state().beyondReturn()) {
      new EpochKeeper(tools).pass(Store.ZOOKEEPER);
    }
    List<Node> all = tools.brokers().nodes();
    String first = tools.brokers().start(all.subList(0, 1), Store.ZOOKEEPER, waiting);
    String proof =
        all.size() == 1
            ? first
            : tools.brokers().start(all.subList(1, all.size()), Store.ZOOKEEPER, waiting);
    requireAsBefore(all);
    return proof;
  }

  /** A node that runs with another address of ZooKeeper than it had is not back. */
  private void requireAsBefore(List<Node> nodes) {
    SettingsArchive archive =
        new SettingsArchive(
            tools.journal(),
            tools.registrations(),
            tools.configuration().cutover(),
            tools.health());
    for (Node node : nodes) {
      archive
          .difference(node)
          .ifPresent(
              difference -> {
                throw new StepFailedException(difference);
              });
    }
  }

  /** Another one that is down comes back first, or none could be stopped while it is away. */
  String moveBookieBack(Node bookie, Waiting waiting) {
    for (Node other : tools.bookieNodes()) {
      if (!other.equals(bookie)
          && awaitsItsReturn(other)
          && !tools.bookies().isUpSomewhere(other, Needed.PRESENT)) {
        restartOnZooKeeper(other, waiting);
      }
    }
    return restartOnZooKeeper(bookie, waiting);
  }

  private boolean awaitsItsReturn(Node bookie) {
    String id = Deed.MOVE_BOOKIE_BACK.label() + " " + bookie.id();
    return tools.journal().state().back().stream()
        .anyMatch(record -> record.id().equals(id) && !record.isDone());
  }

  private String restartOnZooKeeper(Node bookie, Waiting waiting) {
    String proof =
        tools
            .bookies()
            .restart(
                List.of(bookie),
                Store.ZOOKEEPER,
                Parking.UNPARKED,
                Needed.PRESENT,
                false,
                this::carryCookie,
                waiting);
    requireAsBefore(List.of(bookie));
    return proof;
  }

  /** Those that are not there yet: one may have joined on etcd since the others went back. */
  String switchBookiesBack(Waiting waiting) {
    List<Node> lacking =
        tools.bookieNodes().stream()
            .filter(bookie -> !tools.bookies().present(bookie, Store.ZOOKEEPER).isDone())
            .toList();
    String proof =
        lacking.isEmpty()
            ? "every bookie is registered in ZooKeeper already"
            : tools
                .bookies()
                .restart(
                    lacking,
                    Store.ZOOKEEPER,
                    Parking.UNPARKED,
                    Needed.PRESENT,
                    false,
                    this::carryCookie,
                    waiting);
    tools.bookies().requireData(tools.bookieNodes(), Store.ZOOKEEPER, Parking.UNPARKED, waiting);
    requireAsBefore(tools.bookieNodes());
    return proof;
  }

  /** Empty unless every bookie is on ZooKeeper. */
  Optional<String> allThere() {
    return tools.bookieNodes().stream()
            .allMatch(bookie -> tools.bookies().present(bookie, Store.ZOOKEEPER).isDone())
        ? Optional.of("all bookies are registered on ZooKeeper")
        : Optional.empty();
  }

  /** What a bookie changed in its cookie while it ran on etcd goes back with it. */
  private void carryCookie(Node bookie) {
    ZkPath path = Catalogue.COOKIES.child(bookie.id());
    Optional<EtcdEntry> key = tools.registrations().key(path);
    Optional<Znode> znode = tools.registrations().znode(path);
    if (key.isEmpty() || znode.isEmpty() || key.get().data().equals(znode.get().data())) {
      return;
    }
    Code code =
        tools
            .standing()
            .zookeeper()
            .write(new Change.Set(path, key.get().data(), znode.get().version()));
    if (code != Code.OK) {
      throw new StepFailedException("ZooKeeper refused the cookie " + path + ": " + code);
    }
  }

  String startSideWriters(Step step, Waiting waiting) {
    if (tools.journal().state().replicationDisabled()) {
      tools
          .registrations()
          .znode(WritePaths.REPLICATION_DISABLED)
          .ifPresent(
              znode ->
                  tools
                      .standing()
                      .zookeeper()
                      .write(new Change.Delete(znode.path(), znode.version())));
      tools.journal().change(state -> state.disablingReplication(false));
    }
    Hands hands = tools.hands();
    List<Node> nodes = tools.sideWriters();
    hands.each(
        waiting,
        "settings of side writers",
        nodes,
        node ->
            hands.configure(
                node,
                tools.layers().of(node.component(), Store.ZOOKEEPER, Parking.UNPARKED).settings()));
    hands.each(waiting, "start of side writers", nodes, hands::start);
    hook(Hooks.Moment.START_SIDE_WRITERS, step);
    return nodes.size() + " nodes started";
  }

  String stopSideWriters(Step step, Waiting waiting) {
    tools.hands().each(waiting, "stop of side writers", tools.sideWriters(), tools.hands()::stop);
    hook(Hooks.Moment.STOP_SIDE_WRITERS, step);
    return tools.sideWriters().size() + " nodes stopped";
  }

  String parkBookie(Node bookie, Waiting waiting) {
    return tools
        .bookies()
        .restart(
            List.of(bookie),
            Store.ETCD,
            Parking.PARKED,
            Needed.PRESENT,
            false,
            Bookies.NOTHING,
            waiting);
  }

  String leave() {
    tools.standing().leave();
    return "/metamigrate is gone";
  }

  String turnBack() {
    tools
        .journal()
        .turn(Direction.ETCD_TO_ZK, c -> c.to(Phase.ROLLING_BACK, tools.journal().now()));
    return "etcd is the truth for ZooKeeper";
  }

  String copyBack(Waiting waiting) {
    waiting.until("brokers stopped", tools.brokers()::none);
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
    FenceState fence = tools.journal().state().fence();
    Map<ZkPath, List<SavedAcl>> counters = new TreeMap<>(fence.saved());
    counters.remove(Catalogue.BROKERS);
    tools.standing().fence().lift(counters);
    return new CounterPush(tools.stores(), tools.standing().zookeeper()).push();
  }

  String verifyBack(Waiting waiting) {
    waiting.until("brokers stopped", tools.brokers()::none);
    Revision revision = tools.stores().keys().revision();
    ReverseCopy.Pass left = reverseCopy().compare();
    if (left.total() > 0) {
      throw new StoresDifferException("the stores differ: " + left);
    }
    conditions.verifiedAt(revision);
    return "no difference; " + CounterPush.proof(Seeder.sequences(tools.stores()));
  }

  /** Not before ZooKeeper was found ready, unless they are stopped already. */
  String stopBrokersOnEtcd(Waiting waiting) {
    tools.requireNoNewBookie();
    String ahead = new ReadyForZooKeeper(tools, reverseCopy()).require();
    reverseCopy().refuseMassDeletion();
    return tools.brokers().stopAll(waiting) + "; for ZooKeeper: " + ahead;
  }

  private ReverseCopy reverseCopy() {
    return new ReverseCopy(
        tools.stores(),
        tools.standing()::zookeeper,
        tools.scope(),
        sharedStore(),
        new MassDeletion(tools.configuration().copy().maxDeleteShare()));
  }

  /** Where other clusters go on using the configuration store. */
  private Optional<SharedStore> sharedStore() {
    CutoverState state = tools.journal().state();
    return SharedStore.isAccepted(tools.configuration().source(), tools.journal().checkpoint())
        ? Optional.of(
            new SharedStore(
                state.fence().mark(Ensemble.CONFIGURATION), state.gate().orElseThrow().revision()))
        : Optional.empty();
  }

  private void hook(Hooks.Moment moment, Step step) {
    if (tools.hooks().run(moment, tools.boundary(step)) instanceof Outcome.Failed failed) {
      throw new StepFailedException(failed.cause());
    }
  }
}
