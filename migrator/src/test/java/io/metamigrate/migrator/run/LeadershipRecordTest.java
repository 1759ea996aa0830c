package io.metamigrate.migrator.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.metamigrate.migrator.control.Health;
import io.metamigrate.migrator.control.Health.Problem;
import io.metamigrate.migrator.control.ProblemId;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;

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
  @Test
  void newestEndIsReported() {
    Optional<LeadershipRecord> stopped =
        Optional.of(new LeadershipRecord("d1", THEN, Optional.of("it was stopped")));

    assertThat(causeOf(stopped, THEN.plusSeconds(1))).contains("SOURCE_WENT_BACK");
    assertThat(causeOf(stopped, THEN.minusSeconds(1))).contains("it was stopped");
    Optional<LeadershipRecord> killed =
        Optional.of(new LeadershipRecord("d1", THEN, Optional.empty()));
    assertThat(causeOf(killed, THEN.minusSeconds(1))).contains("no daemon holds the lock");
  }

  private static String causeOf(Optional<LeadershipRecord> last, Instant dryRunEnded) {
    ExitRecord dryRun =
        new ExitRecord(
            "c1", "http://e1:2379", "d2", dryRunEnded, "SOURCE_WENT_BACK", Optional.empty());
    return only(CheckpointStatus.health(last, Optional.empty(), CHECKPOINT, Optional.of(dryRun)))
        .text();
  }

  private static Problem only(Health health) {
    assertThat(health.problems()).hasSize(1);
    return health.problems().get(0);
  }
}
