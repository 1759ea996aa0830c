package io.metamigrate.migrator.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.metamigrate.migrator.control.Health.Problem;
import io.metamigrate.verifier.store.Store;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a daemon reports of itself, by what happened and what time it is. */
final class HealthTest {
  private static final Duration PAUSE = Duration.ofSeconds(30);

  private final Hand clock = new Hand();
  private final DaemonProgress progress =
      new DaemonProgress("c1", "Following", clock, DaemonProgress.NEVER_THROTTLED);
  private final HealthMonitor monitor = progress.health();

  @Test
  void isHealthyWithoutRequestsAndFailures() {
    clock.forwardSeconds(3_600);

    assertThat(progress.status().health()).isEqualTo(Health.of(List.of()));
    assertThat(progress.status().health().state()).isEqualTo("ok");
  }

  @Test
  void silentStoreIsAProblemAfterFiveSecondsUntilItAnswers() {
    for (Store store : Store.values()) {
      Instant asked = clock.instant();
      monitor.asked(store);
      clock.forwardSeconds(5);
      assertThat(problems()).isEmpty();

      clock.forwardSeconds(1);

      assertThat(problems()).extracting(Problem::since).containsExactly(Optional.of(asked));
      assertThat(problems().get(0).text()).isEqualTo(store.title() + " has not answered for 6 s");
      monitor.answered(store);
      assertThat(problems()).isEmpty();
    }
  }

  /**
   * A silent store stays silent, a fresh verification fresh, whatever the machine's clock is set
   * to.
   */
  @Test
  void clockThatIsSetChangesNoAge() {
    Hand passed = new Hand();
    SteadyClock steady = new SteadyClock(clock, () -> passed.instant().toEpochMilli() * 1_000_000);
    DaemonProgress daemon =
        new DaemonProgress("c1", "Following", steady, DaemonProgress.NEVER_THROTTLED);
    daemon.health().verificationDue(Optional.of(PAUSE));
    daemon.verified(true, 1);
    clock.forwardSeconds(86_400);
    assertThat(daemon.status().health().isOk()).as("a day forward").isTrue();
    assertThat(daemon.status().lastVerification().orElseThrow().at()).isEqualTo(clock.instant());

    daemon.health().asked(Store.ETCD);
    clock.forwardSeconds(-3_600);
    passed.forwardSeconds(7);

    Problem silent = daemon.status().health().problems().get(0);
    assertThat(silent.text()).as("an hour back").isEqualTo("etcd has not answered for 7 s");
    assertThat(silent.since()).contains(clock.instant().minusSeconds(7));
  }

  @Test
  void momentIsShownTheSameEachTime() {
    AtomicLong nanos = new AtomicLong();
    SteadyClock steady = new SteadyClock(clock, () -> nanos.addAndGet(1_000));
    Instant moment = steady.instant();

    assertThat(steady.shown(moment)).isEqualTo(steady.shown(moment));
  }

  /** A daemon that lost its lock was in the middle of a question, and surveys everything again. */
  @Test
  void storeThatNobodyWaitsForAnyMoreIsNotSilent() {
    monitor.asked(Store.ZOOKEEPER);
    monitor.abandoned(Store.ZOOKEEPER);
    clock.forwardSeconds(60);

    assertThat(problems()).isEmpty();
    monitor.asked(Store.ZOOKEEPER);
    clock.forwardSeconds(6);
    assertThat(ids()).containsExactly(ProblemId.ZOOKEEPER_SILENT);
  }

  @Test
  void failedRequestIsAProblemUntilOneSucceeds() {
    monitor.asked(Store.ETCD);
    monitor.failed(Store.ETCD, "no space");
    clock.forwardSeconds(6);

    assertThat(problems().get(0).text()).isEqualTo("etcd has not answered for 6 s: no space");

    monitor.asked(Store.ETCD);
    monitor.answered(Store.ETCD);
    assertThat(problems()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "etcd denies user 'm' this request: permission denied",
        "etcd refuses the password of user 'm'; check target.user and target.passwordFile",
        "etcd requires authentication; set target.user and target.passwordFile",
        "etcd has no users: authentication is not enabled"
      })
  void deniedRequestIsNotReportedAsSilence(String cause) {
    monitor.asked(Store.ETCD);
    monitor.failed(Store.ETCD, cause);
    clock.forwardSeconds(6);

    assertThat(ids()).containsExactly(ProblemId.ETCD_DENIED);
    assertThat(problems().get(0).text()).isEqualTo("etcd denies requests: " + cause);

    monitor.asked(Store.ETCD);
    monitor.answered(Store.ETCD);
    assertThat(problems()).isEmpty();
  }

  @Test
  void longReadWithProgressIsHealthy() {
    monitor.asked(Store.ZOOKEEPER);
    for (int i = 0; i < 10; i++) {
      clock.forwardSeconds(4);
      monitor.recordContact(Store.ZOOKEEPER);
    }
    assertThat(problems()).isEmpty();
    clock.forwardSeconds(6);
    assertThat(ids()).containsExactly(ProblemId.ZOOKEEPER_SILENT);
  }

  @Test
  void doesNotReportZooKeeperWhileWaitingForEtcd() {
    monitor.asked(Store.ZOOKEEPER);
    monitor.asked(Store.ETCD);
    clock.forwardSeconds(6);

    assertThat(ids()).containsExactly(ProblemId.ETCD_SILENT);
  }

  @Test
  void reportsRefusedControlFilesWithTimeOfFirstRefusal() {
    Instant first = clock.instant();
    monitor.filesRefused("control.tls", Optional.of("control.tls: not its key"));
    clock.forwardSeconds(2);
    monitor.filesRefused("control.tls", Optional.of("control.tls: is cut off"));
    monitor.filesRefused("control.tokens", Optional.of("control.tokens: does not exist"));
    monitor.filesRefused("control.tokens", Optional.empty());

    assertThat(problems())
        .containsExactly(
            new Problem(
                ProblemId.CONTROL_FILES_REFUSED,
                "the control interface cannot use its new files and keeps the previous"
                    + " ones: control.tls: is cut off",
                Optional.of(first)));
  }

  @Test
  void lagGrowsUntilAChangeIsApplied() {
    assertThat(progress.status().lagMillis()).isEmpty();
    progress.caughtUp();
    assertThat(progress.status().lagMillis()).hasValue(0);

    clock.forwardSeconds(60);

    assertThat(progress.status().lagMillis()).hasValue(60_000);
    progress.caughtUp();
    assertThat(progress.status().lagMillis()).hasValue(0);
  }

  @Test
  void failingVerificationIsAProblemSinceItsFirstFailure() {
    monitor.verificationDue(Optional.of(PAUSE));
    progress.verified(true, 100);
    Instant first = clock.instant();
    monitor.verificationFailed("may not read /a");
    clock.forwardSeconds(2);
    monitor.verificationFailed("may not read /b");

    assertThat(problems())
        .containsExactly(
            new Problem(
                ProblemId.VERIFICATION_FAILS,
                "verification fails: may not read /b",
                Optional.of(first)));
    assertThat(StatusText.screen(progress.status(), clock.instant()))
        .contains("the stores are equal", "(OUTDATED)", "DEGRADED");
    monitor.verificationEnds();
    assertThat(problems()).isEmpty();
  }

  @Test
  void countsUnreadableZnodesUntilAVerificationEnds() {
    Instant first = clock.instant();
    monitor.unreadable(1, List.of("/a"));
    clock.forwardSeconds(2);
    monitor.unreadable(3, List.of("/a", "/b", "/c"));

    assertThat(ids()).containsExactly(ProblemId.NODES_UNREADABLE);
    assertThat(problems().get(0).since()).contains(first);
    assertThat(problems().get(0).text())
        .startsWith("cannot read 3 znode(s)")
        .contains("/a, /b, /c");
    assertThat(progress.status().health().unreadableNodes()).isEqualTo(3);
    monitor.verificationEnds();
    assertThat(problems()).isEmpty();
    assertThat(progress.status().health().unreadableNodes()).isZero();
  }

  @Test
  void verificationIsStaleAfterThreeIntervals() {
    monitor.verificationDue(Optional.of(PAUSE));
    monitor.verificationBegins();
    clock.forwardSeconds(10);
    progress.verified(true, 100);
    monitor.verificationEnds();
    clock.forwardSeconds(180);
    assertThat(problems()).isEmpty();

    clock.forwardSeconds(1);

    assertThat(ids()).containsExactly(ProblemId.VERIFICATION_STALE);
    monitor.pausedBy(() -> Optional.of("the operator"));
    assertThat(ids()).containsExactly(ProblemId.PAUSED);
  }

  @Test
  void endlessVerificationIsStale() {
    monitor.verificationDue(Optional.of(PAUSE));
    clock.forwardSeconds(931);

    assertThat(problems())
        .extracting(Problem::text)
        .containsExactly("no verification has completed yet");
  }

  @Test
  void differingStoresAreAProblemOnceVerificationsAreDue() {
    progress.verified(false, 100);
    assertThat(ids()).as("in a dry run").isEmpty();

    monitor.verificationDue(Optional.of(PAUSE));
    assertThat(ids()).containsExactly(ProblemId.STORES_DIFFER);

    monitor.verificationDue(Optional.empty());
    assertThat(ids()).as("while the loop is restarted").containsExactly(ProblemId.STORES_DIFFER);
  }

  @Test
  void unclosedGapIsAProblemSinceItBegan() {
    Instant began = clock.instant();
    monitor.gapOpened();
    assertThat(problems()).isEmpty();
    clock.forwardSeconds(9);
    monitor.gapPersists("ZooKeeper refused to read /x");
    monitor.gapOpened();

    assertThat(problems()).extracting(Problem::since).containsExactly(Optional.of(began));
    assertThat(problems().get(0).text()).endsWith("it fails: ZooKeeper refused to read /x");
    monitor.gapClosed();
    assertThat(problems()).isEmpty();
  }

  private List<Problem> problems() {
    return progress.status().health().problems();
  }

  private List<ProblemId> ids() {
    return problems().stream().map(Problem::id).toList();
  }
}
