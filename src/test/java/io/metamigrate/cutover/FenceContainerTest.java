package io.metamigrate.cutover;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.metamigrate.lab.CommandLineRun;
import io.metamigrate.lab.EtcdServer;
import io.metamigrate.lab.ZooKeeperServer;
import io.metamigrate.verifier.store.ZooKeeperConnection;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.ZooDefs.Ids;
import org.apache.zookeeper.ZooDefs.Perms;
import org.apache.zookeeper.data.Stat;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The fence outlives the process also if ZooKeeper reaps empty containers. */
@Timeout(600)
final class FenceContainerTest {
  private static final String BROKERS = "/loadbalance/brokers";
  private static final String NAMES = "/counters/producer-name";

  @TempDir static Path folder;
  private static ZooKeeperServer zookeeper;
  private static EtcdServer etcd;

  private TestBed bed;
  private CommandNodes nodes;
  private Path config;
  private ZooKeeperConnection holder;
  private String allocated = "";

  @BeforeAll
  static void startStores() {
    zookeeper = ZooKeeperServer.start(folder, "-Dznode.container.checkIntervalMs=200");
    etcd = EtcdServer.start(folder);
  }

  @AfterAll
  static void stopStores() {
    zookeeper.close();
    etcd.close();
  }

  /** Parents as Pulsar makes them: containers, kept by what is registered below them. */
  @BeforeEach
  void containers() throws Exception {
    bed = new TestBed(folder, zookeeper, etcd, "60s");
    nodes = CommandNodes.start(folder.resolve("nodes-" + System.nanoTime()), bed);
    config = nodes.config("config-" + System.nanoTime() + ".yaml");
    bed.brokers.forEach(StandIn::stop);
    // The end of a session also ends what it holds below a fenced node.
    holder = ZooKeeperConnection.open(bed.configuration.zooKeeperSettings());
    for (String parent : java.util.List.of(BROKERS, NAMES)) {
      bed.zk().delete(parent, -1);
      bed.zk().create(parent, TestBed.NOTHING, Ids.OPEN_ACL_UNSAFE, CreateMode.CONTAINER);
      holder
          .client()
          .create(parent + "/held", TestBed.NOTHING, Ids.OPEN_ACL_UNSAFE, CreateMode.EPHEMERAL);
    }
    for (int i = 0; i < 5; i++) {
      allocated = create(NAMES + "/-", CreateMode.EPHEMERAL_SEQUENTIAL);
      bed.zk().delete(allocated, -1);
    }
    bed.brokers.forEach(StandIn::start);
    bed.zk().delete(BROKERS + "/held", -1);
    bed.driver.before(
        action -> {
          if (action.equals("start " + bed.brokers.get(0).id)) {
            holder.close();
          }
        });
    bed.copy();
  }

  @AfterEach
  void close() {
    holder.close();
    nodes.close();
    bed.close();
  }

  @Test
  void remainsAfterCutoverAndIsReadByFinalize() throws Exception {
    long made = bed.zk().exists(NAMES, false).getCzxid();
    run("cutover --yes", "the fence is in place at");
    awaitAReaping();

    assertThat(bed.zk().exists(NAMES, false).getCzxid()).isEqualTo(made);

    assertFenced(BROKERS);
    assertFenced(NAMES);
    bed.zk().setACL(NAMES, Ids.OPEN_ACL_UNSAFE, -1);
    CommandLineRun ended =
        run(
            "finalize --accept-connections --accept-late-writes --record "
                + config.resolveSibling("record.json"),
            "the fence is in place at");
    assertThat(ended.err()).contains("the fence was gone at [" + NAMES + "] and was raised again");
    awaitAReaping();
    assertFenced(BROKERS);
    assertFenced(NAMES);
  }

  @Test
  void rollbackRestoresContainersWithoutRepeatingANumber() throws Exception {
    // Held throughout: an empty counter is ZooKeeper's to reap once the tool has released it.
    bed.driver.before(action -> {});
    run("cutover --yes", "done: cluster c1, phase Observing");
    awaitAReaping();

    run("rollback", "phase RolledBack");

    String name = create(NAMES + "/-", CreateMode.EPHEMERAL_SEQUENTIAL);
    assertThat(name).isGreaterThan(allocated);
    assertThat(bed.zk().getChildren(NAMES, false)).hasSize(2).contains("held");
    bed.assertServingOnZooKeeper();
    // A client cannot see a container, but ZooKeeper reaps it once it is empty.
    bed.brokers.forEach(StandIn::stop);
    bed.zk().delete(name, -1);
    holder.close();
    awaitGone(BROKERS);
    awaitGone(NAMES);
  }

  private void awaitGone(String path) {
    await().atMost(Duration.ofMinutes(1)).until(() -> !bed.existsInZooKeeper(path));
  }

  private void assertFenced(String path) throws Exception {
    assertThat(bed.zk().exists(path, false)).as(path).isNotNull();
    assertThat(bed.zk().getACL(path, new Stat()).get(0).getPerms())
        .as(path)
        .isEqualTo(Perms.READ | Perms.ADMIN);
  }

  /** Two containers one after the other, so that a whole pass of ZooKeeper was made in between. */
  private void awaitAReaping() throws Exception {
    for (int i = 0; i < 2; i++) {
      String canary = "/canary" + i;
      bed.zk().create(canary, TestBed.NOTHING, Ids.OPEN_ACL_UNSAFE, CreateMode.CONTAINER);
      bed.zk().delete(create(canary + "/used", CreateMode.PERSISTENT), -1);
      await().atMost(Duration.ofMinutes(1)).until(() -> !bed.existsInZooKeeper(canary));
    }
  }

  private String create(String path, CreateMode mode) throws Exception {
    return bed.zk().create(path, TestBed.NOTHING, new ArrayList<>(Ids.OPEN_ACL_UNSAFE), mode);
  }

  private CommandLineRun run(String command, String message) {
    java.util.List<String> words = new ArrayList<>(java.util.List.of(command.split(" ", -1)));
    words.addAll(
        java.util.List.of(
            "--config",
            config.toString(),
            "--confirm",
            "c1",
            "--state-folder",
            folder.resolve("state").toString()));
    CommandLineRun run = CommandLineRun.migrate(words.toArray(String[]::new));
    assertThat(run.code()).as(run.toString()).isZero();
    assertThat(run.out()).contains(message);
    return run;
  }
}
