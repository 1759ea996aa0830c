package io.metamigrate.cutover;

import static org.assertj.core.api.Assertions.assertThat;

import io.metamigrate.lab.EtcdServer;
import io.metamigrate.lab.LiveReport;
import io.metamigrate.lab.LiveTraffic;
import io.metamigrate.lab.LossWorkload;
import io.metamigrate.lab.MetadataHome;
import io.metamigrate.lab.MigrateCommand;
import io.metamigrate.lab.MigrateProcess;
import io.metamigrate.lab.PulsarClassPath;
import io.metamigrate.lab.PulsarCluster;
import io.metamigrate.lab.PulsarNode;
import io.metamigrate.lab.ZooKeeperServer;
import io.metamigrate.migrator.config.Configuration;
import io.metamigrate.migrator.cutover.CutoverCodec;
import io.metamigrate.migrator.cutover.CutoverPlan;
import io.metamigrate.migrator.cutover.CutoverState;
import io.metamigrate.migrator.replay.StateStore;
import io.metamigrate.migrator.run.Stores;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * A real Pulsar cluster on a real ZooKeeper beside a real etcd, the daemon, and the commands of the
 * window as an operator gives them: processes of their own, whose driver runs a script per node.
 */
final class PulsarBed implements AutoCloseable {
  /** The lab repairs the client library of the releases that have it broken. */
  private static final String[] ACCEPTED = {"--accept", "BROKEN_ETCD_CLIENT_RELEASE"};

  private final Path folder;
  private final ZooKeeperServer zookeeper;
  private final Optional<ZooKeeperServer> configuration;
  private final EtcdServer etcd;
  private final PulsarCluster cluster;
  private final MigrateProcess daemon;
  private int commands;

  private PulsarBed(
      Path folder,
      ZooKeeperServer zookeeper,
      Optional<ZooKeeperServer> configuration,
      EtcdServer etcd,
      PulsarCluster cluster,
      MigrateProcess daemon) {
    this.folder = folder;
    this.zookeeper = zookeeper;
    this.configuration = configuration;
    this.etcd = etcd;
    this.cluster = cluster;
    this.daemon = daemon;
  }

  /** The stores and a cluster that serves; the daemon is not started. */
  static PulsarBed start(Path folder, String version, int bookies, int brokers) throws IOException {
    return start(folder, version, bookies, brokers, Optional.empty());
  }

  /** The same with tenants, policies and clusters in a ZooKeeper of their own. */
  static PulsarBed startWithConfigurationStore(
      Path folder, String version, int bookies, int brokers) throws IOException {
    ZooKeeperServer second =
        ZooKeeperServer.start(PulsarClassPath.of(version), folder.resolve("configuration"));
    return start(folder, version, bookies, brokers, Optional.of(second));
  }

  private static PulsarBed start(
      Path folder,
      String version,
      int bookies,
      int brokers,
      Optional<ZooKeeperServer> configuration)
      throws IOException {
    PulsarClassPath pulsar = PulsarClassPath.of(version);
    ZooKeeperServer zookeeper = ZooKeeperServer.start(pulsar, folder);
    EtcdServer etcd = EtcdServer.start(folder);
    PulsarCluster cluster =
        new PulsarCluster(
            pulsar, folder, "c1", onZooKeeper(zookeeper, configuration), bookies, brokers);
    // as the runbook asks: most of a broker's stop is a quiet period
    cluster.brokers().forEach(b -> b.settings().set(Map.of("brokerShutdownTimeoutMs", "2000")));
    MigrateProcess daemon =
        MigrateProcess.of(
            "daemon",
            folder,
            256,
            yaml(folder, version, zookeeper, configuration, etcd, cluster),
            ACCEPTED);
    PulsarBed bed = new PulsarBed(folder, zookeeper, configuration, etcd, cluster, daemon);
    try {
      cluster.create();
    } catch (RuntimeException e) {
      bed.close();
      throw e;
    }
    return bed;
  }

  private static String yaml(
      Path folder,
      String version,
      ZooKeeperServer zookeeper,
      Optional<ZooKeeperServer> configuration,
      EtcdServer etcd,
      PulsarCluster cluster) {
    Path apply = Path.of("../../migrator/bin/apply-settings").toAbsolutePath().normalize();
    return """
    cluster: {name: c1, pulsarVersion: %s}
    source: {zookeeper: "%s"%s}
    target: {etcd: ["%s"], lockTtl: 5s}
    cutover:
      maxOutage: 5m
      budget: 4m
      driver:
        kind: command
        stop: "%s/{host}/node stop"
        configure: "%s %s/{host}/{component}.conf"
        start: "%s/{host}/node start"
        probe: "%s/{host}/node running || exit 3"
      bookies: [%s]
      brokers: [%s]
      accept: [%s]
    """
        .formatted(
            version,
            zookeeper.connect(),
            configuration
                .map(second -> ", configurationZookeeper: \"" + second.connect() + "\"")
                .orElse(""),
            etcd.endpoint(),
            folder,
            apply,
            folder,
            folder,
            folder,
            nodes(cluster.bookies()),
            nodes(cluster.brokers()),
            cluster.bookies().stream()
                .map(bookie -> "\"BOOKIE_DATA_NOT_VERIFIABLE:" + bookie.id() + "\"")
                .collect(Collectors.joining(", ")));
  }

  private static String nodes(List<? extends PulsarNode> nodes) {
    return nodes.stream()
        .map(
            node -> {
              node.process().script();
              return "{id: \"%s\", node: %s}".formatted(node.id(), node.process().name());
            })
        .collect(Collectors.joining(", "));
  }

  PulsarCluster cluster() {
    return cluster;
  }

  PulsarNode bookie(String id) {
    return cluster.bookies().stream()
        .filter(bookie -> bookie.id().equals(id))
        .findFirst()
        .orElseThrow();
  }

  /** The steps as the commands run them. */
  CutoverPlan plan() {
    return new CutoverPlan(Configuration.load(daemon.config()).cutover());
  }

  /** A workload that has had its first round. */
  LossWorkload worked() throws Exception {
    LossWorkload workload = new LossWorkload(cluster);
    workload.prepare();
    workload.round();
    return workload;
  }

  /** {@code migrate run} until a cutover can begin. */
  void follow() {
    daemon.start();
    daemon.awaitCanCutover();
  }

  /** A command of the window with its {@code --confirm}; returns at once. */
  MigrateCommand begin(String command, String... more) {
    List<String> words = new ArrayList<>(List.of(command, "--config", daemon.config().toString()));
    words.addAll(List.of("--confirm", "c1"));
    words.addAll(List.of(more));
    Path home = folder.resolve(command + "-" + ++commands);
    return MigrateCommand.start(home, words.toArray(String[]::new));
  }

  /** The same to its end; anything but exit code 0 fails with its output. */
  String migrate(String command, String... more) {
    try (MigrateCommand run = begin(command, more)) {
      int code = run.awaitEnd();
      assertThat(code).as(run.log()).isZero();
      return run.log();
    }
  }

  /** What is persisted of the cutover. */
  CutoverState state() {
    try (Stores stores = Stores.open(Configuration.load(daemon.config()))) {
      return new StateStore(stores.etcd()).get("cutover").map(CutoverCodec::read).orElseThrow();
    }
  }

  /** The stages of a cutover, or of a rollback, and what producers saw of them. */
  StagePauses pauses(LiveTraffic traffic, boolean back) {
    CutoverState state = state();
    return StagePauses.of(back ? state.back() : state.forward(), traffic::longestPause);
  }

  /** Whether every node is registered there by its own lease or session, and not on the other. */
  void assertServingOn(MetadataHome here, MetadataHome notThere) throws IOException {
    List<PulsarNode> nodes = new ArrayList<>(cluster.bookies());
    nodes.addAll(cluster.brokers());
    for (PulsarNode node : nodes) {
      assertThat(here.registered(node.registration())).as(node.registration()).isTrue();
      assertThat(notThere.registered(node.registration())).as(node.registration()).isFalse();
    }
  }

  /**
   * No message lost, none out of order, none again that was settled; prints what each topic went
   * through.
   */
  static void assertUnharmed(List<LiveReport> reports) {
    for (LiveReport report : reports) {
      System.out.println(report);
      assertThat(report.lost()).as(report.toString()).isEmpty();
      assertThat(report.outOfOrder()).as(report.toString()).isEmpty();
      assertThat(report.repeated().settled()).as(report.toString()).isZero();
    }
  }

  MetadataHome onZooKeeper() {
    return onZooKeeper(zookeeper, configuration);
  }

  private static MetadataHome onZooKeeper(
      ZooKeeperServer local, Optional<ZooKeeperServer> configuration) {
    MetadataHome.ZooKeeperHome here = new MetadataHome.ZooKeeperHome(List.of(local));
    return configuration
        .map(second -> new MetadataHome.ZooKeeperHome(List.of(second)))
        .<MetadataHome>map(second -> new MetadataHome.TwoZooKeepers(here, second))
        .orElse(here);
  }

  /** The ZooKeeper of what clusters share. */
  String configurationStore() {
    return configuration.orElseThrow().connect();
  }

  String localStore() {
    return zookeeper.connect();
  }

  String etcdEndpoint() {
    return etcd.endpoint();
  }

  MetadataHome onEtcd() {
    return new MetadataHome.EtcdHome(List.of(etcd));
  }

  @Override
  public void close() {
    daemon.close();
    cluster.close();
    etcd.close();
    configuration.ifPresent(ZooKeeperServer::close);
    zookeeper.close();
  }
}
