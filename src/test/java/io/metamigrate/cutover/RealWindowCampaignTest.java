package io.metamigrate.cutover;

import static java.util.Comparator.naturalOrder;
import static org.assertj.core.api.Assertions.assertThat;

import io.metamigrate.cutover.StagePauses.PauseStage;
import io.metamigrate.lab.LiveRepeats;
import io.metamigrate.lab.LiveTraffic;
import io.metamigrate.lab.MigrateCommand;
import io.metamigrate.lab.PulsarNode;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The window on real Pulsar: pauses, repeats, a second move, later versions. */
@Timeout(2400)
@Tag("campaign")
final class RealWindowCampaignTest {
  private static final Duration AWAY = Duration.ofSeconds(60);
  private static final int MOST = 5;

  /** A client acknowledges ten times a second; so many messages a stream has in twice that time. */
  private static final int MOST_UNDER_WAY = 10;

  @TempDir Path folder;

  /**
   * The yardstick is a restart in the order of a rolling move: bookies one by one, then all
   * brokers, since brokers on two stores never run at the same time. It is measured twice on
   * ZooKeeper before and on etcd after, for a broker takes its time to start on either, and up to
   * three times there, for other load on the machine comes and goes.
   *
   * <p>What consumers get again is held against the same restart: nothing that was settled, and of
   * the rest no more than what can be under way each time a broker goes away.
   */
  @Test
  void pausesMatchAPlainRestartPlusTheCommit() throws Exception {
    try (PulsarBed bed = PulsarBed.start(folder, "2.10.0", 3, 2);
        LiveTraffic traffic = LiveTraffic.start(bed.cluster())) {
      List<Restarted> plain = new ArrayList<>();
      plain.add(plainRestart(bed, traffic));
      plain.add(plainRestart(bed, traffic));
      bed.follow();
      Instant from = Instant.now();

      bed.migrate("cutover", "--yes");

      traffic.awaitProgress();
      List<LiveRepeats> repeats = traffic.repeats(from, Instant.now());
      StagePauses moved = bed.pauses(traffic, false);
      Duration commit =
          Duration.between(moved.of("stop-brokers").to(), moved.of("start-first-broker").from());
      Duration pause = moved.of("stop-brokers").pause().minus(commit);
      System.out.println("the move\n" + moved + describe(repeats));
      System.out.println("the commit itself: " + commit.toMillis() + " ms");
      bed.cluster().use(bed.onEtcd());
      do {
        plain.add(plainRestart(bed, traffic));
      } while (pause.compareTo(longest(plain)) > 0 && plain.size() < MOST);
      plain.forEach(System.out::println);
      assertThat(pause).isLessThanOrEqualTo(longest(plain));
      assertOnlyWhatWasUnderWay(repeats, bed.cluster().brokers().size());
      plain.forEach(
          one -> assertOnlyWhatWasUnderWay(one.repeats(), bed.cluster().brokers().size()));
    }
  }

  private static Duration longest(List<Restarted> restarts) {
    return restarts.stream().map(one -> one.stage().pause()).max(naturalOrder()).orElseThrow();
  }

  private static void assertOnlyWhatWasUnderWay(List<LiveRepeats> seen, int brokers) {
    for (LiveRepeats one : seen) {
      assertThat(one.repeats().settled()).as(one.toString()).isZero();
      assertThat(one.repeats().total())
          .as(one.toString())
          .isLessThanOrEqualTo(brokers * MOST_UNDER_WAY);
    }
  }

  private static String describe(List<LiveRepeats> repeats) {
    return repeats.stream().map(one -> "  " + one).collect(Collectors.joining("\n"));
  }

  /** What clients saw of a restart. */
  private record Restarted(PauseStage stage, List<LiveRepeats> repeats) {
    @Override
    public String toString() {
      return stage + "\n" + describe(repeats);
    }
  }

  private static Restarted plainRestart(PulsarBed bed, LiveTraffic traffic) {
    Instant begin = Instant.now();
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
    return new Restarted(
        new PauseStage("plain restart of all brokers", from, to, traffic.longestPause(from, to)),
        traffic.repeats(begin, Instant.now()));
  }

  @Test
  void movesAgainAfterRollbackWithStopAllAndFinalizes() throws Exception {
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
  void killDuringTheRollBarelyDelaysProducers() throws Exception {
    try (PulsarBed bed = PulsarBed.start(folder, "2.10.0", 3, 2);
        LiveTraffic traffic = LiveTraffic.start(bed.cluster())) {
      bed.follow();
      Instant from = Instant.now();
      try (MigrateCommand first = bed.begin("cutover", "--yes")) {
        first.awaitOutput("[6/");
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
  void pulsar307RollsToEtcdAndBack() throws Exception {
    RealWindowTest.thereAndBack(folder, "3.0.7");
  }

  @Test
  void pulsar400RollsToEtcdAndBack() throws Exception {
    RealWindowTest.thereAndBack(folder, "4.0.0");
  }

  @Test
  void pulsar407RollsToEtcdAndBack() throws Exception {
    RealWindowTest.thereAndBack(folder, "4.0.7");
  }

  @Test
  void pulsar424RollsToEtcdAndBack() throws Exception {
    RealWindowTest.thereAndBack(folder, "4.2.4");
  }
}
