package io.metamigrate.migrator.cutover;

import io.metamigrate.migrator.config.CutoverConfig.Strategy;
import io.metamigrate.migrator.cutover.Bookies.Needed;
import io.metamigrate.migrator.cutover.fence.GuardedZooKeeper.Change;
import io.metamigrate.migrator.cutover.fence.RegistrationBridge;
import io.metamigrate.migrator.restart.Component;
import io.metamigrate.migrator.restart.Node;
import io.metamigrate.migrator.restart.Outcome;
import io.metamigrate.verifier.catalog.Catalogue;
import io.metamigrate.verifier.decode.ManagedLedgerPath;
import io.metamigrate.verifier.report.VerificationReport;
import io.metamigrate.verifier.store.NodeData;
import io.metamigrate.verifier.store.Store;
import io.metamigrate.verifier.store.Znode;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.apache.zookeeper.KeeperException.Code;

/** The steps of the way to etcd that are not the gate. */
final class ForwardDeeds {
  private static final int TOPICS_LOOKED_UP = 20;

  private final Tools tools;
  private final Gate gate;

  ForwardDeeds(Tools tools, Gate gate) {
    this.tools = tools;
    this.gate = gate;
  }

  String check() {
    tools.standing().following().barrier();
    Readiness.Begun begun = begun();
    Readiness readiness =
        new Readiness(
            tools.configuration().cutover(),
            tools.registrations(),
            tools.layers(),
            tools.hands().driver(),
            tools.health(),
            tools.stores().keys(),
            begun);
    List<String> obstacles = new ArrayList<>(readiness.obstacles());
    readiness.warnings().forEach(warning -> tools.listener().say("warning: " + warning));
    obstacles.addAll(LeftOutRoots.obstacles(tools.stores(), tools.scope()));
    if (!obstacles.isEmpty()) {
      throw new StepFailedException(String.join("; ", obstacles));
    }
    VerificationReport report = gate.liveVerification();
    if (!gate.isEqual(report)) {
      throw new StoresDifferException(Gate.told(report));
    }
    archive().save(begun.untouched(CutoverPlan.Nodes.all(tools.configuration().cutover())));
    return "%d nodes compared and equal, nothing in the way".formatted(report.compared());
  }

  private SettingsArchive archive() {
    return new SettingsArchive(
        tools.journal(), tools.registrations(), tools.configuration().cutover(), tools.health());
  }

  /** The check is asked again once a node has joined. */
  private Readiness.Begun begun() {
    CutoverState state = tools.journal().state();
    boolean all = state.forward(Deed.SWITCH_BOOKIES.label()).filter(StepRecord::begun).isPresent();
    Set<String> moved = new TreeSet<>();
    for (Node bookie : tools.bookieNodes()) {
      if (all
          || state
              .forward(Deed.MOVE_BOOKIE.label() + " " + bookie.id())
              .filter(StepRecord::begun)
              .isPresent()) {
        moved.add(bookie.id());
      }
    }
    return new Readiness.Begun(
        tools.lost(),
        moved,
        state.forward(Deed.STOP_BROKERS.label()).filter(StepRecord::begun).isPresent());
  }

  String takeZooKeeper() {
    tools.standing().zookeeper();
    return "/metamigrate has this holder's version";
  }

  String stopSideWriters(Step step, Waiting waiting) {
    disableReplication();
    tools.hands().each(waiting, "stop of side writers", tools.sideWriters(), tools.hands()::stop);
    hook(Hooks.Moment.STOP_SIDE_WRITERS, step);
    boolean confirmed = tools.configuration().cutover().sideWriters().confirmed();
    String rest =
        tools.hooks().has(Hooks.Moment.STOP_SIDE_WRITERS)
            ? "the hook stopped the rest"
            : confirmed
                ? "the operator has confirmed that nothing else writes"
                : "nothing else was named";
    return tools.sideWriters().size() + " nodes stopped; " + rest;
  }

  /** Only where AutoRecovery has ever run; a node of the operator's own stays the operator's. */
  private void disableReplication() {
    Optional<Znode> parent = tools.registrations().znode(WritePaths.REPLICATION_DISABLED.parent());
    if (parent.isEmpty()
        || tools.registrations().znode(WritePaths.REPLICATION_DISABLED).isPresent()) {
      return;
    }
    tools.journal().change(state -> state.disablingReplication(true));
    Code code =
        tools
            .standing()
            .zookeeper()
            .write(new Change.Create(WritePaths.REPLICATION_DISABLED, NodeData.EMPTY, false));
    if (code != Code.OK && code != Code.NODEEXISTS) {
      throw new StepFailedException(
          "ZooKeeper refused to create " + WritePaths.REPLICATION_DISABLED + ": " + code);
    }
  }

  String startBridge() {
    tools.standing().startBridge();
    return "registrations are mirrored";
  }

  String moveBookie(Node bookie, Waiting waiting) {
    return tools
        .bookies()
        .restart(
            List.of(bookie),
            Store.ETCD,
            Parking.PARKED,
            needed(),
            tools.standing().bridging(),
            Bookies.NOTHING,
            waiting);
  }

  String switchBookies(Waiting waiting) {
    return tools
        .bookies()
        .restart(
            tools.bookieNodes(),
            Store.ETCD,
            Parking.PARKED,
            needed(),
            false,
            Bookies.NOTHING,
            waiting);
  }

  /**
   * A bookie that has moved is still there. Before the commit it is writable and collects no
   * garbage by its own word, where it can be asked; after it, it may be read-only.
   */
  Outcome isUp(Node bookie) {
    if (needed() == Needed.PRESENT) {
      return tools.bookies().present(bookie, Store.ETCD);
    }
    Outcome up = tools.bookies().up(bookie, Store.ETCD, tools.standing().bridging());
    Outcome suspended = up.isDone() ? tools.bookies().running().suspended(bookie, Store.ETCD) : up;
    return suspended.isDone() ? up : suspended;
  }

  private Needed needed() {
    return tools.journal().state().beyondReturn() ? Needed.PRESENT : Needed.WRITABLE;
  }

  /** The first one that is not, if any. */
  Outcome allUp() {
    for (Node bookie : tools.bookieNodes()) {
      Outcome up = isUp(bookie);
      if (!up.isDone()) {
        String why = "not every bookie is up on etcd: " + up.text();
        return up instanceof Outcome.Failed ? Outcome.failed(why) : Outcome.notYet(why);
      }
    }
    return Outcome.done("all bookies are registered on etcd");
  }

  String stopBrokers(Waiting waiting) {
    tools.requireNoNewBookie();
    if (tools.journal().state().header().strategy() == Strategy.ROLLING) {
      Outcome all = allUp();
      if (!all.isDone()) {
        throw new StepFailedException("no broker is stopped: " + all.text());
      }
    }
    gate.requireStillEqual();
    String stopped = tools.brokers().stopAll(waiting);
    tools.journal().change(state -> state.outageFrom(tools.journal().now()));
    return stopped;
  }

  String startFirstBroker(Waiting waiting) {
    requireNoReturn();
    boolean firstAttempt =
        tools.journal().state().record(Deed.START_FIRST_BROKER.label()).attempts() <= 1;
    if (firstAttempt && !gate.passedHere()) {
      new CommitConditions(tools, gate, this).requireAllAgain(waiting);
    }
    return tools.brokers().start(tools.brokers().nodes().subList(0, 1), Store.ETCD, waiting);
  }

  String startBrokers(Waiting waiting) {
    requireNoReturn();
    return tools.brokers().start(tools.brokers().nodes(), Store.ETCD, waiting);
  }

  private void requireNoReturn() {
    if (!tools.journal().state().beyondReturn()) {
      throw new StepFailedException("the point of no return is not recorded");
    }
  }

  String endBridge() {
    tools.standing().stopBridge();
    return removeMirrors(tools);
  }

  static String removeMirrors(Tools tools) {
    RegistrationBridge.removeAll(
        tools.registrations(),
        tools.standing().zookeeper(),
        tools.journal().state().mirrors(),
        mirrors -> tools.journal().change(state -> state.withMirrors(mirrors)));
    if (!tools.journal().state().mirrors().isEmpty()) {
      throw new StepFailedException(
          "mirrors are left in ZooKeeper: " + tools.journal().state().mirrors());
    }
    return "no mirror is left in ZooKeeper";
  }

  String unparkBookie(Node bookie, Waiting waiting) {
    tools.requireNoNewBookie();
    return tools
        .bookies()
        .restart(
            List.of(bookie),
            Store.ETCD,
            Parking.UNPARKED,
            Needed.PRESENT,
            false,
            Bookies.NOTHING,
            waiting);
  }

  /** AutoRecovery where the version has one for etcd; function workers stay with the operator. */
  String sideWritersToEtcd(Step step, Waiting waiting) {
    gate.enableReplication();
    if (!tools.layers().version().autoRecoveryRunsOnEtcd()) {
      return "AutoRecovery of Pulsar %s does not run on etcd and stays off: repair by hand, or upgrade, after which it repairs again%s"
          .formatted(
              tools.layers().version(),
              tools.registrations().key(WritePaths.REPLICATION_DISABLED).isPresent()
                  ? " once you delete your own " + WritePaths.REPLICATION_DISABLED + " on etcd"
                  : ": " + WritePaths.REPLICATION_DISABLED + " is not on etcd");
    }
    List<Node> nodes =
        tools.sideWriters().stream()
            .filter(node -> node.component() == Component.AUTORECOVERY)
            .toList();
    ComponentSettings settings =
        tools.layers().of(Component.AUTORECOVERY, Store.ETCD, Parking.UNPARKED);
    Hands hands = tools.hands();
    hands.each(
        waiting,
        "settings of AutoRecovery",
        nodes,
        node -> hands.configure(node, settings.settings()));
    hands.each(waiting, "start of AutoRecovery", nodes, hands::start);
    hook(Hooks.Moment.START_SIDE_WRITERS, step);
    return nodes.size() + " AutoRecovery nodes started on etcd";
  }

  String observe(Waiting waiting) {
    List<Node> brokers = tools.brokers().nodes();
    tools
        .hands()
        .each(
            waiting,
            "health of the brokers",
            brokers,
            broker -> tools.brokers().healthy(broker, Store.ETCD));
    List<String> topics = topics();
    String lookups =
        waiting.until(
            "lookups",
            () -> tools.health().serves(tools.configuration().cutover().brokers().get(0), topics));
    tools.hands().each(waiting, "registration of the bookies", tools.bookieNodes(), this::isUp);
    Set<String> registered = new TreeSet<>();
    tools.registrations().bookiesOnEtcd().keySet().forEach(path -> registered.add(path.name()));
    registered.addAll(tools.lost());
    Replication replication = Replication.onEtcd(tools.stores().keys(), registered);
    if (!replication.complete()) {
      throw new StepFailedException(replication.toString());
    }
    gate.recordAllLateWrites();
    int late = tools.journal().state().lateWrites().size();
    return "%s; %s; %s"
        .formatted(
            lookups,
            replication,
            late == 0
                ? "nothing was written to ZooKeeper after the fence"
                : "ALARM: "
                    + late
                    + " late writes on ZooKeeper: "
                    + tools.journal().state().lateWrites());
  }

  /** Some topics, from wherever there are any. */
  private List<String> topics() {
    String below = Catalogue.MANAGED_LEDGERS.value();
    return tools.stores().keys().page(below + "/", below + "0", Optional.empty()).stream()
        .flatMap(entry -> ManagedLedgerPath.of(entry.path().value()).stream())
        .filter(path -> path.cursor().isEmpty())
        .flatMap(path -> topicName(path.topic()).stream())
        .limit(TOPICS_LOOKED_UP)
        .toList();
  }

  /**
   * Empty for names of the old kind, which have a cluster, and for Pulsar's own topics: those of a
   * broker's health check are not found by other brokers, those of transactions have no statistics.
   */
  static Optional<String> topicName(String path) {
    List<String> parts = List.of(path.split("/", -1));
    if (parts.size() != 4 || parts.get(0).equals("pulsar") || isPulsarsOwn(parts.get(3))) {
      return Optional.empty();
    }
    return Optional.of(
        "persistent://%s/%s/%s"
            .formatted(
                parts.get(0),
                parts.get(1),
                URLDecoder.decode(parts.get(3), StandardCharsets.UTF_8)));
  }

  private static boolean isPulsarsOwn(String topic) {
    return topic.startsWith("__") || topic.contains("__transaction_");
  }

  private void hook(Hooks.Moment moment, Step step) {
    if (tools.hooks().run(moment, tools.boundary(step)) instanceof Outcome.Failed failed) {
      throw new StepFailedException(failed.cause());
    }
  }
}
