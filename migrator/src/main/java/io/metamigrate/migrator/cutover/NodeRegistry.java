package io.metamigrate.migrator.cutover;

import io.metamigrate.migrator.config.BookieConfig;
import io.metamigrate.migrator.config.Configuration;
import io.metamigrate.migrator.config.CutoverConfig;
import io.metamigrate.migrator.cutover.CutoverState.MoveProgress;
import io.metamigrate.migrator.cutover.NodeListRule.NodeListOutcome;
import io.metamigrate.migrator.cutover.NodeListRule.SeenNodes;
import io.metamigrate.migrator.cutover.NodeListRule.Stage;
import io.metamigrate.migrator.cutover.NodeListRule.WantedNodes;
import io.metamigrate.migrator.cutover.fence.Registrations;
import io.metamigrate.migrator.replay.StateStore;
import io.metamigrate.migrator.restart.RestartDriver;
import io.metamigrate.verifier.store.EtcdEntry;
import io.metamigrate.verifier.store.Store;
import io.metamigrate.verifier.store.ZkPath;
import io.metamigrate.verifier.store.Znode;
import java.util.Arrays;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Keeps the node list of a move: reads what is known, compares it with the file, records it. */
final class NodeRegistry {
  /** Name of the document. */
  static final String DOCUMENT = "nodes";

  private final StateStore states;
  private final Registrations registrations;
  private final RestartDriver driver;
  private final Configuration file;
  private final Set<String> lost;

  /**
   * Reads nothing yet.
   *
   * @param lost bookies that this command names as lost
   */
  NodeRegistry(
      StateStore states,
      Registrations registrations,
      RestartDriver driver,
      Configuration file,
      Set<String> lost) {
    this.states = states;
    this.registrations = registrations;
    this.driver = driver;
    this.file = file;
    this.lost = Set.copyOf(lost);
  }

  /**
   * Compares; asks both stores.
   *
   * @param back whether the command is a rollback to ZooKeeper
   */
  NodeListOutcome compare(Optional<CutoverState> known, boolean back) {
    Optional<CutoverState> begun = known.filter(NodeRegistry::isBegun);
    NodeList recorded = begun.map(this::recorded).orElse(NodeList.NONE);
    Store authoritative = begun.map(NodeRegistry::authoritative).orElse(Store.ZOOKEEPER);
    return decide(
        stage(begun, back), recorded, authoritative, new Known(registrations, driver, file, lost));
  }

  /**
   * What is compared with a record.
   *
   * @param lost bookies that this command names as lost
   */
  record Known(
      Registrations registrations, RestartDriver driver, Configuration file, Set<String> lost) {}

  /**
   * Compares; asks the stores and the driver.
   *
   * @param authoritative the store whose cookies count
   */
  static NodeListOutcome decide(Stage stage, NodeList recorded, Store authoritative, Known known) {
    CutoverConfig cutover = known.file().cutover();
    return NodeListRule.decide(
        stage,
        recorded,
        new WantedNodes(
            cutover.bookies().stream().map(BookieConfig::id).collect(Collectors.toSet()),
            brokers(cutover),
            metadataWriters(cutover),
            known.lost(),
            bookieNodes(cutover)),
        seen(known.registrations(), authoritative),
        new NodeProbes(known.driver(), recorded, cutover),
        CookieRemoval.command(SettingsOverlays.of(known.file()).version(), authoritative));
  }

  static boolean isBegun(CutoverState state) {
    return state.progress() != MoveProgress.ROLLED_BACK
        && state.forward().stream().anyMatch(StepRecord::begun);
  }

  /** The store whose cookies count. */
  static Store authoritative(CutoverState state) {
    return state.isCommitted() && state.progress() != MoveProgress.ROLLED_BACK
        ? Store.ETCD
        : Store.ZOOKEEPER;
  }

  /** The stage of the move, as a command sees it. */
  static Stage stage(Optional<CutoverState> begun, boolean back) {
    if (begun.isEmpty()) {
      return Stage.NOT_BEGUN;
    }
    if (back || begun.get().progress().isBack()) {
      return Stage.ROLLBACK;
    }
    return begun.get().isCommitted() ? Stage.AFTER_COMMIT : Stage.BEFORE_COMMIT;
  }

  /** Records the steps of nodes that joined, then the list, so that each listed node has steps. */
  static void adopt(Journal journal, CutoverPlan plan, NodeListOutcome answer) {
    CutoverState state = StepInsertion.apply(journal.state(), plan, answer);
    if (!state.equals(journal.state())) {
      journal.change(same -> state);
    }
    byte[] next = CutoverCodec.write(answer.next());
    Optional<byte[]> now = journal.document(DOCUMENT);
    if (now.isEmpty() || !Arrays.equals(now.get(), next)) {
      journal.document(DOCUMENT, next);
    }
  }

  /** The lost bookies of the last move, for a final check after its end. */
  Set<String> recordedAsLost() {
    NavigableSet<String> all = new TreeSet<>(lost);
    states.get(DOCUMENT).map(CutoverCodec::readNodes).map(NodeList::lost).ifPresent(all::addAll);
    return all;
  }

  private static SeenNodes seen(Registrations registrations, Store authoritative) {
    // A mirror is no registration: it shows a bookie that is on etcd.
    Set<String> onZooKeeper =
        registrations.bookiesOnZooKeeper().values().stream()
            .filter(Znode::isEphemeral)
            .map(znode -> znode.path().name())
            .collect(Collectors.toSet());
    return new SeenNodes(
        authoritative,
        cookies(registrations, authoritative),
        onZooKeeper,
        registrations.bookiesOnEtcd().values().stream()
            .filter(EtcdEntry::isLeased)
            .map(key -> key.path().name())
            .collect(Collectors.toSet()),
        new TreeSet<>(registrations.brokersOnZooKeeper()),
        registrations.brokersWithoutSession(),
        registrations.brokersOnEtcd().stream()
            .map(key -> key.path().name())
            .collect(Collectors.toSet()));
  }

  /** The bookies that have a cookie on that side. */
  static NavigableSet<String> cookies(Registrations registrations, Store side) {
    NavigableSet<String> cookies = new TreeSet<>();
    if (side == Store.ZOOKEEPER) {
      cookies.addAll(registrations.cookies());
    } else {
      registrations.cookiesOnEtcd().stream()
          .map(EtcdEntry::path)
          .map(ZkPath::name)
          .forEach(cookies::add);
    }
    return cookies;
  }

  /** An older release recorded bookies by its steps alone. */
  private NodeList recorded(CutoverState state) {
    return states
        .get(DOCUMENT)
        .map(CutoverCodec::readNodes)
        .orElseGet(
            () ->
                new NodeList(
                    state.bookies(),
                    new TreeSet<>(),
                    brokers(file.cutover()),
                    metadataWriters(file.cutover()),
                    new TreeMap<>()));
  }

  private static SortedMap<String, String> brokers(CutoverConfig cutover) {
    SortedMap<String, String> brokers = new TreeMap<>();
    cutover.brokers().forEach(broker -> brokers.put(broker.id(), broker.node()));
    return brokers;
  }

  private static SortedMap<String, String> bookieNodes(CutoverConfig cutover) {
    SortedMap<String, String> nodes = new TreeMap<>();
    cutover.bookies().forEach(bookie -> nodes.put(bookie.id(), bookie.node()));
    return nodes;
  }

  private static NavigableSet<String> metadataWriters(CutoverConfig cutover) {
    NavigableSet<String> writers = new TreeSet<>();
    CutoverPlan.Nodes.metadataWriters(cutover).forEach(node -> writers.add(node.toString()));
    return writers;
  }
}
