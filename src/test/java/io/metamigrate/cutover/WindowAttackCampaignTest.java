package io.metamigrate.cutover;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.metamigrate.lab.CommandLineRun;
import io.metamigrate.lab.MigrateCommand;
import io.metamigrate.migrator.restart.Settings;
import io.metamigrate.migrator.restart.StepOutcome;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a supervisor, a driver or an editor does to a window at an awkward moment. */
@Tag("campaign")
@Timeout(600)
final class WindowAttackCampaignTest extends OnCommands {
  private static final String LATE_LEDGER = "/ledgers/000/0001/0000/0000/L0001";
  private static final String COPY = "/metamigrate/move";

  /** A supervisor starts a stopped broker again with what it was given last. */
  @Test
  void noBrokerStartsOnEtcdOnceTheFirstStartsOnZooKeeper() throws Exception {
    cutOver();
    StandIn second = bed.brokers.get(1);
    bed.driver.after(
        action -> {
          if (action.equals("start " + bed.brokers.get(0).id)) {
            second.start();
            assertThat(bed.key(second.path())).as("a broker on either store").isEmpty();
          }
        });

    rollBack();

    bed.assertServingOnZooKeeper();
  }

  @Test
  void whatIsWrittenOnEtcdDuringTheReturnIsNamed() {
    cutOver();
    bed.driver.after(
        action -> {
          if (action.equals("start " + bed.brokers.get(0).id)) {
            bed.put(LATE_LEDGER, bed.ledger(bed.bookies.get(0).id));
          }
        });

    CommandLineRun back = run("rollback");

    assertThat(back.code()).as(back.toString()).isZero();
    assertThat(back.out())
        .contains("ALARM: another writer changed etcd since the first", LATE_LEDGER);
  }

  /** The command has passed the point of no return and gives the first broker its settings. */
  @Test
  void firstStartIsNotIssuedOnceSomethingChangedAfterTheCommit() throws Exception {
    StandIn.StandInBookie bookie = bed.bookies.get(1);
    whenFirstIsConfigured(bookie::stop);

    CommandLineRun dead = run("cutover");

    assertNotStarted(dead, 7, "not every bookie is up on etcd");
    bookie.start();
    byte[] ledger = bed.key(LEDGER).orElseThrow().getValue().getBytes();
    whenFirstIsConfigured(() -> bed.delete(LEDGER));

    CommandLineRun changed = run("cutover");

    assertNotStarted(changed, 6, LEDGER);
    bed.driver.before(action -> {});
    bed.put(LEDGER, ledger);
    cutOver();
    bed.assertServingOnEtcd();
  }

  /** Nothing was started on etcd, so what it lost meanwhile must not be taken from ZooKeeper. */
  @Test
  void rollbackBeforeTheFirstStartIsIssuedCopiesNothingToZooKeeper() throws Exception {
    stopAt("start-first-broker");
    assertThat(run("cutover").out()).contains("stopped at start-first-broker");
    assertThat(bed.state().committedAt()).isPresent();
    config = nodes.config("plain-" + System.nanoTime() + ".yaml", "");
    bed.delete(LEDGER);

    CommandLineRun back = run("rollback");

    assertThat(bed.existsInZooKeeper(LEDGER)).as(back.toString()).isTrue();
    assertThat(back.code()).as(back.toString()).isZero();
    assertThat(back.out()).contains("ALARM: another writer changed etcd since the copy", LEDGER);
    bed.assertServingOnZooKeeper();
    bed.copy();
    cutOver();
    bed.assertServingOnEtcd();
  }

  @Test
  void probeThatFailsIsNoProofThatABrokerIsStopped() {
    whenFirstIsConfigured(
        () ->
            bed.driver.setProbeResult(
                bed.brokers.get(1).id, StepOutcome.failed("no route to host")));

    CommandLineRun unknown = run("cutover");

    assertNotStarted(unknown, 7, "whether broker %s still runs".formatted(bed.brokers.get(1).id));
  }

  @Test
  void reverseMigrationIsFinishedWithoutEtcdOnceBrokersServeOnZooKeeper() throws Exception {
    cutOver();
    stopAt("start-metadata-writers");
    CommandLineRun stopped = run("rollback");
    assertThat(stopped.out()).contains("stopped at start-metadata-writers");
    config = nodes.config("plain-" + System.nanoTime() + ".yaml", "");
    etcd.process().kill();
    CommandLineRun refused;
    CommandLineRun finished;
    try {
      refused = run("rollback");
      finished = run("rollback", "--without-etcd");
    } finally {
      etcd.start();
    }

    assertThat(refused.code()).as(refused.toString()).isEqualTo(5);
    assertThat(refused.err()).contains("migrate rollback --confirm c1 --without-etcd");
    assertThat(finished.code()).as(finished.toString()).isZero();
    assertThat(finished.out()).contains("done: cluster c1 is on ZooKeeper again");
    assertThat(bed.all()).allMatch(node -> bed.existsInZooKeeper(node.path()));
    assertThat(bed.leftBehind()).isEmpty();
    int actions = bed.driver.actions().size();
    CommandLineRun older = run("rollback");
    assertThat(older.code()).as(older.toString()).isEqualTo(3);
    assertThat(bed.driver.actions()).hasSize(actions);
  }

  @Test
  void moveKeepsItsBrokersAndItsEtcdWhenTheFileIsEdited() throws Exception {
    stopAt("stop-brokers");
    assertThat(run("cutover").out()).contains("stopped at stop-brokers");
    config = nodes.config("plain-" + System.nanoTime() + ".yaml", "");
    int actions = bed.driver.actions().size();

    CommandLineRun another =
        with(edited("target: {", "target: {componentUrl: \"http://127.0.0.1:1\", "), "cutover");

    assertThat(another.code()).as(another.toString()).isEqualTo(3);
    assertThat(another.err()).contains("COMPONENT_URL_OTHER_ETCD", "http://127.0.0.1:1");
    Path older = edited("pulsarVersion: 3.0.9", "pulsarVersion: 2.10.0");
    for (String command : new String[] {"cutover", "rollback"}) {
      CommandLineRun refused = with(older, command);
      assertThat(refused.code()).as(refused.toString()).isEqualTo(3);
      assertThat(refused.err()).contains("PULSAR_VERSION_CHANGED", "3.0.9", "2.10.0");
    }
    bed.brokers.forEach(StandIn::stop);
    Path none = edited("brokers: \\[.*\\]", "brokers: []");
    for (String command : new String[] {"cutover", "rollback"}) {
      CommandLineRun refused = with(none, command);
      assertThat(refused.code()).as(refused.toString()).isEqualTo(3);
      assertThat(refused.err()).contains("NODES_DIFFER", "cutover.brokers names no broker");
    }
    assertThat(bed.driver.actions()).hasSize(actions);
    bed.brokers.forEach(StandIn::start);
    cutOver();
    bed.assertServingOnEtcd();
  }

  /** What manages configurations runs between two commands and restarts a bookie. */
  @Test
  void bookieThatWasRolledBackIsMovedAgain() throws Exception {
    StandIn.StandInBookie bookie = bed.bookies.get(0);
    for (String step : new String[] {"stop-brokers", "no-return", "start-first-broker"}) {
      stopAt(step);
      assertThat(run("cutover").out()).contains("stopped at " + step);
      bookie.stop();
      bookie.configure(Settings.none());
      bookie.start();
    }
    config = nodes.config("plain-" + System.nanoTime() + ".yaml", "");

    CommandLineRun done = run("cutover");

    assertThat(done.code()).as(done.toString()).isZero();
    assertThat(done.err()).contains(bookie.id + " runs, but not on etcd", "is moved again");
    bed.assertServingOnEtcd();
  }

  @Test
  void brokerWithoutSessionIsNamedWithTheCommandThatRemovesIt() throws Exception {
    String left = bed.brokers.get(0).path();
    String unknown = "/loadbalance/brokers/gone:8080";
    stopAt("stop-brokers");
    assertThat(run("cutover").out()).contains("stopped at stop-brokers");
    config = nodes.config("plain-" + System.nanoTime() + ".yaml", "");
    bed.create(unknown, TestBed.NOTHING);
    for (String command : new String[] {"cutover", "rollback"}) {
      CommandLineRun refused = run(command);
      assertThat(refused.code()).as(refused.toString()).isEqualTo(3);
      assertThat(refused.err()).contains("no session owns it", "zookeeper-shell delete " + unknown);
    }
    bed.deleteInZooKeeper(unknown);
    bed.brokers.get(0).stop();
    bed.create(left, TestBed.NOTHING);

    CommandLineRun stopped = run("cutover");
    CommandLineRun back = run("rollback");

    for (CommandLineRun run : new CommandLineRun[] {stopped, back}) {
      assertThat(run.code()).as(run.toString()).isEqualTo(7);
      assertThat(run.out()).contains("no session owns it", "zookeeper-shell delete " + left);
    }
    bed.deleteInZooKeeper(left);
    bed.brokers.get(0).start();
    rollBack();
    bed.assertServingOnZooKeeper();
  }

  /** A supervisor starts the daemon again, or an operator copies once more. */
  @Test
  void nothingIsCopiedInTheMiddleOfACutover() throws Exception {
    for (String step : new String[] {"move-bookie", "drain"}) {
      stopAt(step);
      assertThat(run("cutover").out()).contains("stopped at " + step);
      for (String mode : new String[] {"--rehearsal", "--output=json"}) {
        CommandLineRun refused =
            CommandLineRun.migrate("run", "--config", config.toString(), "--once", mode);
        assertThat(refused.code()).as(refused.toString()).isEqualTo(3);
        assertThat(refused.err()).contains("CUTOVER_UNDER_WAY", "migrate rollback --confirm c1");
      }
    }
    config = nodes.config("plain-" + System.nanoTime() + ".yaml", "");
    cutOver();
    bed.assertServingOnEtcd();
  }

  /** Its configure command ends with 0 and did nothing; what the broker writes must not be lost. */
  @Test
  void brokerThatComesUpOnEtcdDuringTheReturnLosesNothing() throws Exception {
    cutOver();
    StandIn first = bed.brokers.get(0);
    Settings etcdSettings = first.settings();
    AtomicBoolean configured = new AtomicBoolean();
    bed.driver.after(
        action -> {
          if (action.equals("configure " + first.id) && !configured.getAndSet(true)) {
            first.configure(etcdSettings);
          }
        });
    String written = "/ledgers/00/0000/L0042";
    bed.whenBrokersServeOnEtcd.add(() -> bed.put(written, bed.ledger(bed.bookies.get(0).id)));

    CommandLineRun stopped = run("rollback");

    assertThat(stopped.code()).as(stopped.toString()).isEqualTo(7);
    assertThat(stopped.out()).contains("broker " + first.id + " came up on etcd");
    assertThat(bed.brokers).noneMatch(StandIn::running);
    rollBack();
    bed.assertServingOnZooKeeper();
    assertThat(bed.existsInZooKeeper(written)).isTrue();
  }

  /**
   * The process is killed at each act of the revert of such a start: its store of authority, its
   * record, and the stop of the broker.
   */
  @ParameterizedTest
  @ValueSource(strings = {"epoch", "record", "stop"})
  void killAtAnActOfTheRevertLosesNothing(String act) throws Exception {
    cutOver();
    StandIn first = bed.brokers.get(0);
    Settings etcdSettings = first.settings();
    String written = "/ledgers/00/0000/L0042";
    bed.whenBrokersServeOnEtcd.add(() -> bed.put(written, bed.ledger(bed.bookies.get(0).id)));
    AtomicBoolean configured = new AtomicBoolean();
    CountDownLatch stopping = new CountDownLatch(1);
    bed.driver.after(
        action -> {
          if (action.equals("configure " + first.id) && !configured.getAndSet(true)) {
            first.configure(etcdSettings);
          }
        });
    bed.driver.before(
        action -> {
          if (action.equals("stop " + first.id) && bed.key(written).isPresent()) {
            stopping.countDown();
          }
        });
    try (MigrateCommand back =
        MigrateCommand.start(
            Files.createTempDirectory(folder, act),
            "rollback",
            "--config",
            config.toString(),
            "--confirm",
            "c1")) {
      await()
          .pollInterval(Duration.ofMillis(1))
          .atMost(Duration.ofMinutes(4))
          .failFast(back.log(), () -> !back.process().alive())
          .until(() -> bed.document("return").contains("issued"));
      await()
          .pollInterval(Duration.ofMillis(1))
          .atMost(Duration.ofMinutes(4))
          .until(
              () ->
                  !back.process().alive()
                      || switch (act) {
                        case "epoch" ->
                            bed.key(written).isPresent()
                                && bed.dataInZooKeeper("/metamigrate/epoch").contains("etcd");
                        case "record" -> bed.document("return").equals("begun");
                        default -> stopping.getCount() == 0;
                      });
      back.process().kill();
    }
    bed.driver.before(action -> {});

    rollBack();

    bed.assertServingOnZooKeeper();
    assertThat(bed.existsInZooKeeper(written)).isTrue();
  }

  /** The record of late writes ends at the hundredth, and a bookie would delete its entries. */
  @Test
  void lateLedgerBeyondTheHundredthStopsGarbageCollection() throws Exception {
    stopAt("enable-garbage-collection");
    assertThat(run("cutover").out()).contains("stopped at enable-garbage-collection");
    config = nodes.config("plain-" + System.nanoTime() + ".yaml", "");
    for (int i = 0; i < 100; i++) {
      bed.create("/admin/policies/public/late-" + i, TestBed.NOTHING);
    }
    bed.create(LATE_LEDGER, bed.ledger(bed.bookies.get(0).id));

    CommandLineRun stopped = run("cutover");

    assertThat(stopped.code()).as(stopped.toString()).isEqualTo(7);
    assertThat(stopped.out())
        .contains("stopped at enable-garbage-collection", "--accept-late-write " + LATE_LEDGER);
    CommandLineRun done = run("cutover", "--accept-late-write", LATE_LEDGER);
    assertThat(done.code()).as(done.toString()).isZero();
    assertThat(done.out()).contains("ALARM: at least 100 late writes on ZooKeeper, first /");
    bed.assertServingOnEtcd();
  }

  @Test
  void unreadableCopyOfTheMoveIsNoDeadEnd() throws Exception {
    stopAt("stop-brokers");
    assertThat(run("cutover").out()).contains("stopped at stop-brokers");
    config = nodes.config("plain-" + System.nanoTime() + ".yaml", "");
    for (String copy : new String[] {"", "{", "{\"nonce\":\"n\"}"}) {
      bed.zk().setData(COPY, copy.getBytes(UTF_8), -1);
      for (String more : new String[] {"--lost-bookie=none:1", "--without-etcd"}) {
        CommandLineRun refused = run("rollback", more);
        assertThat(refused.code()).as(refused.toString()).isEqualTo(3);
        assertThat(refused.err()).contains("cannot be read", "zookeeper-shell delete " + COPY);
      }
    }
    bed.deleteInZooKeeper(COPY);

    cutOver();

    bed.assertServingOnEtcd();
    assertThat(bed.existsInZooKeeper(COPY)).isTrue();
    rollBack();
    bed.assertServingOnZooKeeper();
  }

  /** Until the first start is issued, ZooKeeper has everything, and a rollback is a restart. */
  @Test
  void noStopBeforeTheFirstStartCallsEtcdAuthoritative() throws Exception {
    stopAt("start-first-broker");
    CommandLineRun before = run("cutover");
    stopAt("start-brokers");
    CommandLineRun after = run("cutover");

    assertThat(before.out())
        .contains("now: no broker was started on etcd", "which is a restart")
        .doesNotContain("etcd is authoritative");
    assertThat(after.out()).contains("now: etcd is authoritative", "which is a reverse migration");
  }

  private void whenFirstIsConfigured(Runnable happens) {
    String action = "configure " + bed.brokers.get(0).id;
    bed.driver.before(
        issued -> {
          if (issued.equals(action)) {
            happens.run();
          }
        });
  }

  private void assertNotStarted(CommandLineRun run, int code, String reason) {
    assertThat(run.code()).as(run.toString()).isEqualTo(code);
    assertThat(run.out()).contains("stopped at start-first-broker", reason);
    assertThat(bed.brokers).noneMatch(StandIn::running);
  }

  private Path edited(String from, String to) throws Exception {
    String text = Files.readString(config);
    String next = text.contains(from) ? text.replace(from, to) : text.replaceFirst(from, to);
    assertThat(next).isNotEqualTo(text);
    return Files.writeString(config.resolveSibling("edited-" + System.nanoTime() + ".yaml"), next);
  }

  private void stopAt(String step) throws Exception {
    config = withHooks("beforeStep: \"test $METAMIGRATE_STEP != %s\"".formatted(step));
  }
}
