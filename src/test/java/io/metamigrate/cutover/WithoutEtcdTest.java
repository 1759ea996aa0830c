package io.metamigrate.cutover;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.metamigrate.lab.CommandLineRun;
import io.metamigrate.migrator.restart.Settings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.zookeeper.ZooDefs.Ids;
import org.apache.zookeeper.ZooDefs.Perms;
import org.apache.zookeeper.data.Stat;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** etcd is permanently lost: before a broker was started on it, that is no dead end. */
@Timeout(600)
final class WithoutEtcdTest extends OnCommands {
  private static final String REPLICATION_DISABLED = "/ledgers/underreplication/disable";

  /** Bookies have moved and the brokers serve. */
  @Test
  void movedBookiesReturnAndTheOldEtcdIsRefused() throws Exception {
    String own = "zk+hierarchical://zk-of-bookies:2181/ledgers";
    bed.bookies.forEach(bookie -> bookie.ownAddress = Optional.of(own));
    stopAt("stop-brokers");
    CommandLineRun early = run("rollback", "--without-etcd");
    assertThat(early.code()).as(early.toString()).isEqualTo(3);
    assertThat(early.err()).contains("answers and grants leases");
    Path right = config;
    config = withWrongPassword(right);
    CommandLineRun refused = run("rollback", "--without-etcd");
    assertThat(refused.code()).as(refused.toString()).isEqualTo(3);
    assertThat(refused.err()).contains("ETCD_ANSWERS", "authentication is not enabled");
    config = right;

    etcdIsGone();
    CommandLineRun back;
    CommandLineRun again;
    try {
      bed.setAcl("/metamigrate", Ids.OPEN_ACL_UNSAFE, Perms.ALL & ~Perms.CREATE);
      CommandLineRun withoutRights = run("rollback", "--without-etcd");
      assertThat(withoutRights.code()).as(withoutRights.toString()).isEqualTo(4);
      assertThat(withoutRights.err()).contains("ZooKeeper refused /metamigrate/epoch: NOAUTH");
      bed.setAcl("/metamigrate", Ids.OPEN_ACL_UNSAFE);
      back = run("rollback", "--without-etcd");
      assertServingOnZooKeeper(back);
      again = run("rollback", "--without-etcd");
    } finally {
      etcd.start();
    }

    assertThat(back.out()).contains("not checked, because etcd is gone");
    assertThat(bed.bookies)
        .as("what it had is known from the copy in ZooKeeper")
        .allMatch(bookie -> own.equals(bookie.settings().set().get("metadataServiceUri")));
    assertThat(again.code()).as(again.toString()).isEqualTo(3);
    assertThat(again.err()).contains("no copy of a move");
    int actions = bed.driver.actions().size();
    CommandLineRun older = run("cutover");
    assertThat(older.code()).as(older.toString()).isEqualTo(3);
    assertThat(older.err()).contains("etcd lost changes");
    assertThat(bed.driver.actions()).hasSize(actions);
    bed.wipeEtcd();
    CommandLineRun fresh =
        CommandLineRun.migrate("run", "--once", "--rehearsal", "--config", config.toString());
    assertThat(fresh.code()).as(fresh.toString()).isZero();
  }

  /** The brokers are down and ZooKeeper is fenced; the rollback stops once, too. */
  @Test
  void liftsFenceAndRestartsBrokersAtPointOfNoReturn() throws Exception {
    stopAt("start-first-broker");
    etcdIsGone();
    try {
      bed.bookies.get(1).broken = true;
      CommandLineRun stopped = run("rollback", "--without-etcd");
      assertThat(stopped.code()).as(stopped.toString()).isEqualTo(7);
      assertThat(stopped.toString()).contains("bookie " + bed.bookies.get(1).id);
      bed.bookies.get(1).broken = false;
      String instance = bed.dataInZooKeeper("/ledgers/INSTANCEID");
      bed.deleteInZooKeeper("/ledgers/INSTANCEID");
      CommandLineRun incomplete = run("rollback", "--without-etcd");
      assertThat(incomplete.code()).as(incomplete.toString()).isEqualTo(7);
      assertThat(incomplete.out())
          .contains(
              "ZooKeeper lacks /ledgers/INSTANCEID, which bookies need; put it back from a backup");
      bed.create("/ledgers/INSTANCEID", instance.getBytes(UTF_8));

      // It runs the steps of any rollback, with the operator's own commands around each.
      Path steps = Files.createTempFile(folder, "steps", "");
      config = withHooks("afterStep: \"echo $METAMIGRATE_STEP >> %s\"".formatted(steps));
      assertServingOnZooKeeper(run("rollback", "--without-etcd"));
      assertThat(Files.readAllLines(steps)).contains("lift-fence", "release-zookeeper");
      assertThat(bed.nextLedgerId())
          .as("above what a stray broker may have drawn on etcd")
          .isGreaterThan(1_000);
    } finally {
      etcd.start();
    }
  }

  /** Another process compares what the first one recorded, and touches no other bookie either. */
  @ParameterizedTest
  @CsvSource({"rolling, stop-brokers", "stop-all, start-first-broker"})
  void bookieThatLostDataStopsEachAttempt(String strategy, String step) throws Exception {
    stopAt(step, "--strategy", strategy);
    etcdIsGone();
    try {
      int acted = bed.driver.actions().size();
      AtomicReference<String> first = new AtomicReference<>("");
      bed.driver.before(
          action -> {
            Optional<StandIn.StandInBookie> started =
                bed.bookies.stream().filter(one -> action.equals("start " + one.id)).findFirst();
            if (started.isPresent() && first.compareAndSet("", started.get().id)) {
              format("/ledgers/cookies/" + first.get());
            }
          });
      for (int attempt = 0; attempt < 2; attempt++) {
        CommandLineRun stopped = run("rollback", "--without-etcd");
        assertThat(stopped.code()).as(stopped.toString()).isEqualTo(7);
        assertThat(stopped.out())
            .contains(first.get(), "deleted and created again, as by a format");
      }
      List<String> actions = bed.driver.actions();
      assertThat(bed.bookies)
          .filteredOn(bookie -> !bookie.id.equals(first.get()))
          .allSatisfy(
              bookie ->
                  assertThat(actions.subList(acted, actions.size()))
                      .doesNotContain("stop " + bookie.id));
    } finally {
      etcd.start();
    }
  }

  /** It cannot start on the etcd that is lost, and brokers cannot write without it. */
  @ParameterizedTest
  @CsvSource({"stop-brokers", "start-first-broker"})
  void bookieThatIsDownReturnsFirst(String step) throws Exception {
    stopAt(step);
    etcdIsGone();
    try {
      StandIn.StandInBookie down = bed.bookies.get(0);
      down.stop();
      int acted = bed.driver.actions().size();
      assertServingOnZooKeeper(run("rollback", "--without-etcd"));
      List<String> actions = bed.driver.actions();
      List<String> back = actions.subList(acted, actions.size());
      int up = back.indexOf("start " + down.id);
      assertThat(back.subList(0, up)).noneMatch(action -> action.startsWith("start "));
      assertThat(back.subList(0, up))
          .filteredOn(action -> !action.contains(down.id))
          .noneMatch(action -> action.startsWith("stop "));
    } finally {
      etcd.start();
    }
  }

  @Test
  void isRefusedAfterABrokerStartedOnEtcd() {
    cutOver();
    etcdIsGone();
    CommandLineRun refused;
    try {
      refused = run("rollback", "--without-etcd");
    } finally {
      etcd.start();
    }

    assertThat(refused.code()).as(refused.toString()).isEqualTo(3);
    assertThat(refused.err()).contains("a broker's start on etcd was issued");
    assertThat(bed.brokers).allMatch(StandIn::running);
  }

  /** etcd is lost right after AutoRecovery was disabled, which only ZooKeeper has on record. */
  @Test
  @Tag("campaign")
  void autoRecoveryIsEnabledAgain() throws Exception {
    long pid = etcd.process().pid().orElseThrow();
    config = withHooks("stopMetadataWriters: \"kill -9 %d\"".formatted(pid));
    CommandLineRun stopped = run("cutover");
    assertThat(stopped.code()).as(stopped.toString()).isNotZero();
    assertThat(bed.existsInZooKeeper(REPLICATION_DISABLED)).isTrue();
    config = nodes.config("plain-" + System.nanoTime() + ".yaml", "");

    try {
      assertServingOnZooKeeper(run("rollback", "--without-etcd"));
    } finally {
      etcd.start();
    }
  }

  @Test
  void bookieThatRunsOrIsUnknownCannotBeNamedAsLost() throws Exception {
    stopAt("stop-brokers");
    etcdIsGone();
    try {
      StandIn.StandInBookie living = bed.bookies.get(1);
      int acted = bed.driver.actions().size();
      refuseAsLost("127.0.0.1:1", "which is unknown");
      refuseAsLost(living.id, "the driver's probe shows that it runs");
      config = nodes.configWithoutProbe("no-probe.yaml");
      refuseAsLost(living.id, "something listens at that address");
      assertThat(bed.driver.actions()).hasSize(acted);
      living.stop();

      CommandLineRun back = run("rollback", "--without-etcd", "--lost-bookie", living.id);

      assertThat(back.code()).as(back.toString()).isZero();
      assertThat(back.out()).contains("bookie %s is recorded as lost".formatted(living.id));
      assertThat(bed.existsInZooKeeper(living.path())).isFalse();
    } finally {
      etcd.start();
    }
  }

  /** It joins during the cutover, and its mirror shows it to brokers. */
  @Test
  @Tag("campaign")
  void bookieThatJoinedOnEtcdIsNamed() throws Exception {
    StandIn.StandInBookie late = bed.anotherBookie();
    late.configure(Settings.of(Map.of("metadataServiceUri", "metadata-store:etcd:x"), Set.of()));
    String last = "stop " + bed.bookies.get(2).id;
    bed.driver.before(
        action -> {
          if (action.equals(last) && !late.running()) {
            late.start();
            while (!bed.existsInZooKeeper(late.path())) {
              Thread.onSpinWait();
            }
          }
        });
    stopAt("stop-brokers");
    String plain = Files.readString(config);
    etcdIsGone();
    try {
      CommandLineRun refused = run("rollback", "--without-etcd");
      assertThat(refused.code()).as(refused.toString()).isEqualTo(3);
      assertThat(refused.err())
          .contains("NODES_DIFFER", "bookie %s joined on etcd".formatted(late.id));
      late.timeoutSeconds = 1;
      late.stop();
      bed.deleteInZooKeeper(late.path());
      bed.create("/ledgers/cookies/" + late.id, ("cookie of " + late.id).getBytes(UTF_8));
      late.configure(Settings.of(Map.of(), Set.of()));
      late.start();
      Files.writeString(
          config, plain.replace("bookies: [", "bookies: [{id: \"%s\"}, ".formatted(late.id)));

      assertServingOnZooKeeper(run("rollback", "--without-etcd"));
    } finally {
      etcd.start();
    }
  }

  private void refuseAsLost(String bookie, String why) {
    CommandLineRun refused = run("rollback", "--without-etcd", "--lost-bookie", bookie);
    assertThat(refused.code()).as(refused.toString()).isEqualTo(3);
    assertThat(refused.err()).contains("NODES_DIFFER", "--lost-bookie names " + bookie, why);
  }

  private void format(String cookie) {
    try {
      String kept = bed.dataInZooKeeper(cookie);
      bed.deleteInZooKeeper(cookie);
      bed.create(cookie, kept.getBytes(UTF_8));
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  /** An etcd that refuses this user is not gone. */
  private static Path withWrongPassword(Path config) throws Exception {
    Path password = config.resolveSibling("password");
    Files.writeString(password, "secret");
    Files.setPosixFilePermissions(password, PosixFilePermissions.fromString("rw-------"));
    return Files.writeString(
        config.resolveSibling("wrong-password.yaml"),
        Files.readString(config)
            .replace("target: {", "target: {user: nobody, passwordFile: \"" + password + "\", "));
  }

  private void etcdIsGone() {
    etcd.process().kill();
    bed.bookies.forEach(bookie -> bookie.timeoutSeconds = 1);
    bed.brokers.forEach(broker -> broker.timeoutSeconds = 1);
  }

  private void stopAt(String step, String... more) throws Exception {
    Path stop = Files.createTempFile(folder, "stop", "");
    config =
        withHooks(
            "beforeStep: \"test $METAMIGRATE_STEP != %s || test ! -e %s\"".formatted(step, stop));
    assertThat(run("cutover", more).out()).contains("stopped at " + step);
  }

  private void assertServingOnZooKeeper(CommandLineRun back) throws Exception {
    assertThat(back.code()).as(back.toString()).isZero();
    assertThat(back.out()).contains("done: cluster c1 is on ZooKeeper again");
    List<StandIn> nodes = new ArrayList<>(bed.bookies);
    nodes.addAll(bed.brokers);
    for (StandIn node : nodes) {
      Stat stat = bed.zk().exists(node.path(), false);
      assertThat(stat).as(node.path()).isNotNull();
      assertThat(stat.getEphemeralOwner()).as(node.path()).isNotZero();
    }
    assertThat(bed.bookies).noneMatch(StandIn.StandInBookie::hasGarbageCollectionSuspended);
    assertThat(bed.leftBehind()).isEmpty();
    assertThat(bed.existsInZooKeeper(REPLICATION_DISABLED)).isFalse();
    assertThat(bed.zk().getACL("/ledgers/idgen", new Stat())).isEqualTo(Ids.OPEN_ACL_UNSAFE);
    bed.allocateLedgerId();
  }
}
