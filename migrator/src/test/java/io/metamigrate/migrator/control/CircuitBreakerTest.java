package io.metamigrate.migrator.control;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

final class CircuitBreakerTest {
  private final Ticks ticks = new Ticks();
  private final CircuitBreaker breaker = new CircuitBreaker();

  @Test
  void opensForOneSecondAtFirst() {
    fail();

    assertThat(waiting()).isEqualTo(Duration.ofSeconds(1));
  }

  @Test
  void doublesPauseUpToHalfAMinute() {
    for (long seconds : new long[] {1, 2, 4, 8, 16, 30, 30}) {
      fail();
      assertThat(waiting()).isEqualTo(Duration.ofSeconds(seconds));
      ticks.forward(waiting());
    }
  }

  @Test
  void countsConcurrentFailuresOnce() {
    fail();
    fail();
    fail();

    assertThat(waiting()).isEqualTo(Duration.ofSeconds(1));
  }

  @Test
  void ignoresSuccessOfAnEarlierRequest() {
    long before = ticks.getAsLong();
    fail();
    ticks.forwardMillis(1_500);
    breaker.succeeded(before);

    assertThat(breaker.condition(ticks.getAsLong())).contains(StoreCondition.NOSPACE);
  }

  @Test
  void closesAfterSuccessOfALaterRequest() {
    fail();
    ticks.forwardMillis(1_500);
    breaker.succeeded(ticks.getAsLong());

    assertThat(breaker.condition(ticks.getAsLong())).isEmpty();
  }

  @Test
  void remembersLastOpeningForAMinute() {
    fail();
    ticks.forwardMillis(1_500);
    breaker.succeeded(ticks.getAsLong());
    fail();

    assertThat(waiting()).isEqualTo(Duration.ofSeconds(2));
  }

  @Test
  void resetsAfterASuccess() {
    fail();
    breaker.recordSuccess();
    fail();

    assertThat(waiting()).isEqualTo(Duration.ofSeconds(1));
  }

  @Test
  void closesOnceNoCallerReportsAFailure() {
    fail();
    ticks.forward(Duration.ofSeconds(32));

    assertThat(breaker.condition(ticks.getAsLong())).isEmpty();
  }

  private void fail() {
    breaker.failed(StoreCondition.NOSPACE, ticks.getAsLong());
  }

  private Duration waiting() {
    return Duration.ofNanos(breaker.waitNanos(ticks.getAsLong()));
  }
}
