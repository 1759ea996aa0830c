package io.metamigrate.migrator.control;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class LatencyTest {
  private final Ticks ticks = new Ticks();
  private final Latency latency = new Latency();

  @BeforeEach
  void startTheFirstSecond() {
    latency.answered(Duration.ofMillis(20), ticks.getAsLong());
  }

  @Test
  void keepsFullRateAtUsualLatency() {
    answers(60, 20);

    assertThat(latency.factor()).isEqualTo(1);
  }

  @Test
  void halvesTheRateAtFourTimesTheLatency() {
    answers(30, 20);
    answers(1, 200);
    assertThat(latency.factor()).isEqualTo(0.5);

    answers(1, 200);
    assertThat(latency.factor()).isEqualTo(0.25);
  }

  @Test
  void neverStopsAltogether() {
    answers(30, 20);
    answers(20, 2_000);

    assertThat(latency.factor()).isEqualTo(1.0 / 16);
  }

  @Test
  void raisesTheRateStepByStep() {
    answers(30, 20);
    answers(3, 200);
    answers(2, 20);
    assertThat(latency.factor()).isBetween(0.1, 0.5);

    answers(15, 20);
    assertThat(latency.factor()).isEqualTo(1);
  }

  @Test
  void ignoresFastAnswers() {
    answers(30, 1);
    answers(30, 40);

    assertThat(latency.factor()).isEqualTo(1);
  }

  @Test
  void adaptsToAStoreThatStaysSlow() {
    answers(30, 20);
    answers(600, 200);

    assertThat(latency.factor()).isEqualTo(1);
  }

  @Test
  void ignoresSlowFirstSeconds() {
    answers(2, 500);
    answers(20, 20);
    answers(3, 200);

    assertThat(latency.factor()).isLessThan(1);
  }

  private void answers(int seconds, long millis) {
    for (int i = 0; i < seconds * 50; i++) {
      ticks.forwardMillis(20);
      latency.answered(Duration.ofMillis(millis), ticks.getAsLong());
    }
  }
}
