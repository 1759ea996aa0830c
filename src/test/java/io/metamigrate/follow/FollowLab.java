package io.metamigrate.follow;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.metamigrate.lab.CommandLineRun;
import io.metamigrate.lab.EtcdAdmin;
import io.metamigrate.lab.EtcdKeys;
import io.metamigrate.lab.EtcdServer;
import io.metamigrate.lab.MigrateProcess;
import io.metamigrate.lab.ZooKeeperServer;
import io.metamigrate.migrator.demo.PulsarTree;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.stream.Stream;

/** One ZooKeeper with a Pulsar tree, one etcd, and daemons between them. */
final class FollowLab implements AutoCloseable {
  static final int HEAP = 192;
  private static final int ZNODES = 3_000;
  private static final long SEED = 7;

  private final Deque<Runnable> open = new ArrayDeque<>();
  private final Path directory;
  private final ZooKeeperServer zookeeper;
  private final EtcdServer etcd;

  private FollowLab(Path directory, ZooKeeperServer zookeeper, EtcdServer etcd) {
    this.directory = directory;
    this.zookeeper = zookeeper;
    this.etcd = etcd;
    open.push(etcd::close);
    open.push(zookeeper::close);
  }

  static FollowLab start(Path directory, String... zookeeperSettings) {
    return start(
        directory,
        ZooKeeperServer.start(directory, zookeeperSettings),
        EtcdServer.start(directory));
  }

  static FollowLab start(Path directory, ZooKeeperServer zookeeper, EtcdServer etcd) {
    FollowLab lab = new FollowLab(directory, zookeeper, etcd);
    lab.open.push(PulsarTree.fill(zookeeper.connect(), ZNODES, SEED)::close);
    return lab;
  }

  ZooKeeperServer zookeeper() {
    return zookeeper;
  }

  EtcdServer etcd() {
    return etcd;
  }

  EtcdAdmin admin() {
    return new EtcdAdmin(etcd.endpoint());
  }

  EtcdKeys keys() {
    return new EtcdKeys(etcd.endpoint());
  }

  /** A daemon that is not started yet. */
  MigrateProcess daemon(String name, String... arguments) {
    return daemonAt(name, zookeeper.connect(), etcd.endpoint(), arguments);
  }

  /** The same by other addresses, such as those of a proxy. */
  MigrateProcess daemonAt(String name, String connect, String endpoints, String... arguments) {
    // The load renews more of this small tree than is deleted unasked after a restart.
    String[] all =
        Stream.concat(Stream.of("--accept", "MASS_DELETION"), Arrays.stream(arguments))
            .toArray(String[]::new);
    MigrateProcess daemon = MigrateProcess.of(name, directory, HEAP, connect, endpoints, all);
    open.push(daemon::close);
    return daemon;
  }

  Load load(int perSecond) {
    return kept(Load.start(zookeeper.connect(), perSecond, SEED));
  }

  /** The same, on the average of all the time, also that in which ZooKeeper is down. */
  Load steadyLoad(int perSecond) {
    return kept(Load.start(zookeeper.connect(), perSecond, Duration.ofMinutes(5), SEED));
  }

  private Load kept(Load load) {
    open.push(load::close);
    return load;
  }

  /** Reaches a barrier, and compares both stores by the product's own command. */
  void assertEqualAtTheBarrier(MigrateProcess daemon, String... more) throws IOException {
    JsonNode barrier = daemon.barrier();
    assertThat(barrier.path("zxid").asText()).startsWith("0x");
    assertEqual(zookeeper.connect(), etcd.endpoint(), more);
  }

  /** A command between these two stores. */
  CommandLineRun migrate(String command, String... more) {
    return migrate(zookeeper.connect(), etcd.endpoint(), command, more);
  }

  private static CommandLineRun migrate(
      String connect, String endpoint, String command, String... more) {
    List<String> words = new ArrayList<>(List.of(command));
    words.addAll(List.of("--zookeeper", connect, "--etcd", endpoint, "--output", "json"));
    words.addAll(List.of(more));
    return CommandLineRun.migrate(words.toArray(String[]::new));
  }

  static void assertEqual(String connect, String endpoint, String... more) throws IOException {
    CommandLineRun verify = migrate(connect, endpoint, "verify", more);
    assertThat(verify.json().path("differences")).as(verify.toString()).isEmpty();
    assertThat(verify.json().path("consistent").asBoolean()).as(verify.toString()).isTrue();
    assertThat(verify.code()).isZero();
  }

  @Override
  public void close() {
    while (!open.isEmpty()) {
      open.pop().run();
    }
  }
}
