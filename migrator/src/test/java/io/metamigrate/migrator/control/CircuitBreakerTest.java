package io.metamigrate.migrator.control;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

final class CircuitBreakerTest {
  private final Ticks ticks = new Ticks();
  private final CircuitBreaker hold = new CircuitBreaker();

  @Test
  void holdsForASecondAtFirst() {
    fail();

    assertThat(waiting()).isEqualTo(Duration.ofSeconds(1));
  }

  @Test
  void holdsTwiceAsLongAfterEachFurtherFailureAndHalfAMinuteAtMost() {
    for (long seconds : new long[] {1, 2, 4, 8, 16, 30, 30}) {
      fail();
      assertThat(waiting()).isEqualTo(Duration.ofSeconds(seconds));
      ticks.forward(waiting());
    }
  }

  @Test
  void countsTheFailuresOfOneMomentAsOne() {
    fail();
    fail();
    fail();

    assertThat(waiting()).isEqualTo(Duration.ofSeconds(1));
  }

  @Test
  void isNotEndedByARequestThatBeganBeforeIt() {
    long before = ticks.getAsLong();
    fail();
    ticks.forwardMillis(1_500);
    hold.succeeded(before);

    assertThat(hold.condition(ticks.getAsLong())).contains(StoreCondition.NOSPACE);
  }

  @Test
  void isEndedByARequestThatBeganAfterIt() {
    fail();
    ticks.forwardMillis(1_500);
    hold.succeeded(ticks.getAsLong());

    assertThat(hold.condition(ticks.getAsLong())).isEmpty();
  }

  @Test
  void remembersForAMinuteThatItWasNeeded() {
    fail();
    ticks.forwardMillis(1_500);
    hold.succeeded(ticks.getAsLong());
    fail();

    assertThat(waiting()).isEqualTo(Duration.ofSeconds(2));
  }

  @Test
  void forgetsWhenTheStoreWasFoundWell() {
    fail();
    hold.recordSuccess();
    fail();

    assertThat(waiting()).isEqualTo(Duration.ofSeconds(1));
  }

  @Test
  void endsWhenNobodyComplainsAnyMore() {
    fail();
    ticks.forward(Duration.ofSeconds(32));

    assertThat(hold.condition(ticks.getAsLong())).isEmpty();
  }

  private void fail() {
    hold.failed(StoreCondition.NOSPACE, ticks.getAsLong());
  }

  private Duration waiting() {
    return Duration.ofNanos(hold.waitNanos(ticks.getAsLong()));
  }
}
