package io.metamigrate.cutover;

import static org.assertj.core.api.Assertions.assertThat;

import io.metamigrate.cutover.StagePauses.Stage;
import io.metamigrate.lab.Findings;
import io.metamigrate.lab.LiveTraffic;
import io.metamigrate.lab.MigrateCommand;
import io.metamigrate.lab.PulsarNode;
import io.metamigrate.lab.Workload;
import io.metamigrate.migrator.cutover.Deed;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The window on real Pulsar: pauses, a second move, kills, later versions. */
@Timeout(1200)
@Tag("campaign")
final class RealWindowCampaignTest {
  private static final Duration AWAY = Duration.ofSeconds(60);

  @TempDir Path folder;

  /**
   * The yardstick is a restart in the order of a rolling move: bookies one by one, then all
   * brokers, since brokers on two stores never run at the same time. It is measured on ZooKeeper
   * before and on etcd after, for a broker takes its time to start on either, and other load comes
   * and goes.
   */
  @Test
  void pausesNoLongerThanAPlainRestartPlusTheGate() throws Exception {
    try (PulsarBed bed = PulsarBed.start(folder, "2.10.0", 3, 2);
        LiveTraffic traffic = LiveTraffic.start(bed.cluster())) {
      Stage before = plainRestart(bed, traffic);
      bed.follow();

      bed.migrate("cutover", "--yes");

      traffic.awaitProgress();
      StagePauses moved = bed.pauses(traffic, false);
      bed.cluster().use(bed.onEtcd());
      Stage after = plainRestart(bed, traffic);
      Duration gate =
          Duration.between(moved.of("stop-brokers").to(), moved.of("start-first-broker").from());
      System.out.println("on ZooKeeper: " + before + "\n" + moved);
      System.out.println("the gate itself: " + gate.toMillis() + " ms\non etcd: " + after);
      Duration plain = before.pause().compareTo(after.pause()) > 0 ? before.pause() : after.pause();
      assertThat(moved.of("stop-brokers").pause()).isLessThanOrEqualTo(plain.plus(gate));
    }
  }

  private static Stage plainRestart(PulsarBed bed, LiveTraffic traffic) {
    for (PulsarNode bookie : bed.cluster().bookies()) {
      bookie.stop();
      bookie.start();
    }
    Instant from = Instant.now();
    bed.cluster().brokers().parallelStream().forEach(PulsarNode::stop);
    bed.cluster().brokers().forEach(PulsarNode::startOnly);
    bed.cluster().brokers().forEach(PulsarNode::awaitUp);
    Instant to = Instant.now();
    traffic.awaitProgress();
    return new Stage("plain restart of all brokers", from, to, traffic.longestPause(from, to));
  }

  @Test
  void movesAgainAfterARollbackAllAtOnceAndEnds() throws Exception {
    try (PulsarBed bed = PulsarBed.start(folder, "2.10.0", 3, 2);
        LiveTraffic traffic = LiveTraffic.start(bed.cluster())) {
      bed.follow();
      bed.migrate("cutover", "--yes");
      bed.migrate("rollback");
      bed.follow();

      bed.migrate("cutover", "--yes", "--strategy", "stop-all");

      traffic.awaitProgress();
      bed.assertServingOn(bed.onEtcd(), bed.onZooKeeper());
      System.out.println("stop-all\n" + bed.pauses(traffic, false));
      PulsarBed.assertUnharmed(traffic.stop());
      assertThat(bed.migrate("finalize")).contains("finalized; the cutover record is in");
    }
  }

  @Test
  void aKillInTheMiddleOfTheRollIsHardlyNoticedByProducers() throws Exception {
    try (PulsarBed bed = PulsarBed.start(folder, "2.10.0", 3, 2);
        LiveTraffic traffic = LiveTraffic.start(bed.cluster())) {
      bed.follow();
      Instant from = Instant.now();
      try (MigrateCommand first = bed.begin("cutover", "--yes")) {
        first.awaitSaid("[6/");
        first.process().kill();
      }
      Instant killed = Instant.now();
      while (Duration.between(killed, Instant.now()).compareTo(AWAY) < 0) {
        traffic.awaitProgress();
      }
      System.out.println(
          "longest pause from the begin of the cutover to a minute after its kill: "
              + traffic.longestPause(from, Instant.now()).toMillis()
              + " ms");

      bed.migrate("cutover", "--yes");

      traffic.awaitProgress();
      bed.assertServingOn(bed.onEtcd(), bed.onZooKeeper());
      System.out.println("rolling, killed on the way\n" + bed.pauses(traffic, false));
      PulsarBed.assertUnharmed(traffic.stop());
    }
  }

  @Test
  void killedInManyStepsTheCutoverGoesOn() throws Exception {
    try (PulsarBed bed = PulsarBed.start(folder, "2.10.0", 3, 2)) {
      Workload workload = bed.worked();
      bed.follow();
      workload.noteLedgerIds();

      killedIn(bed, "cutover", Deed.MOVE_BOOKIE, Deed.STOP_BROKERS, Deed.FENCE, Deed.VERIFY);
      killedIn(bed, "cutover", Deed.START_FIRST_BROKER, Deed.END_BRIDGE, Deed.UNPARK_BOOKIE);
      bed.migrate("cutover", "--yes");

      bed.assertServingOn(bed.onEtcd(), bed.onZooKeeper());
      Findings moved = workload.check();
      assertThat(moved.clean()).as("on etcd: " + moved).isTrue();
    }
  }

  @Test
  void killedInManyStepsTheRollbackGoesOn() throws Exception {
    try (PulsarBed bed = PulsarBed.start(folder, "2.10.0", 3, 2)) {
      Workload workload = bed.worked();
      bed.follow();
      bed.migrate("cutover", "--yes");
      workload.round();
      workload.noteLedgerIds();

      killedIn(bed, "rollback", Deed.PARK_BOOKIE, Deed.STOP_BROKERS_ON_ETCD, Deed.COPY_BACK);
      killedIn(bed, "rollback", Deed.SWITCH_BOOKIES_BACK, Deed.START_BROKERS_ON_ZOOKEEPER);
      bed.migrate("rollback");

      bed.assertServingOn(bed.onZooKeeper(), bed.onEtcd());
      Findings back = workload.check();
      assertThat(back.clean()).as("back on ZooKeeper: " + back).isTrue();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"3.0.7", "4.0.0"})
  void laterVersionsRollToEtcdAndBackToo(String version) throws Exception {
    RealWindowTest.thereAndBack(folder, version);
  }

  /** One process after the other, each killed as soon as it has opened that step. */
  private static void killedIn(PulsarBed bed, String command, Deed... deeds) {
    for (Deed deed : deeds) {
      try (MigrateCommand run =
          command.equals("cutover") ? bed.begin(command, "--yes") : bed.begin(command)) {
        run.awaitSaid(": " + deed.title());
        run.process().kill();
      }
    }
  }
}
