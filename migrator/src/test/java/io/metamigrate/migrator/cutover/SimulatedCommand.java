package io.metamigrate.migrator.cutover;

import io.metamigrate.migrator.config.BookieConfig;
import io.metamigrate.migrator.config.BrokerConfig;
import io.metamigrate.migrator.config.CutoverConfig;
import io.metamigrate.migrator.config.MetadataWritersConfig;
import io.metamigrate.migrator.cutover.CutoverState.Header;
import io.metamigrate.migrator.cutover.CutoverState.MoveProgress;
import io.metamigrate.migrator.cutover.NodeListRule.NodeListOutcome;
import io.metamigrate.migrator.cutover.NodeListRule.SeenNodes;
import io.metamigrate.migrator.cutover.NodeListRule.WantedNodes;
import io.metamigrate.migrator.cutover.SimulatedJournal.Kept;
import io.metamigrate.migrator.cutover.world.Server;
import io.metamigrate.migrator.cutover.world.ToolProcess;
import io.metamigrate.migrator.cutover.world.World;
import io.metamigrate.migrator.phase.Checkpoint;
import io.metamigrate.migrator.phase.Direction;
import io.metamigrate.migrator.phase.Phase;
import io.metamigrate.migrator.restart.Component;
import io.metamigrate.migrator.restart.Node;
import io.metamigrate.migrator.run.BlockedException;
import io.metamigrate.verifier.store.Revision;
import io.metamigrate.verifier.store.Scope;
import io.metamigrate.verifier.store.Store;
import io.metamigrate.verifier.store.ZkPath;
import io.metamigrate.verifier.store.Zxid;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** One command of the window in a world, as {@link Window} runs it on real stores. */
final class SimulatedCommand {
  private static final Pattern ACCEPTED = Pattern.compile("--accept-(foreign|late-write) (\\S+)");
  private static final Instant START = Instant.EPOCH;

  private final String text;
  private final ToolProcess process;
  private final World world;
  private final SimulatedJournal store;
  private final Variation variation;
  private final TimeLimit limit;
  private Set<String> lost = Set.of();

  SimulatedCommand(String text, ToolProcess process, Variation variation) {
    this.text = text;
    this.process = process;
    this.world = process.world();
    this.store = new SimulatedJournal(process, variation);
    this.limit = limit();
    this.variation = variation;
  }

  /** The daemon has copied everything and follows. */
  static void follow(World world) {
    Checkpoint following =
        Checkpoint.planned("c1", "zookeeper", Scope.ALL, START)
            .to(Phase.COPYING, START)
            .to(Phase.FOLLOWING, START)
            .applied(Zxid.NONE, new Revision(world.etcd.log.size()), 0, 0, START);
    if (world.isEtcdLost() || world.leftEtcd || world.etcd.epoch < world.zookeeper.epoch) {
      world.replaceEtcd();
    }
    world.etcd.epoch = Math.max(world.etcd.epoch, world.zookeeper.epoch);
    world.document = new Kept(following, Optional.empty(), Map.of());
    world.direction = Direction.ZK_TO_ETCD;
    world.servedOnEtcd = false;
    world.zookeeper.nonce = "known";
    world.etcd.nonce = "known";
    world.etcd.ledgers.clear();
    world.etcd.ledgers.addAll(world.zookeeper.ledgers);
    world.etcd.references.clear();
    world.etcd.references.addAll(world.zookeeper.references);
    world.etcd.cookies.clear();
    world.etcd.cookies.addAll(world.zookeeper.cookies);
    world.etcd.replicationDisabled = world.zookeeper.replicationDisabled;
  }

  /**
   * Runs it.
   *
   * @throws BlockedException when the state of the move does not allow it
   */
  WindowResult run() {
    if (text.contains("--without-zookeeper")) {
      requireZooKeeperGone();
      process.leaveZooKeeper();
    }
    Kept kept =
        process
            .ask(() -> SimulatedJournal.kept(process), Store.ETCD)
            .orElseThrow(
                () ->
                    world.finalized
                        ? Window.blocked("FINALIZED", "the move was finalized", "nothing is left")
                        : Window.blocked(
                            "NOTHING_COPIED", "etcd holds no copy", "run `migrate run` first"));
    if (!process.isWithoutZooKeeper()) {
      requireEtcdNotRestored();
    }
    Optional<CutoverState> open = MoveFlow.open(kept.checkpoint(), kept.state());
    CutoverPlan plan = new CutoverPlan(config());
    CutoverState state =
        open.orElseGet(
            () ->
                CutoverState.begin(
                    new Header("c1", world.strategy(), "operator", START),
                    plan.forward(world.strategy())));
    OutageClock outage = new OutageClock(world::now, () -> nanosOf(world.now()));
    Journal journal =
        new Journal(store, world::now, outage, world.direction, kept.checkpoint(), state);
    journal.firstStart(Optional.ofNullable(kept.documents().get(FirstStart.COMMIT)));
    SimulatedContext here =
        new SimulatedContext(process, store::quietly, journal, accepted(), variation);
    SimulatedSequence sequence =
        new SimulatedSequence(here, new SimulatedSteps(here, variation), variation);
    variation.identify(here::confirmStores);
    if (text.contains("finalize")) {
      return end(journal, sequence, here);
    }
    if (text.contains("rollback") && text.contains("--undo")) {
      MoveFlow.requireUndoPossible(journal, !process.isWithoutZooKeeper());
      requireNoBrokerRuns(here);
      if (!here.noBrokerOn(Store.ZOOKEEPER, true).isDone()) {
        throw Window.blocked(
            "SOURCE_SERVING",
            here.noBrokerOn(Store.ZOOKEEPER, true).text(),
            "stop it, then run `migrate rollback --confirm c1 --undo` again");
      }
      CutoverPlan known = adopt(journal, here, false);
      return new MoveFlow(journal, known, sequence, line -> {})
          .undoRollback(Duration.ofDays(1_000));
    }
    if (text.contains("rollback")) {
      MoveFlow.finishEnd(journal);
      if (journal.state().progress() == MoveProgress.ROLLED_BACK) {
        leaveOut(here, recorded(journal).lost(), SearchRun.lostBookies(text));
        return new MoveFlow(journal, plan, sequence, line -> {}).rollback();
      }
      MoveFlow.requireRollbackPossible(journal);
      CutoverPlan known = adopt(journal, here, true);
      return new MoveFlow(journal, known, sequence, line -> {}).rollback();
    }
    if (process.isWithoutZooKeeper() && !journal.state().isCommitted()) {
      throw Window.blocked("NOT_COMMITTED", "ZooKeeper is authoritative", "restore it");
    }
    MoveFlow.requireCutoverPossible(journal);
    MoveFlow.forgetRollbackThatDidNotBegin(journal);
    CutoverPlan known = adopt(journal, here, false);
    return new MoveFlow(journal, known, sequence, line -> {}).cutover(limit);
  }

  /** {@link GoneStore#requireZooKeeperGone}. */
  private void requireZooKeeperGone() {
    if (process.ask(() -> world.zookeeper.up)) {
      throw Window.blocked(
          "ZOOKEEPER_ANSWERS",
          "ZooKeeper answers, so it is not lost",
          "run `%s`".formatted(text.replace(" --without-zookeeper", "")));
    }
  }

  /** Without ZooKeeper there are no registrations to read. */
  private void requireNoBrokerRuns(SimulatedContext here) {
    if (!process.isWithoutZooKeeper()) {
      return;
    }
    for (Node broker : here.brokers()) {
      if (process.ask(() -> here.server(broker).isAlive())
          && process.ask(() -> world.etcd.brokers.isEmpty(), Store.ETCD)) {
        throw Window.blocked(
            "SOURCE_SERVING",
            "broker %s answers; stop it".formatted(broker.id()),
            "then run the same command again");
      }
    }
  }

  private TimeLimit limit() {
    return world.isLimited()
        ? new TimeLimit(
            Duration.ofSeconds(World.MAX_OUTAGE),
            Optional.of(Instant.ofEpochSecond(World.LAST_MOMENT)))
        : new TimeLimit(Duration.ofDays(1_000), Optional.empty());
  }

  private Accepted accepted() {
    Set<ZkPath> foreign = new HashSet<>();
    Set<ZkPath> late = new HashSet<>();
    Matcher matcher = ACCEPTED.matcher(text);
    while (matcher.find()) {
      (matcher.group(1).equals("foreign") ? foreign : late).add(new ZkPath(matcher.group(2)));
    }
    return new Accepted(foreign, late);
  }

  // --- etcd that is lost

  private void requireEtcdNotRestored() {
    Optional<MoveBackup> ahead =
        process.ask(() -> SimulatedCopy.aheadOfEtcd(world), Store.ZOOKEEPER);
    if (ahead
        .filter(copy -> !copy.mayServeOnEtcd(process.ask(() -> SimulatedCopy.epoch(world))))
        .isPresent()) {
      throw Window.blocked(
          "TARGET_WENT_BACK",
          "ZooKeeper holds a newer copy of the move",
          "run `migrate rollback --confirm c1 --without-etcd`");
    }
  }

  /** The same command with {@code --without-etcd}. */
  SimulatedRollbackWithoutEtcd.UndoEnd runWithoutEtcd() {
    return new SimulatedRollbackWithoutEtcd(
            process, this::planWithout, SearchRun.lostBookies(text), variation)
        .run();
  }

  // --- the file and the nodes

  private CutoverConfig config() {
    return CutoverConfig.of(
        world.strategy(),
        new CutoverConfig.TimeLimits(Duration.ofDays(1), Duration.ofDays(1), Map.of()),
        new CutoverConfig.NodesConfig(
            nodes(Component.BOOKIE).stream()
                .map(node -> new BookieConfig(node.id(), node.name(), Optional.empty()))
                .toList(),
            nodes(Component.BROKER).stream()
                .map(
                    node ->
                        new BrokerConfig(node.id(), node.name(), URI.create("http://" + node.id())))
                .toList(),
            new MetadataWritersConfig(
                nodes(Component.AUTORECOVERY).stream().map(Node::id).toList(), List.of(), false)));
  }

  private List<Node> nodes(Component component) {
    return world.file.stream()
        .filter(node -> node.component() == component && !lost.contains(node.id()))
        .toList();
  }

  /** {@link NodeRegistry}, with the same rule. */
  private CutoverPlan adopt(Journal journal, SimulatedContext here, boolean back) {
    CutoverState state = journal.state();
    boolean begun = NodeRegistry.isBegun(state);
    Store authoritative = begun ? NodeRegistry.authoritative(state) : Store.ZOOKEEPER;
    NodeList recorded = begun ? recorded(journal) : NodeList.NONE;
    NodeListOutcome answer =
        NodeListRule.decide(
            NodeRegistry.stage(begun ? Optional.of(state) : Optional.empty(), back),
            recorded,
            wanted(),
            seen(authoritative),
            new SimulatedProbes(),
            "%s");
    variation.ask(
        "the file names the nodes of the move",
        () -> {
          if (!answer.refusals().isEmpty()) {
            throw Window.blocked(
                "NODES_DIFFER",
                String.join("; ", answer.refusals()),
                "then run the same command again");
          }
        });
    leaveOut(here, answer.next().lost(), Set.of());
    CutoverPlan plan = new CutoverPlan(config());
    NodeRegistry.adopt(journal, plan, answer);
    return plan;
  }

  private static NodeList recorded(Journal journal) {
    return journal
        .document(NodeRegistry.DOCUMENT)
        .map(CutoverCodec::readNodes)
        .orElse(NodeList.NONE);
  }

  private void leaveOut(SimulatedContext here, Set<String> before, Set<String> now) {
    lost = new TreeSet<>(before);
    lost.addAll(now);
    here.leaveOut(lost);
  }

  private CutoverPlan planWithout(Set<String> bookies) {
    lost = Set.copyOf(bookies);
    return new CutoverPlan(config());
  }

  private WantedNodes wanted() {
    TreeMap<String, String> brokers = new TreeMap<>();
    nodes(Component.BROKER).forEach(node -> brokers.put(node.id(), node.name()));
    TreeMap<String, String> bookies = new TreeMap<>();
    nodes(Component.BOOKIE).forEach(node -> bookies.put(node.id(), node.name()));
    SortedSet<String> writers = new TreeSet<>();
    nodes(Component.AUTORECOVERY).forEach(node -> writers.add(node.toString()));
    return new WantedNodes(
        bookies.keySet(), brokers, writers, SearchRun.lostBookies(text), bookies);
  }

  private SeenNodes seen(Store authoritative) {
    return process.ask(
        () ->
            new SeenNodes(
                authoritative,
                Set.copyOf(world.store(authoritative).cookies),
                own(Store.ZOOKEEPER),
                own(Store.ETCD),
                Set.copyOf(world.zookeeper.brokers),
                Set.of(),
                Set.copyOf(world.etcd.brokers)),
        Store.ZOOKEEPER,
        Store.ETCD);
  }

  private Set<String> own(Store side) {
    SortedSet<String> own = new TreeSet<>();
    world.store(side).bookies.forEach((id, itself) -> own.addAll(itself ? Set.of(id) : Set.of()));
    return own;
  }

  private final class SimulatedProbes implements NodeListRule.Probes {
    @Override
    public boolean isBrokerStopped(String broker) {
      return !doesNodeRun(Component.BROKER, broker, broker);
    }

    @Override
    public boolean isMetadataWriterStopped(String metadataWriter) {
      return false;
    }

    @Override
    public boolean doesBookieRun(String bookie) {
      return doesNodeRun(Component.BOOKIE, bookie, bookie);
    }

    @Override
    public boolean doesNodeRun(Component component, String id, String name) {
      return process.ask(
          () -> {
            Server server = world.servers.get(new Node(component, id));
            return server != null && server.isAlive();
          });
    }
  }

  // --- the end of a move

  private WindowResult end(Journal journal, SimulatedSequence sequence, SimulatedContext here) {
    MoveFlow.forgetRollbackThatDidNotBegin(journal);
    Phase phase = journal.checkpoint().phase();
    if (phase != Phase.FINALIZED && phase != Phase.OBSERVING) {
      throw Window.blocked(
          "NOT_OBSERVING", "the move is in phase " + phase.title(), "finish the cutover first");
    }
    CutoverPlan unused = adopt(journal, here, false);
    process.enter("finalize");
    if (phase != Phase.FINALIZED) {
      requireReady(journal, here);
    }
    List<String> faults = sequence.beforeTheEnd().faults();
    if (!faults.isEmpty()) {
      throw Window.blocked(
          "NOT_READY", String.join("; ", faults), "repair that, then finalize again");
    }
    journal.enter(Phase.FINALIZED);
    variation.identify(here::confirmStores);
    if (!process.isWithoutZooKeeper()) {
      here.writeZooKeeper(world::releaseZooKeeper);
    }
    WindowResult result = WindowResult.complete(journal, List.of());
    process.save(
        () -> {
          world.document = null;
          world.finalized = true;
        });
    return result;
  }

  private void requireReady(Journal journal, SimulatedContext here) {
    if (!process.isWithoutZooKeeper()) {
      here.recordLateWrites();
    }
    boolean late =
        !journal.state().lateWrites().isEmpty() && !text.contains("--accept-late-writes");
    boolean open = journal.state().forward().stream().anyMatch(record -> !record.isDone());
    if (late || open) {
      throw Window.blocked(
          "NOT_READY",
          late
              ? "ZooKeeper was written to after the fence; give --accept-late-writes"
              : "a step is not done",
          "repair that, then finalize again");
    }
    variation.ask(
        SimulatedContext.FENCE_IS_INTACT,
        () -> {
          if (!process.isWithoutZooKeeper()
              && !journal.state().fence().byHook()
              && !here.ask(() -> world.zookeeper.fenced, Store.ZOOKEEPER)) {
            here.raiseFence();
          }
        });
  }

  private static long nanosOf(Instant moment) {
    return Duration.between(Instant.EPOCH, moment).toNanos();
  }
}
