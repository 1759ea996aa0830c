package io.metamigrate.migrator.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.metamigrate.migrator.control.RateLimiter.PermitWait;
import io.metamigrate.verifier.store.Store;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 30, unit = TimeUnit.SECONDS)
final class RateLimiterTest {
  private final Ticks ticks = new Ticks();
  private final Throttle throttle = new Throttle(ticks);
  private final MeterRegistry registry = new SimpleMeterRegistry();

  @Test
  void givesPermitAtOnceWithoutALimit() {
    RateLimiter limiter = limiter(0, 2);

    assertThat(limiter.tryAcquire(1_000_000)).isEmpty();
    assertThat(limiter.reason()).isEmpty();
  }

  @Test
  void limitsPermitsInFlight() {
    RateLimiter limiter = limiter(0, 2);
    limiter.tryAcquire(1);
    limiter.tryAcquire(1);

    assertThat(limiter.tryAcquire(1)).map(PermitWait::tag).contains("in-flight");

    limiter.release();

    assertThat(limiter.tryAcquire(1)).isEmpty();
  }

  @Test
  void givesMorePermitsAfterTheLimitIsRaised() {
    RateLimiter limiter = limiter(0, 1);
    limiter.tryAcquire(1);
    limiter.change(new ThrottleChange(OptionalLong.empty(), OptionalInt.of(2)));

    assertThat(limiter.tryAcquire(1)).isEmpty();
  }

  @Test
  void keepsTheRateAndReportsIt() {
    RateLimiter limiter = limiter(100, 10);
    limiter.tryAcquire(100);

    assertThat(limiter.tryAcquire(1))
        .contains(new PermitWait(Duration.ofSeconds(1).toNanos(), "rate"));
    assertThat(limiter.reason()).contains("limited to 100/s");
  }

  @Test
  void stopsReportingTheRateAfterAWhile() {
    RateLimiter limiter = limiter(100, 10);
    limiter.tryAcquire(100);
    limiter.tryAcquire(1);
    ticks.forwardMillis(6_001);

    assertThat(limiter.reason()).isEmpty();
  }

  @Test
  void usesNewRateFromTheNextPermit() {
    RateLimiter limiter = limiter(100, 10);
    limiter.tryAcquire(100);
    limiter.change(new ThrottleChange(OptionalLong.of(0), OptionalInt.empty()));

    assertThat(limiter.tryAcquire(1)).isEmpty();
    assertThat(limiter.reason()).isEmpty();
  }

  @Test
  void stopsWhilePaused() {
    RateLimiter limiter = limiter(0, 10);
    throttle.pause("the operator: backup");

    assertThat(limiter.tryAcquire(1)).map(PermitWait::tag).contains("paused");
    assertThat(limiter.reason()).contains("paused by the operator: backup");

    throttle.resume();

    assertThat(limiter.tryAcquire(1)).isEmpty();
  }

  @Test
  void stopsWhileAStoreIsUnhealthyAndResumes() {
    RateLimiter limiter = limiter(0, 10);
    throttle.failed(Store.ETCD, StoreCondition.NO_LEADER);

    assertThat(limiter.tryAcquire(1))
        .contains(new PermitWait(Duration.ofSeconds(1).toNanos(), "no-leader"));
    assertThat(limiter.reason()).contains("etcd: it has no leader");

    ticks.forwardMillis(1_000);
    assertThat(limiter.tryAcquire(1)).isEmpty();
    throttle.succeeded(Store.ETCD, Duration.ZERO);

    assertThat(limiter.reason()).isEmpty();
  }

  @Test
  void probesUnhealthyStoreWithOneRequest() {
    RateLimiter limiter = limiter(0, 10);
    throttle.failed(Store.ETCD, StoreCondition.NOSPACE);
    ticks.forwardMillis(1_000);

    assertThat(limiter.tryAcquire(1)).isEmpty();
    assertThat(limiter.tryAcquire(1)).map(PermitWait::tag).contains("nospace");
  }

  @Test
  void continuesOnceAnotherRequestSucceeded() {
    RateLimiter limiter = limiter(0, 10);
    throttle.failed(Store.ETCD, StoreCondition.NOSPACE);
    throttle.recordSuccess(Store.ETCD);

    assertThat(limiter.tryAcquire(1)).isEmpty();
  }

  @Test
  void allowsFewerInFlightWhenAStoreAnswersSlowly() {
    RateLimiter limiter = limiter(0, 8);
    slow(Store.ZOOKEEPER);

    assertThat(turns(limiter)).isEqualTo(4);
    assertThat(limiter.tryAcquire(1)).map(PermitWait::tag).contains("latency-zookeeper");
    assertThat(limiter.reason().orElseThrow())
        .matches("ZooKeeper answers in \\d+ ms, usually \\d+ ms: limited to 50 % of the full rate");
  }

  @Test
  void lowersTheRateWhenAStoreAnswersSlowly() {
    RateLimiter limiter = limiter(100, 100);
    slow(Store.ETCD);
    limiter.tryAcquire(100);

    assertThat(limiter.tryAcquire(1).orElseThrow().nanos())
        .isGreaterThan(Duration.ofMillis(1_800).toNanos());
  }

  @Test
  void slowsDownWhenTheBackendIsNearlyFull() {
    RateLimiter limiter = limiter(0, 8);
    throttle.backend(85, 100);

    assertThat(turns(limiter)).isEqualTo(2);
    assertThat(limiter.reason())
        .contains("etcd's backend is at 85 % of its quota: limited to 25 % of the full rate");
  }

  @Test
  void namesEveryReason() {
    RateLimiter limiter = limiter(0, 8);
    throttle.pause("the operator");
    throttle.failed(Store.ETCD, StoreCondition.NOSPACE);
    throttle.failed(Store.ZOOKEEPER, StoreCondition.TIMEOUT);

    assertThat(limiter.reason())
        .contains(
            "paused by the operator; ZooKeeper: it does not answer in time; etcd: its backend is"
                + " full (NOSPACE); compact, defragment and disarm the alarm");
  }

  @Test
  void wakesWaiterOnRelease() throws Exception {
    RateLimiter limiter = limiter(0, 1);
    limiter.acquire(1);
    CompletableFuture<Void> second = CompletableFuture.runAsync(() -> acquire(limiter));
    assertThat(second).isNotDone();

    limiter.release();

    second.get(20, TimeUnit.SECONDS);
  }

  @Test
  void waiterCanBeInterrupted() {
    RateLimiter limiter = limiter(0, 1);
    throttle.pause("the operator");
    Thread.currentThread().interrupt();

    assertThatThrownBy(() -> limiter.acquire(1)).isInstanceOf(InterruptedException.class);
    throttle.resume();
    assertThat(limiter.tryAcquire(1)).isEmpty();
  }

  @Test
  void countsTheSecondsByReason() throws InterruptedException {
    Throttle real = new Throttle(System::nanoTime);
    RateLimiter limiter = new RateLimiter(100, 10, real, System::nanoTime, registry);
    limiter.acquire(10);
    limiter.acquire(1);

    assertThat(registry.get("metamigrate.throttled").tag("reason", "rate").counter().count())
        .isGreaterThan(0.05);
  }

  private RateLimiter limiter(long maxRate, int inFlight) {
    return new RateLimiter(maxRate, inFlight, throttle, ticks, registry);
  }

  private static void acquire(RateLimiter limiter) {
    try {
      limiter.acquire(1);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private static int turns(RateLimiter limiter) {
    int turns = 0;
    for (Optional<PermitWait> wait = limiter.tryAcquire(1);
        wait.isEmpty();
        wait = limiter.tryAcquire(1)) {
      turns++;
    }
    return turns;
  }

  /** Usual answers for half a minute, then slow ones until the pace has been halved once. */
  private void slow(Store store) {
    answers(store, 1_501, 20);
    answers(store, 50, 400);
  }

  private void answers(Store store, int count, long millis) {
    for (int i = 0; i < count; i++) {
      ticks.forwardMillis(20);
      throttle.succeeded(store, Duration.ofMillis(millis));
    }
  }
}
