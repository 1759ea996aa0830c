package io.metamigrate.migrator.run;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.metamigrate.migrator.control.Health;
import io.metamigrate.migrator.control.Health.Problem;
import io.metamigrate.migrator.control.ProblemId;
import io.metamigrate.migrator.demo.LocalEtcd;
import io.metamigrate.migrator.phase.Checkpoint;
import io.metamigrate.migrator.phase.Direction;
import io.metamigrate.migrator.replay.Authority;
import io.metamigrate.migrator.replay.DaemonLock;
import io.metamigrate.migrator.replay.StateStore;
import io.metamigrate.verifier.store.EtcdConnection;
import io.metamigrate.verifier.store.EtcdSettings;
import io.metamigrate.verifier.store.Scope;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/** A checkpoint that shows Following is no sign of a daemon. */
final class LeadershipRecordTest {
  private static final Instant THEN = Instant.parse("2026-01-02T03:04:05Z");
  private static final Instant CHECKPOINT = Instant.parse("2026-01-02T03:00:00Z");

  @Test
  void distinguishesAnEndThatWasRecordedFromAKillAndFromADaemonElsewhere() {
    Optional<LeadershipRecord> running =
        Optional.of(new LeadershipRecord("d1", THEN, Optional.empty()));
    Optional<LeadershipRecord> ended =
        Optional.of(new LeadershipRecord("d1", THEN, Optional.of("it met a blocker")));

    assertThat(only(LeadershipRecord.health(ended, Optional.empty(), CHECKPOINT)))
        .isEqualTo(
            new Problem(
                ProblemId.DAEMON_ENDED,
                "no daemon is running; the last one (d1) ended: it met a blocker",
                Optional.of(THEN)));
    assertThat(only(LeadershipRecord.health(running, Optional.empty(), CHECKPOINT)).id())
        .isEqualTo(ProblemId.NO_DAEMON);
    assertThat(only(LeadershipRecord.health(Optional.empty(), Optional.empty(), CHECKPOINT)).id())
        .isEqualTo(ProblemId.NO_DAEMON);
    assertThat(only(LeadershipRecord.health(ended, Optional.of("d2"), CHECKPOINT)).id())
        .isEqualTo(ProblemId.DAEMON_UNREACHABLE);
  }

  /** A dry run writes nothing to etcd; why it ended is known on its machine. */
  @ParameterizedTest
  @ValueSource(ints = {-3_600, -1, 1, 3_600})
  void newestEndIsReportedWhateverTheClocksShow(int skew) {
    Instant dryRunEnded = THEN.plusSeconds(skew);
    Optional<LeadershipRecord> stopped =
        Optional.of(new LeadershipRecord("d1", THEN, Optional.of("it was stopped")));
    Optional<LeadershipRecord> killed =
        Optional.of(new LeadershipRecord("d3", THEN, Optional.empty()));

    assertThat(causeOf(stopped, stopped, dryRunEnded)).contains("SOURCE_WENT_BACK");
    assertThat(causeOf(Optional.empty(), stopped, dryRunEnded)).contains("it was stopped");
    assertThat(causeOf(stopped, killed, dryRunEnded)).contains("no daemon holds the lock");
    assertThat(causeOf(stopped, Optional.empty(), dryRunEnded))
        .contains("no daemon holds the lock");
  }

  @Test
  void ownRecordOnEtcdIsNoLaterLeader() {
    Optional<LeadershipRecord> own =
        Optional.of(new LeadershipRecord("d2 1a2b", THEN, Optional.empty()));

    assertThat(causeOf(Optional.empty(), own, THEN)).contains("SOURCE_WENT_BACK");
  }

  /** A first start that a blocker refused has the lock, but no move yet. */
  @Test
  void endBeforeTheMoveBeganIsNotBlamedOnAnotherProcess(@TempDir Path directory) {
    Logger logger = (Logger) LoggerFactory.getLogger(LeadershipRecord.class);
    ListAppender<ILoggingEvent> lines = new ListAppender<>();
    lines.start();
    logger.addAppender(lines);
    try (LocalEtcd server = LocalEtcd.start(directory);
        EtcdConnection etcd = EtcdConnection.open(EtcdSettings.of(server.endpoint()));
        DaemonLock lock = DaemonLock.tryAcquire(etcd, "d1").lock().orElseThrow()) {
      Authority authority = new Authority(lock, Direction.ZK_TO_ETCD);

      LeadershipRecord.recordEnd(etcd, authority, THEN, "a blocker");
      assertThat(lines.list).isEmpty();
      assertThat(LeadershipRecord.read(etcd)).isEmpty();

      new StateStore(etcd).begin(lock, Checkpoint.planned("c1", "zk:2181", Scope.ALL, THEN));
      LeadershipRecord.recordEnd(etcd, authority, THEN, "a blocker");
      assertThat(LeadershipRecord.read(etcd).flatMap(LeadershipRecord::ended))
          .hasValue("a blocker");
      assertThat(LeadershipRecord.text(etcd))
          .isEqualTo(LeadershipRecord.read(etcd).map(LeadershipRecord::text));
    } finally {
      logger.detachAppender(lines);
    }
  }

  private static String causeOf(
      Optional<LeadershipRecord> seen, Optional<LeadershipRecord> last, Instant dryRunEnded) {
    ExitRecord dryRun =
        new ExitRecord(
            "c1",
            "http://e1:2379",
            "d2",
            dryRunEnded,
            "SOURCE_WENT_BACK",
            seen.map(LeadershipRecord::text),
            Optional.empty());
    return only(CheckpointStatus.health(last, Optional.empty(), CHECKPOINT, Optional.of(dryRun)))
        .text();
  }

  private static Problem only(Health health) {
    assertThat(health.problems()).hasSize(1);
    return health.problems().get(0);
  }
}
