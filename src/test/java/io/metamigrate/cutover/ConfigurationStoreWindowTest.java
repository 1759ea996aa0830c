package io.metamigrate.cutover;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.metamigrate.lab.CommandLineRun;
import io.metamigrate.lab.EtcdServer;
import io.metamigrate.lab.ZooKeeperServer;
import io.metamigrate.migrator.config.CutoverConfig.Strategy;
import io.metamigrate.migrator.cutover.Confirmation;
import io.metamigrate.migrator.cutover.StepListener;
import io.metamigrate.migrator.cutover.Window.FinalizeOptions;
import io.metamigrate.migrator.cutover.WindowResult;
import io.metamigrate.migrator.restart.StepOutcome;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.zookeeper.ZooDefs.Perms;
import org.apache.zookeeper.ZooKeeper;
import org.apache.zookeeper.data.ACL;
import org.apache.zookeeper.data.Id;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The window of a cluster whose policies are in a ZooKeeper of their own. */
@Timeout(300)
final class ConfigurationStoreWindowTest {
  private static final String POLICIES = "/admin/policies/public/default";
  private static final String TOPIC = "/managed-ledgers/public/default/persistent/a";

  private static final String EMPTY = "/managed-ledgers/public/empty";

  @TempDir static Path folder;
  private static ZooKeeperServer local;
  private static ZooKeeperServer configuration;
  private static EtcdServer etcd;

  @BeforeAll
  static void startStores() {
    local = ZooKeeperServer.start(folder.resolve("local"));
    configuration = ZooKeeperServer.start(folder.resolve("configuration"));
    etcd = EtcdServer.start(folder);
  }

  @AfterAll
  static void stopStores() {
    etcd.close();
    configuration.close();
    local.close();
  }

  @Test
  void rollsBackToBothZooKeepersAndForwardAgain() throws Exception {
    try (TestBed bed = bed("")) {
      bed.whenBrokersServeOnEtcd.add(() -> serveOnEtcd(bed));
      assertThat(bed.cutover(Strategy.ROLLING).done()).isTrue();
      assertThat(text(bed.configurationStore(), POLICIES)).isEqualTo("{}");

      assertThat(bed.rollback().text()).contains("phase RolledBack");

      bed.assertServingOnZooKeeper();
      ZooKeeper shared = bed.configurationStore();
      assertThat(text(shared, POLICIES)).isEqualTo("{\"deleted\":false}");
      assertThat(text(shared, "/admin/policies/new/ns")).isEqualTo("{}");
      assertThat(text(shared, "/admin/clusters/c1")).isEqualTo("{}");
      assertThat(shared.exists("/admin/policies/old", false)).isNull();
      assertThat(shared.exists("/metamigrate", false)).isNull();
      assertThat(shared.exists("/managed-ledgers", false)).isNull();
      assertThat(bed.existsInZooKeeper("/admin/policies")).isFalse();
      assertThat(bed.dataInZooKeeper(TOPIC)).isEqualTo("ml a on etcd");
      assertThat(bed.dataInZooKeeper("/admin/local-policies/new/ns")).isEqualTo("bundles");

      bed.whenBrokersServeOnEtcd.clear();
      bed.copy();
      assertThat(bed.cutover(Strategy.STOP_ALL).done()).isTrue();
      bed.assertServingOnEtcd();
      assertThat(bed.key("/admin/policies/new/ns")).isPresent();
    }
  }

  private static void serveOnEtcd(TestBed bed) {
    bed.put(POLICIES, "{\"deleted\":false}".getBytes(UTF_8));
    bed.put("/admin/policies/new/ns", "{}".getBytes(UTF_8));
    bed.put("/admin/local-policies/new/ns", "bundles".getBytes(UTF_8));
    bed.delete("/admin/policies/old");
    bed.put(TOPIC, "ml a on etcd".getBytes(UTF_8));
  }

  @Test
  void lateWriteToConfigurationStoreStopsCutoverAndIsCopiedOnRetry() throws Exception {
    try (TestBed bed = bed("")) {
      bed.confirmation =
          announcement -> {
            write(bed, POLICIES, "late");
            return StepOutcome.done("yes");
          };

      WindowResult stopped = bed.cutover(Strategy.ROLLING);

      assertThat(stopped.step()).contains("no-return");
      assertThat(stopped.reason().orElseThrow())
          .contains(POLICIES + " changed at zxid", "in the configuration store");
      bed.confirmation = Confirmation.GIVEN;
      assertThat(bed.cutover(Strategy.ROLLING).done()).isTrue();
      assertThat(bed.key(POLICIES).orElseThrow().getValue().toString()).isEqualTo("late");
      bed.assertServingOnEtcd();
    }
  }

  @Test
  void unobservedWriteToConfigurationStoreBlocksFinalize() throws Exception {
    try (TestBed bed = bed("")) {
      assertThat(bed.cutover(Strategy.ROLLING).done()).isTrue();

      write(bed, POLICIES, "late");

      assertThatThrownBy(bed::end)
          .hasMessageContaining("NOT_READY")
          .hasMessageContaining(POLICIES + " changed", "in the configuration store");
    }
  }

  @Test
  void writesOfOtherClustersToASharedStoreAreOnlyLogged() throws Exception {
    try (TestBed bed = bed(", acceptSharedConfiguration: true")) {
      assertThat(bed.cutover(Strategy.ROLLING).done()).isTrue();

      write(bed, POLICIES, "of another cluster");
      // as ZooKeeper reaps an empty container, which is no late write in the other store
      bed.zk().delete(EMPTY, -1);

      assertThat(bed.end()).anyMatch(note -> note.contains(POLICIES + " changed"));
      assertThat(bed.configurationStore().exists("/metamigrate", false)).isNull();
      assertThat(bed.leftBehind()).isEmpty();
    }
  }

  @Test
  void rollbackKeepsChangesOfOtherClusters() throws Exception {
    try (TestBed bed = bed(", acceptSharedConfiguration: true")) {
      String fourth = "/admin/clusters/c4";
      String fifth = "/admin/clusters/c5";
      TestBed.create(bed.configurationStore(), fifth, "{}".getBytes(UTF_8));
      TestBed.create(bed.configurationStore(), fifth + "/domain", "{}".getBytes(UTF_8));
      bed.copy();
      bed.whenBrokersServeOnEtcd.add(() -> serveOnEtcd(bed));
      bed.whenBrokersServeOnEtcd.add(() -> bed.delete(fifth));
      bed.whenBrokersServeOnEtcd.add(() -> bed.delete(fifth + "/domain"));
      assertThat(bed.cutover(Strategy.ROLLING).done()).isTrue();
      ZooKeeper shared = bed.configurationStore();
      TestBed.create(shared, fourth, "{}".getBytes(UTF_8));
      write(bed, "/admin/clusters/c1", "of another cluster");
      write(bed, POLICIES, "of another cluster");

      WindowResult stopped = bed.rollback();

      assertThat(stopped.step()).contains("stop-brokers-on-etcd");
      assertThat(stopped.reason().orElseThrow())
          .contains(POLICIES + " was changed on etcd, and by others");
      write(bed, POLICIES, "{\"deleted\":false}");
      assertThat(bed.rollback().text()).contains("phase RolledBack");
      bed.assertServingOnZooKeeper();
      assertThat(text(shared, fourth)).isEqualTo("{}");
      assertThat(text(shared, "/admin/clusters/c1")).isEqualTo("of another cluster");
      assertThat(text(shared, "/admin/policies/new/ns")).isEqualTo("{}");
      assertThat(shared.exists("/admin/policies/old", false)).isNull();
      assertThat(shared.exists(fifth, false)).isNull();
    }
  }

  /** Also those from before a rollback that was undone. */
  @Test
  void secondRollbackKeepsChangesOfOtherClusters() throws Exception {
    try (TestBed bed = bed(", acceptSharedConfiguration: true")) {
      String fourth = "/admin/clusters/c4";
      String here = "/admin/policies/here/ns";
      assertThat(bed.cutover(Strategy.STOP_ALL).done()).isTrue();
      ZooKeeper shared = bed.configurationStore();
      TestBed.create(shared, fourth, "{}".getBytes(UTF_8));
      write(bed, "/admin/clusters/c1", "of another cluster");
      bed.put(here, "{}".getBytes(UTF_8));
      bed.rollBackUntil("start-brokers-on-zookeeper");
      bed.listener = StepListener.SILENT;
      WindowResult undone = bed.undoRollback();
      assertThat(undone.done()).as(undone.text()).isTrue();
      assertThat(text(shared, here)).isEqualTo("{}");
      bed.delete(here);

      assertThat(bed.rollback().text()).contains("phase RolledBack");

      bed.assertServingOnZooKeeper();
      assertThat(text(shared, fourth)).isEqualTo("{}");
      assertThat(text(shared, "/admin/clusters/c1")).isEqualTo("of another cluster");
      assertThat(shared.exists(here, false)).isNull();
    }
  }

  /** What the tool made there is removed without etcd, too. */
  @Test
  void rollbackWithoutEtcdLeavesNothingInEither() throws Exception {
    try (TestBed bed = bed("");
        CommandNodes nodes = CommandNodes.start(folder.resolve("without-etcd"), bed)) {
      Path stop =
          nodes.config(
              "stop.yaml",
              "hooks: {beforeStep: \"test $METAMIGRATE_STEP != start-first-broker\"}\n");
      assertThat(migrate("cutover", stop, "--yes").out()).contains("stopped at start-first-broker");
      ZooKeeper shared = bed.configurationStore();
      assertThat(shared.exists("/metamigrate", false)).isNotNull();
      etcd.process().kill();
      bed.all().forEach(node -> node.timeoutSeconds = 1);

      CommandLineRun back;
      try {
        back = migrate("rollback", nodes.config("back.yaml"), "--without-etcd");
      } finally {
        etcd.start();
      }

      assertThat(back.code()).as(back.toString()).isZero();
      assertThat(shared.exists("/metamigrate", false)).isNull();
      assertThat(bed.leftBehind()).isEmpty();
      assertThat(bed.all()).allMatch(node -> bed.zkOwner(node.path()) != 0);
    }
  }

  private static CommandLineRun migrate(String command, Path config, String more) {
    return CommandLineRun.migrate(
        command,
        "--config",
        config.toString(),
        "--confirm",
        "c1",
        "--state-folder",
        folder.resolve("state").toString(),
        more);
  }

  /** Undone twice: what others changed in between and what this cluster changed stay apart. */
  @Test
  void undoAfterUndoKeepsChangesOfOtherClusters() throws Exception {
    try (TestBed bed = bed(", acceptSharedConfiguration: true")) {
      String here = "/admin/policies/here/ns";
      assertThat(bed.cutover(Strategy.STOP_ALL).done()).isTrue();
      ZooKeeper shared = bed.configurationStore();
      for (int i = 0; i < 3; i++) {
        TestBed.create(shared, "/admin/clusters/of-others-" + i, "{}".getBytes(UTF_8));
        write(bed, "/admin/clusters/c1", "of another cluster " + i);
        bed.put(here + i, "{}".getBytes(UTF_8));
        bed.rollBackUntil(i == 1 ? "copy-back" : "start-brokers-on-zookeeper");
        bed.listener = StepListener.SILENT;
        WindowResult undone = bed.undoRollback();
        assertThat(undone.done()).as(undone.text()).isTrue();
      }
      bed.delete(here + 0);

      assertThat(bed.rollback().text()).contains("phase RolledBack");

      bed.assertServingOnZooKeeper();
      for (int i = 0; i < 3; i++) {
        assertThat(text(shared, "/admin/clusters/of-others-" + i)).isEqualTo("{}");
        assertThat(shared.exists(here + i, false) != null).isEqualTo(i > 0);
      }
      assertThat(text(shared, "/admin/clusters/c1")).isEqualTo("of another cluster 2");
    }
  }

  /** A conflict that the copy stops for does not stop the undo that the stop advises. */
  @Test
  void undoLeavesAConflictToTheNextRollback() throws Exception {
    try (TestBed bed = bed(", acceptSharedConfiguration: true")) {
      assertThat(bed.cutover(Strategy.STOP_ALL).done()).isTrue();
      bed.put(POLICIES, "{\"deleted\":false}".getBytes(UTF_8));
      bed.listener =
          WindowFailureTest.when("copy-back", step -> write(bed, POLICIES, "of another cluster"));
      WindowResult stopped = bed.rollback();
      assertThat(stopped.step()).contains("copy-back");
      assertThat(stopped.reason().orElseThrow())
          .contains(POLICIES + " was changed on etcd, and by others");
      List<String> announced = new ArrayList<>();
      bed.listener = WindowFailureTest.announcing(announced::add);

      WindowResult undone = bed.undoRollback();

      assertThat(undone.done()).as(undone.text()).isTrue();
      assertThat(announced).anyMatch(line -> line.contains("ALARM") && line.contains(POLICIES));
      bed.assertServingOnEtcd();
      assertThat(text(bed.configurationStore(), POLICIES)).isEqualTo("of another cluster");
      assertThat(bed.rollback().step()).contains("stop-brokers-on-etcd");
      write(bed, POLICIES, "{\"deleted\":false}");
      assertThat(bed.rollback().text()).contains("phase RolledBack");
    }
  }

  @Test
  void rehearsalReportsMissingPermission() throws Exception {
    try (TestBed bed = bed("")) {
      ACL readOnly = new ACL(Perms.ALL & ~Perms.CREATE, new Id("world", "anyone"));
      bed.configurationStore().setACL("/", new ArrayList<>(List.of(readOnly)), -1);

      assertThat(bed.rehearse(bed.configuration, false).obstacles())
          .singleElement()
          .asString()
          .startsWith("ZooKeeper at " + configuration.connect())
          .contains("no right to create and delete children at /;");
    }
  }

  @Test
  void ignoresItsOwnSessions() throws Exception {
    try (TestBed bed = TestBed.withConfigurationStore(folder, local, local, etcd, "")) {
      bed.copy();
      assertThat(bed.cutover(Strategy.ROLLING).done()).isTrue();

      assertThat(bed.end(new FinalizeOptions(folder.resolve("record"), false, false, false)))
          .allMatch(note -> note.startsWith("not checked: "));
    }
  }

  private static TestBed bed(String source) throws Exception {
    TestBed bed = TestBed.withConfigurationStore(folder, local, configuration, etcd, source);
    TestBed.create(bed.configurationStore(), "/admin/policies/old", TestBed.NOTHING);
    bed.create(EMPTY, TestBed.NOTHING);
    bed.copy();
    return bed;
  }

  private static void write(TestBed bed, String path, String data) {
    try {
      bed.configurationStore().setData(path, data.getBytes(UTF_8), -1);
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private static String text(ZooKeeper client, String path) throws Exception {
    return new String(client.getData(path, false, null), UTF_8);
  }
}
