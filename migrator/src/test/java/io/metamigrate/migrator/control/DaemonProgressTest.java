package io.metamigrate.migrator.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.metamigrate.verifier.store.Zxid;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class DaemonProgressTest {
  private final Hand clock = new Hand();
  private final DaemonProgress progress =
      new DaemonProgress("c1", "Planned", clock, DaemonProgress.NEVER_THROTTLED);

  @Test
  void isEmptyAtFirst() {
    assertThat(progress.status()).isEqualTo(Statuses.BLANK);
  }

  @Test
  void measuresTheRateAndEstimatesTheRest() {
    progress.copyOf(10_000);
    copy(5, 500);

    assertThat(progress.status().copied()).isEqualTo(2_500);
    assertThat(progress.status().copyRatePerSecond()).hasValue(500);
    assertThat(progress.status().etaSeconds()).hasValue(15);
  }

  @Test
  void estimatesNothingBeforeOnePerCent() {
    progress.copyOf(1_000_000);
    copy(5, 1_999);

    assertThat(progress.status().copyRatePerSecond()).hasValue(1_999);
    assertThat(progress.status().etaSeconds()).isEmpty();

    copy(1, 5);

    assertThat(progress.status().etaSeconds()).isPresent();
  }

  @Test
  void averagesOverHalfAMinute() {
    progress.copyOf(1_000_000);
    copy(60, 10_000);
    copy(60, 100);

    assertThat(progress.status().copyRatePerSecond().orElseThrow()).isBetween(99.0, 101.0);
  }

  @Test
  void showsAStalledCopy() {
    progress.copyOf(10_000);
    copy(5, 500);
    clock.forwardSeconds(3_600);

    assertThat(progress.status().copyRatePerSecond().orElseThrow()).isLessThan(1);
  }

  @Test
  void neverCountsMoreNodesThanExist() {
    progress.copyOf(1_000);
    copy(2, 600);

    assertThat(progress.status().copied()).isEqualTo(1_200);
    assertThat(progress.status().total()).hasValue(1_200);
  }

  @Test
  void hasNoRateAfterTheCopy() {
    progress.copyOf(1_000);
    copy(2, 500);

    assertThat(progress.status().copyRatePerSecond()).isEmpty();
    assertThat(progress.status().etaSeconds()).isEmpty();
  }

  @Test
  void restartsCountsForASecondCopy() {
    progress.copyOf(1_000);
    copy(2, 500);
    progress.copyOf(2_000);

    assertThat(progress.status().copied()).isZero();
    assertThat(progress.status().total()).hasValue(2_000);
  }

  @Test
  void neverReturnsToAnOlderZxid() {
    progress.applied(new Zxid(0x200));
    progress.applied(new Zxid(0x100));

    assertThat(progress.status().lastAppliedZxid()).contains("0x200");
  }

  @Test
  void reportsWaitReasonUntilCleared() {
    progress.waitingFor("the operator");
    assertThat(progress.status().waitingFor()).contains("the operator");

    progress.waitingForNothing();
    assertThat(progress.status().waitingFor()).isEmpty();
  }

  @Test
  void queriesThrottleReasonEachTime() {
    DaemonProgress throttled =
        new DaemonProgress("c1", "Copying", clock, () -> Optional.of("etcd: slow"));

    assertThat(throttled.status().throttled()).contains(new Status.Throttled("etcd: slow"));
  }

  @Test
  void exposesProgressAsMetrics() {
    try (Metrics metrics = Metrics.of("c1")) {
      progress.bindTo(metrics.registry(), List.of("Planned", "Copying"));
      progress.phase("Copying");
      progress.copyOf(10);
      progress.copied(4, 400);
      progress.lag(Duration.ofMillis(12), 3);
      progress.applied(new Zxid(257));
      progress.verified(true, 10);
      progress.verified(false, 10);

      assertThat(metrics.scrape())
          .contains("metamigrate_phase{cluster=\"c1\",phase=\"Copying\"} 1.0\n")
          .contains("metamigrate_phase{cluster=\"c1\",phase=\"Planned\"} 0.0\n")
          .contains("metamigrate_source_nodes{cluster=\"c1\"} 10.0\n")
          .contains("metamigrate_copied_nodes_total{cluster=\"c1\"} 4.0\n")
          .contains("metamigrate_copied_bytes_total{cluster=\"c1\"} 400.0\n")
          .contains("metamigrate_lag_seconds{cluster=\"c1\"} 0.012\n")
          .contains("metamigrate_lag_changes{cluster=\"c1\"} 3.0\n")
          .contains("metamigrate_last_applied_zxid{cluster=\"c1\"} 257.0\n")
          .contains("metamigrate_verifications_total{cluster=\"c1\",result=\"consistent\"} 1.0\n")
          .contains("metamigrate_verifications_total{cluster=\"c1\",result=\"different\"} 1.0\n")
          .contains("metamigrate_last_verification_timestamp_seconds{cluster=\"c1\"} 1.79")
          .contains("metamigrate_standby{cluster=\"c1\"} 0.0\n");
      progress.standby("host1 pid 7");
      assertThat(metrics.scrape()).contains("metamigrate_standby{cluster=\"c1\"} 1.0\n");
    }
  }

  private void copy(int seconds, long perSecond) {
    for (int i = 0; i < seconds; i++) {
      clock.forwardSeconds(1);
      progress.copied(perSecond, perSecond * 100);
    }
  }
}
