package io.metamigrate.migrator.control;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class TokenBucketTest {
  private final Ticks ticks = new Ticks();

  @Test
  void givesPermitsAtItsRate() {
    assertThat(taken(100, 1, 10)).isBetween(1000, 1012);
  }

  @Test
  void keepsARateBelowTheSizeOfOneRequest() {
    assertThat(taken(50, 125, 10)).isBetween(500, 625);
  }

  @Test
  void allowsEverythingWithoutARate() {
    TokenBucket bucket = new TokenBucket(0, ticks.getAsLong());
    bucket.take(1_000_000);

    assertThat(bucket.waitNanos(ticks.getAsLong())).isZero();
  }

  @Test
  void savesAtMostATenthOfASecond() {
    TokenBucket bucket = new TokenBucket(100, ticks.getAsLong());
    ticks.forwardMillis(60_000);
    bucket.waitNanos(ticks.getAsLong());
    bucket.take(110);

    assertThat(bucket.waitNanos(ticks.getAsLong())).isEqualTo(1_000_000_000L);
  }

  @Test
  void paysItsDebtAtTheNewRate() {
    TokenBucket bucket = new TokenBucket(10, ticks.getAsLong());
    bucket.take(100);
    bucket.rate(100, ticks.getAsLong());

    assertThat(bucket.waitNanos(ticks.getAsLong())).isEqualTo(1_000_000_000L);
  }

  @Test
  void forgivesItsDebtWhenTheLimitIsLifted() {
    TokenBucket bucket = new TokenBucket(1, ticks.getAsLong());
    bucket.take(1_000);
    bucket.rate(0, ticks.getAsLong());
    bucket.rate(100, ticks.getAsLong());

    assertThat(bucket.waitNanos(ticks.getAsLong())).isZero();
  }

  private int taken(double rate, int permits, int seconds) {
    TokenBucket bucket = new TokenBucket(rate, ticks.getAsLong());
    int taken = 0;
    for (int i = 0; i < seconds * 1000; i++) {
      if (bucket.waitNanos(ticks.getAsLong()) == 0) {
        bucket.take(permits);
        taken += permits;
      }
      ticks.forwardMillis(1);
    }
    return taken;
  }
}
