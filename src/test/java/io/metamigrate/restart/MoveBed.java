package io.metamigrate.restart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

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
import io.metamigrate.lab.WorkloadFindings;
import io.metamigrate.lab.ZooKeeperServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A real Pulsar 2.10.0 cluster on a real ZooKeeper beside a real etcd, whose nodes are handed over
 * to whatever a driver drives, and the commands of the move, which are processes of their own.
 */
final class MoveBed implements AutoCloseable {
  private static final String VERSION = "2.10.0";
  private static final String IMAGE = "image.conf";

  private final Path folder;
  private final ZooKeeperServer zookeeper;
  private final EtcdServer etcd;
  private final PulsarCluster cluster;
  private final LossWorkload workload;
  private Optional<MigrateProcess> daemon = Optional.empty();
  private int commands;

  private MoveBed(Path folder, ZooKeeperServer zookeeper, EtcdServer etcd, PulsarCluster cluster) {
    this.folder = folder;
    this.zookeeper = zookeeper;
    this.etcd = etcd;
    this.cluster = cluster;
    this.workload = new LossWorkload(cluster);
  }

  /** The stores, and a cluster that has worked and is stopped. */
  static MoveBed of(Path folder, int bookies, int brokers) throws Exception {
    PulsarClassPath pulsar = PulsarClassPath.of(VERSION);
    ZooKeeperServer zookeeper = ZooKeeperServer.start(pulsar, folder);
    EtcdServer etcd = EtcdServer.start(folder);
    PulsarCluster cluster =
        new PulsarCluster(
            pulsar,
            folder,
            "c1",
            new MetadataHome.ZooKeeperHome(List.of(zookeeper)),
            bookies,
            brokers);
    cluster.brokers().forEach(b -> b.settings().set(Map.of("brokerShutdownTimeoutMs", "2000")));
    MoveBed bed = new MoveBed(folder, zookeeper, etcd, cluster);
    try {
      bed.work();
    } catch (Exception | AssertionError e) {
      bed.close();
      throw e;
    }
    return bed;
  }

  private void work() throws Exception {
    cluster.create();
    workload.prepare();
    workload.round();
    workload.noteLedgerIds();
    cluster.stop();
    for (PulsarNode node : nodes()) {
      Files.copy(node.settings().file(), image(node));
    }
  }

  /** A node's settings as its image has them. */
  static Path image(PulsarNode node) {
    return node.settings().file().resolveSibling(IMAGE);
  }

  PulsarCluster cluster() {
    return cluster;
  }

  String zookeeper() {
    return zookeeper.connect();
  }

  MetadataHome onZooKeeper() {
    return new MetadataHome.ZooKeeperHome(List.of(zookeeper));
  }

  MetadataHome onEtcd() {
    return new MetadataHome.EtcdHome(List.of(etcd));
  }

  List<PulsarNode> nodes() {
    return Stream.<PulsarNode>concat(cluster.bookies().stream(), cluster.brokers().stream())
        .toList();
  }

  /** What runs the nodes may take a moment to start their processes. */
  void awaitServing() {
    for (PulsarNode node : nodes()) {
      await(node.id() + " is started").atMost(Duration.ofMinutes(5)).until(node.process()::alive);
    }
    nodes().forEach(PulsarNode::awaitUp);
  }

  /**
   * {@code migrate run} until a cutover can begin.
   *
   * @param driver the driver's block of the configuration, and what else is below {@code cutover},
   *     each line indented
   * @param names the driver's name for a node
   */
  void follow(String driver, Function<PulsarNode, String> names) {
    String yaml =
        """
        cluster: {name: c1, pulsarVersion: %s}
        source: {zookeeper: "%s", connectTimeout: 60s}
        target: {etcd: ["%s"], connectTimeout: 60s, lockTtl: 5s}
        cutover:
          maxOutage: 5m
          budget: 4m
          bookies: [%s]
          brokers: [%s]
          accept: [%s]
        %s\
        """
            .formatted(
                VERSION,
                zookeeper.connect(),
                etcd.endpoint(),
                listed(cluster.bookies(), names),
                listed(cluster.brokers(), names),
                accepted(names),
                driver);
    daemon = Optional.of(MigrateProcess.of("daemon", folder, 256, yaml, new String[0]));
    daemon.orElseThrow().start().awaitCanCutover();
  }

  /** The image's own entry reads the variables, and bookies have no HTTP server. */
  private String accepted(Function<PulsarNode, String> names) {
    return Stream.concat(
            cluster.bookies().stream().map(bookie -> "BOOKIE_DATA_NOT_VERIFIABLE:" + bookie.id()),
            nodes().stream().map(node -> "VARIABLES_NOT_READ:" + names.apply(node)))
        .map(name -> '"' + name + '"')
        .collect(Collectors.joining(", "));
  }

  private static String listed(
      List<? extends PulsarNode> nodes, Function<PulsarNode, String> names) {
    return nodes.stream()
        .map(node -> "{id: \"%s\", node: %s}".formatted(node.id(), names.apply(node)))
        .collect(Collectors.joining(", "));
  }

  /** A command of the window to its end; anything but exit code 0 fails with its output. */
  String migrate(String command, String... more) {
    List<String> words = new ArrayList<>(List.of(command, "--config"));
    words.add(daemon.orElseThrow().config().toString());
    words.addAll(List.of("--confirm", "c1"));
    words.addAll(List.of(more));
    Path home = folder.resolve(command + "-" + ++commands);
    try (MigrateCommand run = MigrateCommand.start(home, words.toArray(String[]::new))) {
      int code = run.awaitEnd();
      assertThat(code).as(run.log()).isZero();
      return run.log();
    }
  }

  /**
   * Rehearsed, to etcd bookie by bookie, and back after the point of no return, under live traffic:
   * every message of both sides is there.
   *
   * @param onEtcd what else must be so in between
   */
  void thereAndBack(Check onEtcd) throws Exception {
    try (LiveTraffic traffic = LiveTraffic.start(cluster)) {
      workload.noteLedgerIds();
      assertThat(migrate("cutover", "--dry-run")).contains("no blockers");

      migrate("cutover", "--yes");

      assertServing(onEtcd(), onZooKeeper());
      traffic.awaitProgress();
      System.out.println("to etcd: longest pause " + traffic.longestPause().toMillis() + " ms");
      checked("on etcd");
      onEtcd.run();
      workload.round();
      workload.noteLedgerIds();

      migrate("rollback");

      assertServing(onZooKeeper(), onEtcd());
      traffic.awaitProgress();
      System.out.println("and back: longest pause " + traffic.longestPause().toMillis() + " ms");
      checked("back on ZooKeeper");
      for (LiveReport report : traffic.stop()) {
        System.out.println(report);
        assertThat(report.lost()).as(report.toString()).isEmpty();
        assertThat(report.outOfOrder()).as(report.toString()).isEmpty();
      }
    }
  }

  /** May fail in any way. */
  interface Check {
    void run() throws Exception;
  }

  private void checked(String where) throws Exception {
    WorkloadFindings findings = workload.check();
    System.out.println(where + ": " + findings);
    assertThat(findings.clean()).as(where + ": " + findings).isTrue();
  }

  private void assertServing(MetadataHome here, MetadataHome notThere) throws IOException {
    for (PulsarNode node : nodes()) {
      assertThat(here.registered(node.registration())).as(node.registration()).isTrue();
      assertThat(notThere.registered(node.registration())).as(node.registration()).isFalse();
    }
  }

  @Override
  public void close() {
    daemon.ifPresent(MigrateProcess::close);
    cluster.close();
    etcd.close();
    zookeeper.close();
  }
}
