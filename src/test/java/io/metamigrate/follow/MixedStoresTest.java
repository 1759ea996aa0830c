package io.metamigrate.follow;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.metamigrate.lab.CommandLineRun;
import io.metamigrate.lab.EtcdAdmin;
import io.metamigrate.lab.EtcdKeys;
import io.metamigrate.lab.EtcdServer;
import io.metamigrate.lab.FreePorts;
import io.metamigrate.lab.LabProcess;
import io.metamigrate.lab.ZooKeeperServer;
import io.metamigrate.migrator.demo.PulsarTree;
import io.metamigrate.store.Tree;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.commons.io.FileUtils;
import org.apache.zookeeper.ZooDefs.Ids;
import org.apache.zookeeper.ZooDefs.Perms;
import org.apache.zookeeper.data.ACL;
import org.apache.zookeeper.data.Id;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** Addresses of more than one store in one list, and an etcd from before what ZooKeeper knows. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class MixedStoresTest {
  @TempDir private static Path directory;

  private static ZooKeeperServer zookeeper;
  private static ZooKeeperServer otherZooKeeper;
  private static EtcdServer etcd;
  private static EtcdServer otherEtcd;

  /** Both etcds have the same cluster id, as any two with default flags. */
  @BeforeAll
  static void start() {
    String peer = "http://127.0.0.1:" + FreePorts.next();
    String[] flags = {"--initial-advertise-peer-urls=" + peer, "--initial-cluster=m0=" + peer};
    zookeeper = ZooKeeperServer.start(directory.resolve("one"));
    otherZooKeeper = ZooKeeperServer.start(directory.resolve("other"));
    etcd = EtcdServer.start(directory.resolve("one"), flags);
    otherEtcd = EtcdServer.start(directory.resolve("other"), flags);
    PulsarTree.fill(zookeeper.connect(), 600, 7).close();
    PulsarTree.fill(otherZooKeeper.connect(), 600, 8).close();
  }

  @AfterAll
  static void stop() {
    zookeeper.close();
    otherZooKeeper.close();
    etcd.close();
    otherEtcd.close();
  }

  @AfterEach
  void wipe() throws Exception {
    for (EtcdServer server : List.of(etcd, otherEtcd)) {
      new EtcdKeys(server.endpoint()).wipe();
    }
    try (Tree tree = Tree.connect(zookeeper.connect())) {
      if (tree.client().exists("/metamigrate/epoch", false) != null) {
        tree.client().delete("/metamigrate/epoch", -1);
      }
    }
  }

  @Test
  void everyCommandRefusesTwoEtcdsInOneList() throws IOException {
    new EtcdKeys(otherEtcd.endpoint()).put("somebody/else", new byte[] {1});
    for (String list : inEitherOrder(etcd.endpoint(), otherEtcd.endpoint())) {
      for (String[] command : commands()) {
        assertRefused("TARGETS_DIFFER", zookeeper.connect(), list, command);
      }
      assertRefused("TARGETS_DIFFER", zookeeper.connect(), list, "status");
    }
    assertNothingCopied();
  }

  /** Same cluster id, same revision, no key. Runs first: the others write. */
  @Order(1)
  @Test
  void refusesTwoIdenticalEtcdsBeforeAnyCopy() throws IOException {
    assertTwoEtcdsAreRefused();
    assertNothingCopied();
    assertThat(keys().count("metamigrate/")).isZero();
  }

  /** A full etcd grants no lease that the other one could lack. */
  @Test
  void everyCommandRefusesTwoEtcdsOfWhichTheFirstIsFull() throws IOException {
    new EtcdKeys(otherEtcd.endpoint()).put("somebody/else", new byte[] {1});
    EtcdAdmin full = new EtcdAdmin(etcd.endpoint());
    full.raiseAlarm();
    try {
      String list = etcd.endpoint() + "," + otherEtcd.endpoint();
      for (String[] command : commands()) {
        assertRefused("TARGETS_DIFFER", zookeeper.connect(), list, command);
      }
    } finally {
      full.disarm();
    }
    assertNothingCopied();
  }

  /** As a backup that was restored beside its origin: same move, same revision, same keys. */
  @Test
  void everyCommandRefusesEtcdAndItsCopyInOneList() throws Exception {
    CommandLineRun copy = migrate(zookeeper.connect(), etcd.endpoint(), "run", "--once");
    assertThat(copy.code()).as(copy.toString()).isZero();
    etcd.process().stop();
    otherEtcd.process().stop();
    FileUtils.deleteDirectory(data("other").toFile());
    FileUtils.copyDirectory(data("one").toFile(), data("other").toFile());
    etcd.start();
    otherEtcd.start();

    assertTwoEtcdsAreRefused();
    assertThat(new EtcdKeys(otherEtcd.endpoint()).revision()).isEqualTo(keys().revision());
  }

  /** It takes its share of the requests and refuses them. */
  @Test
  void refusesALearnerAmongTheEndpoints() throws IOException {
    String voter = "http://127.0.0.1:" + FreePorts.next();
    String learner = "http://127.0.0.1:" + FreePorts.next();
    String members = "--initial-cluster=m0=%s,m1=%s".formatted(voter, learner);
    try (EtcdServer first =
            EtcdServer.start(
                directory.resolve("voter"),
                "--listen-peer-urls=" + voter,
                "--initial-advertise-peer-urls=" + voter,
                "--initial-cluster=m0=" + voter);
        EtcdServer second =
            EtcdServer.cluster(
                    directory.resolve("learner"),
                    1,
                    "--name=m1",
                    "--listen-peer-urls=" + learner,
                    "--initial-advertise-peer-urls=" + learner,
                    members,
                    "--initial-cluster-state=existing")
                .get(0)) {
      new EtcdAdmin(first.endpoint()).addLearner(learner);
      second.startOnly();
      String list = first.endpoint() + "," + second.endpoint();
      await()
          .atMost(Duration.ofMinutes(1))
          .untilAsserted(
              () -> {
                CommandLineRun refused = migrate(zookeeper.connect(), list, "plan");
                assertThat(refused.code()).as(refused.toString()).isEqualTo(5);
                assertThat(refused.err()).contains("learner", "etcdctl member promote");
              });
    }
  }

  /** Both lead to one etcd, so cluster ids, revisions and leases are equal. */
  @Test
  void refusesPrefixingProxyBesideTheEtcdBehindIt() throws IOException {
    int port = FreePorts.next();
    try (EtcdServer behind = EtcdServer.start(directory.resolve("behind-proxy"));
        LabProcess proxy =
            new LabProcess(
                "grpc-proxy",
                directory,
                List.of(
                    "etcd",
                    "grpc-proxy",
                    "start",
                    "--endpoints=" + behind.endpoint(),
                    "--listen-addr=127.0.0.1:" + port,
                    "--data-dir=" + directory.resolve("grpc-proxy"),
                    "--namespace=/elsewhere/"),
                Map.of())) {
      proxy.start();
      await().untilAsserted(() -> new Socket(InetAddress.getLoopbackAddress(), port).close());

      for (String list : inEitherOrder("http://127.0.0.1:" + port, behind.endpoint())) {
        assertRefused("TARGETS_DIFFER", zookeeper.connect(), list, "run", "--once");
        CommandLineRun refused =
            migrate(zookeeper.connect(), list, "run", "--listen", "127.0.0.1:" + FreePorts.next());
        assertThat(refused.code()).as(refused.toString()).isEqualTo(3);
        assertThat(refused.err()).contains("TARGETS_DIFFER", "--namespace");
      }
      assertThat(new EtcdAdmin(behind.endpoint()).countAll()).isZero();
    }
  }

  @Test
  void componentUrlOfAnotherEtcdBlocks() throws Exception {
    for (String[] command :
        List.of(
            new String[] {"plan"},
            new String[] {"run", "--listen", "127.0.0.1:" + FreePorts.next()})) {
      assertRefused(
          "COMPONENT_URL_OTHER_ETCD",
          zookeeper.connect(),
          etcd.endpoint(),
          withComponentUrl(otherEtcd.endpoint(), command));
    }
    assertNothingCopied();
    CommandLineRun alias =
        migrate(
            zookeeper.connect(),
            etcd.endpoint(),
            withComponentUrl(etcd.endpoint().replace("127.0.0.1", "localhost"), "plan"));
    assertThat(alias.code()).as(alias.toString()).isZero();
    assertThat(alias.out()).doesNotContain("COMPONENT_URL_OTHER_ETCD");
  }

  private static String[] withComponentUrl(String url, String... command) throws IOException {
    Path config = Files.createTempFile(directory, "components", ".yaml");
    Files.writeString(config, "target: {componentUrl: \"" + url + "\"}\n");
    return Stream.concat(Stream.of(command), Stream.of("--config", config.toString()))
        .toArray(String[]::new);
  }

  private static Path data(String which) {
    return directory.resolve(which).resolve("etcd-0/data");
  }

  @Test
  void everyCommandRefusesTwoZooKeepersInOneConnectString() throws IOException {
    for (String list : inEitherOrder(zookeeper.connect(), otherZooKeeper.connect())) {
      for (String[] command : commands()) {
        assertRefused("SOURCES_DIFFER", list, etcd.endpoint(), command);
      }
    }
    assertNothingCopied();
  }

  @Test
  void stoppedServerIsNotAnotherStore() {
    CommandLineRun plan =
        migrate(zookeeper.connect() + ",127.0.0.1:" + FreePorts.next(), etcd.endpoint(), "plan");

    assertThat(plan.code()).as(plan.toString()).isZero();
  }

  @Test
  void refusesEtcdFromBeforePointOfNoReturnUntilAccepted() throws Exception {
    CommandLineRun copy = migrate(zookeeper.connect(), etcd.endpoint(), "run", "--once");
    assertThat(copy.code()).as(copy.toString()).isZero();
    String nonce =
        new String(keys().get("metamigrate/identity"), UTF_8)
            .replaceFirst(".*\"nonce\":\"([^\"]+)\".*", "$1");
    long revision = keys().revision();

    epoch("3 " + nonce + " etcd");
    for (String[] command : commands()) {
      assertRefused("TARGET_WENT_BACK", zookeeper.connect(), etcd.endpoint(), command);
    }
    assertThat(keys().revision()).isEqualTo(revision);

    epoch("3 another-move etcd");
    for (String[] command : commands()) {
      assertRefused("TARGET_IS_ANOTHER", zookeeper.connect(), etcd.endpoint(), command);
      assertRefused("TARGET_IS_ANOTHER", zookeeper.connect(), otherEtcd.endpoint(), command);
    }
    assertThat(keys().revision()).isEqualTo(revision);

    epoch("of a later release");
    assertRefused("TARGET_IS_ANOTHER", zookeeper.connect(), etcd.endpoint(), "run", "--once");

    // After a rollback ZooKeeper is authoritative, whatever etcd is used next.
    epoch("4 another-move zookeeper");
    assertThat(migrate(zookeeper.connect(), etcd.endpoint(), "verify").code()).isZero();

    epoch("3 another-move etcd");
    CommandLineRun accepted =
        migrate(
            zookeeper.connect(), etcd.endpoint(), "run", "--once", "--accept", "TARGET_IS_ANOTHER");
    assertThat(accepted.code()).as(accepted.toString()).isZero();
    CommandLineRun again = migrate(zookeeper.connect(), etcd.endpoint(), "run", "--once");
    assertThat(again.code()).as(again.toString()).isZero();
  }

  /** It may name the etcd that brokers use; nobody accepts what nobody has read. */
  @Test
  void epochThatMayNotBeReadIsRefusedByEveryCommand() throws Exception {
    epoch("3 another-move etcd");
    List<ACL> own = new ArrayList<>(List.of(new ACL(Perms.ALL, new Id("auth", ""))));
    try (Tree owner = Tree.connect(zookeeper.connect())) {
      owner.client().addAuthInfo("digest", "window:secret".getBytes(UTF_8));
      owner.client().setACL("/metamigrate/epoch", own, -1);

      for (String[] command : commands()) {
        assertRefused("SOURCE_UNREADABLE", zookeeper.connect(), etcd.endpoint(), command);
      }
      String[] accepting = {
        "run", "--once", "--accept", "SOURCE_UNREADABLE", "--accept", "TARGET_IS_ANOTHER"
      };
      CommandLineRun refused = migrate(zookeeper.connect(), etcd.endpoint(), accepting);
      assertThat(refused.code()).as(refused.toString()).isEqualTo(3);
      assertThat(refused.err()).contains("/metamigrate/epoch", "READ");
      assertNothingCopied();
      assertThat(keys().count("metamigrate/")).isZero();
      Path config = Files.createTempFile(directory, "owner", ".yaml");
      Path password = Files.createTempFile(directory, "owner", ".password");
      Files.writeString(password, "secret");
      Files.writeString(
          config, "source: {sasl: {user: window, passwordFile: \"" + password + "\"}}\n");
      assertRefused(
          "TARGET_IS_ANOTHER",
          zookeeper.connect(),
          etcd.endpoint(),
          "verify",
          "--config",
          config.toString());
      owner.client().setACL("/metamigrate/epoch", Ids.OPEN_ACL_UNSAFE, -1);
    }
  }

  private static void epoch(String text) throws Exception {
    try (Tree tree = Tree.connect(zookeeper.connect())) {
      if (tree.client().exists("/metamigrate/epoch", false) == null) {
        tree.create("/metamigrate/epoch", text.getBytes(UTF_8));
      } else {
        tree.client().setData("/metamigrate/epoch", text.getBytes(UTF_8), -1);
      }
    }
  }

  private static EtcdKeys keys() {
    return new EtcdKeys(etcd.endpoint());
  }

  private static List<String> inEitherOrder(String one, String other) {
    return List.of(one + "," + other, other + "," + one);
  }

  private static List<String[]> commands() {
    return List.of(new String[] {"plan"}, new String[] {"verify"}, new String[] {"run", "--once"});
  }

  private static void assertNothingCopied() throws IOException {
    assertThat(keys().count("/")).isZero();
    assertThat(new EtcdKeys(otherEtcd.endpoint()).count("/")).isZero();
  }

  private static void assertRefused(String id, String connect, String endpoints, String... words) {
    CommandLineRun run = migrate(connect, endpoints, words);
    assertThat(run.code()).as(run.toString()).isEqualTo(3);
    assertThat(run.toString()).contains(id);
  }

  private static CommandLineRun migrate(String connect, String endpoints, String... words) {
    List<String> all = new ArrayList<>(List.of(words));
    all.addAll(List.of("--zookeeper", connect, "--etcd", endpoints));
    all.addAll(List.of("--cluster", "demo", "--pulsar-version", "3.0.8"));
    return CommandLineRun.migrate(all.toArray(String[]::new));
  }

  private void assertTwoEtcdsAreRefused() {
    for (String[] command : commands()) {
      assertRefused(
          "TARGETS_DIFFER",
          zookeeper.connect(),
          etcd.endpoint() + "," + otherEtcd.endpoint(),
          command);
    }
  }
}
