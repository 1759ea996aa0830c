package io.metamigrate.migrator.cutover;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.metamigrate.migrator.cutover.BookieComparison.CurrentContents;
import io.metamigrate.migrator.cutover.CutoverState.MoveProgress;
import io.metamigrate.migrator.restart.StepOutcome;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class BookieComparisonTest {
  private static final EntryLogs LOGS = EntryLogs.ofFiles(List.of("0.log", "1.log", "2.log"));
  private static final BookieContents BEFORE =
      new BookieContents(
          "b1:3181",
          MoveProgress.FORWARD,
          Instant.EPOCH,
          Optional.of("Y29va2ll"),
          Map.of("etcd", 7L, "ZooKeeper", 3L),
          LOGS.ranges(),
          Optional.empty(),
          false);

  @Test
  void restartOfAnotherAttemptDoesNotCount() {
    BookieContents settled = BEFORE.asSettled();

    assertThat(settled.isSettledIn(BEFORE.attempt())).isTrue();
    assertThat(BEFORE.isSettledIn(BEFORE.attempt())).as("not proven").isFalse();
    assertThat(settled.isSettledIn(Instant.EPOCH.minusSeconds(60))).as("clock set back").isFalse();
    assertThat(settled.isSettledIn(Instant.EPOCH.plusSeconds(60))).as("clock set on").isFalse();
  }

  @Test
  void readsTheRecordOfAnEarlierRelease() {
    String json = new String(CutoverCodec.write(BEFORE), UTF_8).replace("\"attempt\"", "\"at\"");

    assertThat(json).contains("\"at\"");
    assertThat(CutoverCodec.readContents(json.getBytes(UTF_8))).isEqualTo(BEFORE);
  }

  @Test
  void aBookieWithCookieAndEntryLogsIsTheSame() {
    assertThat(compare(now("Y29va2ll", 7, LOGS)))
        .isEqualTo(StepOutcome.done("cookie and 3 entry logs are still there"));
  }

  @Test
  void anotherCookieFailsAtOnce() {
    assertThat(compare(now("b3RoZXI=", 7, LOGS)))
        .isEqualTo(StepOutcome.failed("its cookie on etcd has other bytes than before"));
    assertThat(
            compare(
                new CurrentContents(Optional.empty(), Optional.empty(), LOGS, Optional.empty())))
        .isEqualTo(StepOutcome.failed("its cookie is gone from etcd"));
  }

  /** A format writes the same bytes again: a cookie holds addresses and folders only. */
  @Test
  void theSameCookieCreatedAgainFails() {
    assertThat(compare(now("Y29va2ll", 9, LOGS)))
        .isEqualTo(
            StepOutcome.failed("its cookie on etcd was deleted and created again, as by a format"));
  }

  @Test
  void missingEntryLogsAreNamedAndMayStillCome() {
    assertThat(compare(now("Y29va2ll", 7, EntryLogs.ofFiles(List.of("1.log")))))
        .isEqualTo(StepOutcome.notYet("of its 3 entry logs 2 are missing: 0, 2"));
  }

  @Test
  void anHttpServerThatDoesNotAnswerYetMayStillCome() {
    CurrentContents silent =
        new CurrentContents(
            Optional.of("Y29va2ll"),
            Optional.of(7L),
            EntryLogs.ofFiles(List.of()),
            Optional.of("refused"));

    assertThat(compare(silent))
        .isEqualTo(StepOutcome.notYet("its entry logs are not known: refused"));
  }

  /** Garbage collection that is enabled again may delete some, and never all of them at once. */
  @Test
  void aBookieThatCollectsGarbageMayLackSomeButNotAll() {
    CurrentContents some = now("Y29va2ll", 7, EntryLogs.ofFiles(List.of("1.log")));
    CurrentContents none = now("Y29va2ll", 7, EntryLogs.ofFiles(List.of("9.log")));

    assertThat(BookieComparison.compare(BEFORE, some, "etcd", true).isDone()).isTrue();
    assertThat(BookieComparison.compare(BEFORE, none, "etcd", true))
        .isEqualTo(StepOutcome.notYet("of its 3 entry logs 3 are missing: 0-2"));
  }

  @Test
  void whatWasNotKnownBeforeIsReported() {
    BookieContents unknown =
        new BookieContents(
            "b1:3181",
            MoveProgress.FORWARD,
            Instant.EPOCH,
            BEFORE.cookie(),
            Map.of(),
            List.of(),
            Optional.of("no HTTP"),
            false);

    assertThat(BookieComparison.compare(unknown, now("Y29va2ll", 9, LOGS), "etcd", false))
        .isEqualTo(StepOutcome.done("cookie unchanged, entry logs not verified: no HTTP"));
  }

  @Test
  void whatIsPersistedReadsBack() {
    assertThat(CutoverCodec.readContents(CutoverCodec.write(BEFORE))).isEqualTo(BEFORE);
  }

  private static StepOutcome compare(CurrentContents now) {
    return BookieComparison.compare(BEFORE, now, "etcd", false);
  }

  private static CurrentContents now(String cookie, long created, EntryLogs logs) {
    return new CurrentContents(Optional.of(cookie), Optional.of(created), logs, Optional.empty());
  }
}
