package io.metamigrate.follow;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.metamigrate.lab.CommandLineRun;
import io.metamigrate.lab.EtcdKeys;
import io.metamigrate.lab.EtcdServer;
import io.metamigrate.lab.MigrateProcess;
import io.metamigrate.lab.ZooKeeperServer;
import io.metamigrate.migrator.demo.PulsarTree;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.commons.io.FileUtils;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.CuratorFrameworkFactory;
import org.apache.curator.framework.api.transaction.CuratorOp;
import org.apache.curator.retry.RetryNTimes;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A store comes back at the same address under a following daemon, and is another one, an older
 * one, or empty. Nothing is changed by it, and the daemon reports which of them it is.
 */
final class OtherStoreTest {
  private static final int ZNODES = 600;

  @TempDir private static Path directory;

  private static ZooKeeperServer zookeeper;
  private static EtcdServer etcd;
  private static int started;

  private MigrateProcess daemon;

  @BeforeAll
  static void start() throws Exception {
    zookeeper = ZooKeeperServer.start(directory, "maxSessionTimeout=4000");
    etcd = EtcdServer.start(directory);
    etcd.process().stop();
    save(etcdData(), "etcd-empty");
    zookeeper.process().stop();
    save(zookeeperData(), "zookeeper-empty");
    fillZooKeeper(8);
    write("/admin/policies/other", 200);
    zookeeper.process().stop();
    save(zookeeperData(), "zookeeper-other");
    restore(zookeeperData(), "zookeeper-empty");
    fillZooKeeper(7);
    zookeeper.process().stop();
    save(zookeeperData(), "zookeeper-base");
  }

  private static void fillZooKeeper(long seed) {
    zookeeper.start();
    PulsarTree.fill(zookeeper.connect(), ZNODES, seed).close();
  }

  @AfterAll
  static void stop() {
    zookeeper.close();
    etcd.close();
  }

  @BeforeEach
  void follow() throws Exception {
    zookeeper.process().stop();
    etcd.process().stop();
    restore(zookeeperData(), "zookeeper-base");
    restore(etcdData(), "etcd-empty");
    zookeeper.start();
    etcd.start();
    daemon = daemon();
    daemon.start().awaitFollowing();
    write("/admin/policies/late", 5);
    daemon.barrier();
  }

  @AfterEach
  void end() {
    daemon.close();
  }

  @Test
  void emptiedZooKeeperDeletesNothing() throws Exception {
    long keys = keys().count("/");

    replaceZooKeeper("zookeeper-empty");

    assertEnded("SOURCE_WENT_BACK");
    assertThat(keys().count("/")).isEqualTo(keys);
    assertStopIsRecorded("SOURCE_WENT_BACK");
    assertRefused("SOURCE_WENT_BACK", "verify");
    assertRefused("SOURCE_WENT_BACK", "run", "--once", "--rehearsal");
  }

  /** The copy may be all that is left; the request comes before the daemon has noticed. */
  @Test
  void abortCleanDeletesNothingIfZooKeeperComesBackEmpty() throws Exception {
    long keys = keys().count("/");
    zookeeper.process().kill();
    CommandLineRun abort =
        CommandLineRun.migrate("abort", "--clean", "--config", daemon.config().toString());
    assertThat(abort.code()).as(abort.toString()).isZero();

    restore(zookeeperData(), "zookeeper-empty");
    zookeeper.start();

    // Which of them depends on how long the server took to come back.
    assertThat(daemon.awaitEnd()).isIn(3, 4);
    assertThat(daemon.log())
        .containsAnyOf("SOURCE_WENT_BACK: ", "was not aborted, and its copy, or a part of it,");
    assertThat(keys().count("/")).isEqualTo(keys);
    assertStatusNames("DAEMON_ENDED");
  }

  @Test
  void followsOlderZooKeeperOnlyByName() throws Exception {
    long keys = keys().count("/");

    replaceZooKeeper("zookeeper-base");

    assertEnded("SOURCE_WENT_BACK");
    assertThat(keys().count("/")).isEqualTo(keys);
    assertStopIsRecorded("SOURCE_WENT_BACK");
    MigrateProcess again = daemon();
    assertThat(again.start().awaitEnd()).isEqualTo(3);
    again.close();
    daemon = daemon("--accept", "SOURCE_WENT_BACK");
    daemon.start().awaitFollowing();
    assertEqual();
    assertThat(keys().count("/")).isLessThan(keys);
    daemon.close();
    daemon = daemon();
    daemon.start().awaitFollowing();
  }

  /**
   * Its zxid is above all that was seen. What was seen to be created is created again, as brokers
   * do; one znode that is written all the time has had more changes than it has now.
   */
  @Test
  void refusesOlderZooKeeperWithNewWrites() throws Exception {
    overwrite("/admin/clusters/demo", 40);
    daemon.barrier();
    daemon.process().stop();
    long keys = keys().count("/");
    replaceZooKeeper("zookeeper-base");
    write("/admin/policies/late", 5);
    write("/admin/policies/further", 5);
    overwrite("/admin/policies/further", 200);
    overwrite("/admin/clusters/demo", 20);

    daemon.start();

    assertEnded("SOURCE_WENT_BACK");
    assertThat(daemon.log()).contains("does not know the change of /admin/clusters/demo");
    assertThat(keys().count("/")).isEqualTo(keys);
    assertRefused("SOURCE_WENT_BACK", "verify");
    assertRefused("SOURCE_WENT_BACK", "plan");
  }

  @Test
  void refusesOtherEnsembleAtTheSameAddress() throws Exception {
    long keys = keys().count("/");

    replaceZooKeeper("zookeeper-other");

    assertEnded("SOURCE_IS_ANOTHER");
    assertThat(keys().count("/")).isEqualTo(keys);
    assertStopIsRecorded("SOURCE_IS_ANOTHER");
    assertRefused("SOURCE_IS_ANOTHER", "verify");
    assertRefused("SOURCE_IS_ANOTHER", "plan");
  }

  @Test
  void emptiedEtcdIsNotFilledAgain() throws Exception {
    etcd.process().kill();
    restore(etcdData(), "etcd-empty");
    etcd.start();

    assertEnded("TARGET_IS_ANOTHER");
    assertThat(keys().count("/")).isZero();
    assertThat(keys().count("metamigrate/")).isZero();
    assertStatusNames("TARGET_IS_ANOTHER");
    assertStartedAgainOnlyByName("TARGET_IS_ANOTHER");
  }

  @Test
  void olderEtcdIsNotWritten() throws Exception {
    daemon.process().freeze();
    etcd.process().kill();
    save(etcdData(), "etcd-older");
    etcd.start();
    daemon.process().thaw();
    write("/admin/policies/later", 200);
    daemon.barrier();
    etcd.process().kill();
    restore(etcdData(), "etcd-older");
    etcd.start();
    long revision = keys().revision();

    assertEnded("TARGET_WENT_BACK");
    assertThat(keys().exists("/admin/policies/later/n0")).isFalse();
    assertThat(keys().revision()).isBetween(revision, revision + 2);
    assertStatusNames("TARGET_WENT_BACK");
    assertThat(daemon.start().awaitEnd()).isEqualTo(3);
    assertThat(keys().revision()).isBetween(revision, revision + 2);
  }

  /** A comparison that would delete a large part asks; a deletion that is followed does not. */
  @Test
  @Tag("campaign")
  void massDeletionNeedsAcceptanceByName() throws Exception {
    write("/admin/policies/much", 200);
    write("/admin/policies/followed", 200);
    daemon.barrier();
    delete("/admin/policies/followed");
    daemon.barrier();
    assertThat(keys().count("/admin/policies/followed/")).isZero();
    daemon.process().stop();
    long keys = keys().count("/");
    delete("/admin/policies/much");

    daemon.start();

    assertEnded("MASS_DELETION");
    assertThat(daemon.log()).contains("--accept MASS_DELETION");
    assertThat(keys().count("/")).isEqualTo(keys);
    assertStopIsRecorded("MASS_DELETION");
    assertRefused("MASS_DELETION", "run", "--once", "--rehearsal");
    assertThat(keys().count("/")).isEqualTo(keys);
    CommandLineRun accepted = migrate("run", "--once", "--rehearsal", "--accept", "MASS_DELETION");
    assertThat(accepted.code()).as(accepted.toString()).isZero();
    assertThat(keys().count("/admin/policies/much/")).isZero();
  }

  @Test
  @Tag("campaign")
  void restartWithIntactDataIsTheSameStore() throws Exception {
    zookeeper.process().kill();
    zookeeper.start();
    write("/admin/policies/more", 5);
    daemon.barrier();
    etcd.process().kill();
    etcd.start();
    write("/admin/policies/most", 5);
    daemon.barrier();
    daemon.process().kill();
    keys().delete("metamigrate/identity");

    // As the former release left it, and by another spelling of the same address.
    daemon =
        MigrateProcess.of(
            "daemon-" + ++started,
            directory,
            FollowLab.HEAP,
            zookeeper.connect().replace("127.0.0.1", "localhost"),
            etcd.endpoint());
    daemon.start().awaitFollowing();
    daemon.barrier();

    assertEqual();
    assertThat(new String(keys().get("metamigrate/identity"), UTF_8)).contains("\"nonce\"");
  }

  private static MigrateProcess daemon(String... arguments) {
    return MigrateProcess.of(
        "daemon-" + ++started,
        directory,
        FollowLab.HEAP,
        zookeeper.connect(),
        etcd.endpoint(),
        arguments);
  }

  private void assertEnded(String id) throws IOException {
    int code = daemon.awaitEnd();
    assertThat(daemon.log()).contains(id + ": ");
    assertThat(code).isEqualTo(3);
  }

  private static void assertStopIsRecorded(String id) throws IOException {
    CommandLineRun status =
        CommandLineRun.migrate("status", "--etcd", etcd.endpoint(), "--output", "json");
    assertThat(status.json().path("phase").asText()).as(status.toString()).isEqualTo("Stopped");
    assertThat(status.json().path("waitingFor").asText()).contains(id);
  }

  /** On the daemon's machine, since nothing is written to an etcd that is not the one meant. */
  private void assertStatusNames(String id) throws IOException {
    CommandLineRun status =
        CommandLineRun.migrate(
            "status", "--config", daemon.config().toString(), "--output", "json");
    assertThat(status.code()).as(status.toString()).isZero();
    assertThat(status.json().path("health").toString()).contains("DAEMON_ENDED", id);
  }

  /** A supervisor starts what has ended; that is no acceptance. */
  private void assertStartedAgainOnlyByName(String id) throws IOException {
    assertThat(daemon.start().awaitEnd()).isEqualTo(3);
    assertThat(keys().count("/")).isZero();
    assertStatusNames(id);
    String[] again = {"run", "--once", "--rehearsal", "--config", daemon.config().toString()};
    CommandLineRun refused = CommandLineRun.migrate(again);
    assertThat(refused.code()).as(refused.toString()).isEqualTo(3);
    assertThat(refused.err()).contains(id, "--accept " + id);
    daemon.accepting(id).start().awaitFollowing();
    assertEqual();
    daemon.process().stop();
    daemon.start().awaitFollowing();
  }

  private static void assertRefused(String id, String... command) {
    CommandLineRun run = migrate(command);
    assertThat(run.code()).as(run.toString()).isEqualTo(3);
    assertThat(run.toString()).contains(id);
  }

  private static void assertEqual() throws IOException {
    FollowLab.assertEqual(zookeeper.connect(), etcd.endpoint());
  }

  private static CommandLineRun migrate(String... command) {
    String[] words = new String[command.length + 4];
    System.arraycopy(command, 0, words, 0, command.length);
    words[command.length] = "--zookeeper";
    words[command.length + 1] = zookeeper.connect();
    words[command.length + 2] = "--etcd";
    words[command.length + 3] = etcd.endpoint();
    return CommandLineRun.migrate(words);
  }

  private static void replaceZooKeeper(String saved) throws IOException {
    zookeeper.process().kill();
    restore(zookeeperData(), saved);
    zookeeper.start();
  }

  private static void write(String parent, int children) throws Exception {
    try (CuratorFramework client =
        CuratorFrameworkFactory.newClient(zookeeper.connect(), new RetryNTimes(20, 500))) {
      client.start();
      client.create().creatingParentsIfNeeded().forPath(parent, new byte[] {1});
      List<CuratorOp> creates = new ArrayList<>();
      for (int i = 0; i < children; i++) {
        creates.add(client.transactionOp().create().forPath(parent + "/n" + i, new byte[] {1}));
      }
      client.transaction().forOperations(creates);
    }
  }

  private static void overwrite(String path, int times) throws Exception {
    try (CuratorFramework client =
        CuratorFrameworkFactory.newClient(zookeeper.connect(), new RetryNTimes(20, 500))) {
      client.start();
      for (int i = 0; i < times; i++) {
        client.setData().forPath(path, ("{\"n\":" + i + "}").getBytes(UTF_8));
      }
    }
  }

  private static void delete(String parent) throws Exception {
    try (CuratorFramework client =
        CuratorFrameworkFactory.newClient(zookeeper.connect(), new RetryNTimes(20, 500))) {
      client.start();
      List<CuratorOp> deletes = new ArrayList<>();
      for (String child : client.getChildren().forPath(parent)) {
        deletes.add(client.transactionOp().delete().forPath(parent + "/" + child));
      }
      deletes.add(client.transactionOp().delete().forPath(parent));
      client.transaction().forOperations(deletes);
    }
  }

  private static EtcdKeys keys() {
    return new EtcdKeys(etcd.endpoint());
  }

  private static Path zookeeperData() {
    return directory.resolve("zookeeper-1/data");
  }

  private static Path etcdData() {
    return directory.resolve("etcd-0/data");
  }

  private static void save(Path data, String name) throws IOException {
    FileUtils.deleteDirectory(directory.resolve(name).toFile());
    FileUtils.copyDirectory(data.toFile(), directory.resolve(name).toFile());
  }

  private static void restore(Path data, String name) throws IOException {
    FileUtils.deleteDirectory(data.toFile());
    FileUtils.copyDirectory(directory.resolve(name).toFile(), data.toFile());
  }
}
