package io.metamigrate.migrator.cutover;

import io.metamigrate.migrator.config.CutoverConfig.Strategy;
import io.metamigrate.migrator.cutover.Bookies.Needed;
import io.metamigrate.migrator.cutover.fence.RegistrationBridge;
import io.metamigrate.migrator.restart.Node;
import io.metamigrate.migrator.restart.StepOutcome;
import io.metamigrate.verifier.catalog.Catalogue;
import io.metamigrate.verifier.decode.ManagedLedgerPath;
import io.metamigrate.verifier.report.VerificationReport;
import io.metamigrate.verifier.store.Store;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** The steps of a cutover other than fence, drain, verify and commit. */
final class CutoverSteps {
  private static final int TOPICS_LOOKED_UP = 20;

  private final CutoverContext context;
  private final CommitSteps commit;
  private final LedgersThere ledgers;

  CutoverSteps(CutoverContext context, CommitSteps commit) {
    this.context = context;
    this.commit = commit;
    this.ledgers = new LedgersThere(context, Store.ETCD);
  }

  String check() {
    context.services().following().barrier();
    Preflight.Begun begun = begun();
    Preflight readiness =
        new Preflight(
            context.configuration().cutover(),
            context.registrations(),
            context.overlays(),
            context.lockedDriver().driver(),
            context.health(),
            context.stores().keys(),
            begun);
    List<String> obstacles = new ArrayList<>(readiness.obstacles());
    readiness.warnings().forEach(warning -> context.listener().announce("warning: " + warning));
    MetadataUsers.Found users =
        MetadataUsers.find(context.stores(), context.configuration().cutover());
    users.warnings().forEach(warning -> context.listener().announce("warning: " + warning));
    obstacles.addAll(users.unconfirmed());
    obstacles.addAll(LeftOutRoots.obstacles(context.stores(), context.scope()));
    if (!obstacles.isEmpty()) {
      throw new StepFailedException(String.join("; ", obstacles));
    }
    VerificationReport report = commit.liveVerification();
    if (!commit.isEqual(report)) {
      throw new StoresDifferException(CommitSteps.describe(report));
    }
    if (context
        .journal()
        .state()
        .forward(StepKind.STOP_SIDE_WRITERS.label())
        .filter(StepRecord::begun)
        .isEmpty()) {
      new SideWriters(context).recordIdle();
    }
    context
        .archive()
        .save(begun.untouched(CutoverPlan.Nodes.all(context.configuration().cutover())));
    return "%d nodes compared and equal, no blocker".formatted(report.compared());
  }

  /** The check is asked again once a node has joined. */
  private Preflight.Begun begun() {
    CutoverState state = context.journal().state();
    boolean all =
        state.forward(StepKind.SWITCH_BOOKIES.label()).filter(StepRecord::begun).isPresent();
    Set<String> moved = new TreeSet<>();
    for (Node bookie : context.bookieNodes()) {
      if (all
          || state
              .forward(StepKind.MOVE_BOOKIE.label() + " " + bookie.id())
              .filter(StepRecord::begun)
              .isPresent()) {
        moved.add(bookie.id());
      }
    }
    return new Preflight.Begun(
        context.lost(),
        moved,
        state.forward(StepKind.STOP_BROKERS.label()).filter(StepRecord::begun).isPresent());
  }

  String takeZooKeeper() {
    context.services().zookeeper();
    return "/metamigrate has this holder's version";
  }

  String startBridge() {
    context.services().startBridge();
    return "registrations are mirrored";
  }

  String moveBookie(Node bookie, Deadline deadline) {
    return context
        .bookies()
        .restart(
            List.of(bookie),
            Store.ETCD,
            GarbageCollection.SUSPENDED,
            needed(),
            context.services().bridging(),
            Bookies.NOTHING,
            deadline);
  }

  String switchBookies(Deadline deadline) {
    return context
        .bookies()
        .restart(
            context.bookieNodes(),
            Store.ETCD,
            GarbageCollection.SUSPENDED,
            needed(),
            false,
            Bookies.NOTHING,
            deadline);
  }

  /**
   * A bookie that has moved is still there. Before the commit it is writable and reports that it
   * collects no garbage, if it can be asked; after it, it may be read-only.
   */
  StepOutcome isUp(Node bookie) {
    if (needed() == Needed.PRESENT) {
      return context.bookies().present(bookie, Store.ETCD);
    }
    StepOutcome up = context.bookies().up(bookie, Store.ETCD, context.services().bridging());
    StepOutcome suspended =
        up.isDone() ? context.bookies().running().suspended(bookie, Store.ETCD) : up;
    return suspended.isDone() ? up : suspended;
  }

  private Needed needed() {
    return context.journal().state().isCommitted() ? Needed.PRESENT : Needed.WRITABLE;
  }

  /** The first one that is not, if any. */
  StepOutcome allUp() {
    for (Node bookie : context.bookieNodes()) {
      StepOutcome up = isUp(bookie);
      if (!up.isDone()) {
        String why = "not every bookie is up on etcd: " + up.text();
        return up instanceof StepOutcome.Failed ? StepOutcome.failed(why) : StepOutcome.notYet(why);
      }
    }
    return StepOutcome.done("all bookies are registered on etcd");
  }

  String stopBrokers(Deadline deadline) {
    context.requireNoNewBookie();
    if (context.journal().state().header().strategy() == Strategy.ROLLING) {
      StepOutcome all = allUp();
      if (!all.isDone()) {
        throw new StepFailedException("no broker is stopped: " + all.text());
      }
    }
    commit.requireStillEqual();
    String stopped = context.brokers().stopAll(deadline);
    context.journal().change(state -> state.outageFrom(context.journal().now()));
    return stopped;
  }

  String startFirstBroker(Deadline deadline) {
    requireNoReturn();
    List<Node> first = context.brokers().nodes().subList(0, 1);
    FirstStart start = context.firstStart(Store.ETCD);
    if (start.mayBeIssued()) {
      return context.brokers().start(first, Store.ETCD, deadline);
    }
    if (!commit.passedHere()) {
      new CommitConditions(context, commit, this).requireAllAgain(deadline);
    }
    return context
        .brokers()
        .startFirst(
            first,
            Store.ETCD,
            deadline,
            () -> {
              deadline.until("brokers stopped", context.brokers()::none);
              start.issue();
            });
  }

  String startBrokers(Deadline deadline) {
    requireNoReturn();
    return context.brokers().start(context.brokers().nodes(), Store.ETCD, deadline);
  }

  private void requireNoReturn() {
    if (!context.journal().state().isCommitted()) {
      throw new StepFailedException("the point of no return is not recorded");
    }
  }

  String endBridge() {
    context.services().stopBridge();
    return removeMirrors(context);
  }

  static String removeMirrors(CutoverContext context) {
    RegistrationBridge.removeAll(
        context.registrations(),
        context.services().zookeeper(),
        context.journal().state().mirrors(),
        mirrors -> context.journal().change(state -> state.withMirrors(mirrors)));
    if (!context.journal().state().mirrors().isEmpty()) {
      throw new StepFailedException(
          "mirrors are left in ZooKeeper: " + context.journal().state().mirrors());
    }
    return "no mirror is left in ZooKeeper";
  }

  String enableCollection(Node bookie, Deadline deadline) {
    context.requireNoNewBookie();
    commit.recordAllLateWrites();
    LateLedgers.require(context);
    ledgers.require();
    return context
        .bookies()
        .restart(
            List.of(bookie),
            Store.ETCD,
            GarbageCollection.ENABLED,
            Needed.PRESENT,
            false,
            Bookies.NOTHING,
            deadline);
  }

  String observe(Deadline deadline) {
    List<Node> brokers = context.brokers().nodes();
    context
        .lockedDriver()
        .each(
            deadline,
            "health of the brokers",
            brokers,
            broker -> context.brokers().healthy(broker, Store.ETCD));
    List<String> topics = topics();
    String lookups =
        deadline.until(
            "lookups",
            () ->
                context
                    .health()
                    .serves(context.configuration().cutover().brokers().get(0), topics));
    context
        .lockedDriver()
        .each(deadline, "registration of the bookies", context.bookieNodes(), this::isUp);
    Set<String> registered = new TreeSet<>();
    context.registrations().bookiesOnEtcd().keySet().forEach(path -> registered.add(path.name()));
    registered.addAll(context.lost());
    EnsembleCheck replication = EnsembleCheck.onEtcd(context.stores().keys(), registered);
    if (!replication.complete()) {
      throw new StepFailedException(replication.toString());
    }
    commit.recordAllLateWrites();
    int late = context.journal().state().lateWrites().size();
    return "%s; %s; %s"
        .formatted(
            lookups,
            replication,
            late == 0
                ? "nothing was written to ZooKeeper after the fence"
                : "ALARM: "
                    + late
                    + " late writes on ZooKeeper: "
                    + context.journal().state().lateWrites());
  }

  /** Some topics, from wherever there are any. */
  private List<String> topics() {
    String below = Catalogue.MANAGED_LEDGERS.value();
    return context.stores().keys().page(below + "/", below + "0", Optional.empty()).stream()
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
}
