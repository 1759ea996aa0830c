package io.metamigrate.migrator.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.metamigrate.migrator.control.RateLimiter.Wait;
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
    RateLimiter pace = pace(0, 2);

    assertThat(pace.tryAcquire(1_000_000)).isEmpty();
    assertThat(pace.reason()).isEmpty();
  }

  @Test
  void limitsPermitsInFlight() {
    RateLimiter pace = pace(0, 2);
    pace.tryAcquire(1);
    pace.tryAcquire(1);

    assertThat(pace.tryAcquire(1)).map(Wait::tag).contains("in-flight");

    pace.release();

    assertThat(pace.tryAcquire(1)).isEmpty();
  }

  @Test
  void givesMorePermitsAfterTheLimitIsRaised() {
    RateLimiter pace = pace(0, 1);
    pace.tryAcquire(1);
    pace.change(new ThrottleChange(OptionalLong.empty(), OptionalInt.of(2)));

    assertThat(pace.tryAcquire(1)).isEmpty();
  }

  @Test
  void keepsTheRateAndReportsIt() {
    RateLimiter pace = pace(100, 10);
    pace.tryAcquire(100);

    assertThat(pace.tryAcquire(1)).contains(new Wait(Duration.ofSeconds(1).toNanos(), "rate"));
    assertThat(pace.reason()).contains("limited to 100/s");
  }

  @Test
  void stopsReportingTheRateAfterAWhile() {
    RateLimiter pace = pace(100, 10);
    pace.tryAcquire(100);
    pace.tryAcquire(1);
    ticks.forwardMillis(6_001);

    assertThat(pace.reason()).isEmpty();
  }

  @Test
  void usesNewRateFromTheNextPermit() {
    RateLimiter pace = pace(100, 10);
    pace.tryAcquire(100);
    pace.change(new ThrottleChange(OptionalLong.of(0), OptionalInt.empty()));

    assertThat(pace.tryAcquire(1)).isEmpty();
    assertThat(pace.reason()).isEmpty();
  }

  @Test
  void stopsWhilePaused() {
    RateLimiter pace = pace(0, 10);
    throttle.pause("the operator: backup");

    assertThat(pace.tryAcquire(1)).map(Wait::tag).contains("paused");
    assertThat(pace.reason()).contains("paused by the operator: backup");

    throttle.resume();

    assertThat(pace.tryAcquire(1)).isEmpty();
  }

  @Test
  void stopsWhileAStoreIsUnhealthyAndResumes() {
    RateLimiter pace = pace(0, 10);
    throttle.failed(Store.ETCD, StoreCondition.NO_LEADER);

    assertThat(pace.tryAcquire(1)).contains(new Wait(Duration.ofSeconds(1).toNanos(), "no-leader"));
    assertThat(pace.reason()).contains("etcd: it has no leader");

    ticks.forwardMillis(1_000);
    assertThat(pace.tryAcquire(1)).isEmpty();
    throttle.succeeded(Store.ETCD, Duration.ZERO);

    assertThat(pace.reason()).isEmpty();
  }

  @Test
  void probesUnhealthyStoreWithOneRequest() {
    RateLimiter pace = pace(0, 10);
    throttle.failed(Store.ETCD, StoreCondition.NOSPACE);
    ticks.forwardMillis(1_000);

    assertThat(pace.tryAcquire(1)).isEmpty();
    assertThat(pace.tryAcquire(1)).map(Wait::tag).contains("nospace");
  }

  @Test
  void continuesOnceAnotherRequestSucceeded() {
    RateLimiter pace = pace(0, 10);
    throttle.failed(Store.ETCD, StoreCondition.NOSPACE);
    throttle.recordSuccess(Store.ETCD);

    assertThat(pace.tryAcquire(1)).isEmpty();
  }

  @Test
  void allowsFewerInFlightWhenAStoreAnswersSlowly() {
    RateLimiter pace = pace(0, 8);
    slow(Store.ZOOKEEPER);

    assertThat(turns(pace)).isEqualTo(4);
    assertThat(pace.tryAcquire(1)).map(Wait::tag).contains("latency-zookeeper");
    assertThat(pace.reason().orElseThrow())
        .matches("ZooKeeper answers in \\d+ ms, usually \\d+ ms: at 50 % of the pace");
  }

  @Test
  void lowersTheRateWhenAStoreAnswersSlowly() {
    RateLimiter pace = pace(100, 100);
    slow(Store.ETCD);
    pace.tryAcquire(100);

    assertThat(pace.tryAcquire(1).orElseThrow().nanos())
        .isGreaterThan(Duration.ofMillis(1_800).toNanos());
  }

  @Test
  void slowsDownWhenTheBackendIsNearlyFull() {
    RateLimiter pace = pace(0, 8);
    throttle.backend(85, 100);

    assertThat(turns(pace)).isEqualTo(2);
    assertThat(pace.reason())
        .contains("etcd's backend is at 85 % of its quota: at 25 % of the pace");
  }

  @Test
  void namesEveryReason() {
    RateLimiter pace = pace(0, 8);
    throttle.pause("the operator");
    throttle.failed(Store.ETCD, StoreCondition.NOSPACE);
    throttle.failed(Store.ZOOKEEPER, StoreCondition.TIMEOUT);

    assertThat(pace.reason())
        .contains(
            "paused by the operator; ZooKeeper: it does not answer in time; etcd: its backend is"
                + " full (NOSPACE); compact, defragment and disarm the alarm");
  }

  @Test
  void wakesWaiterOnRelease() throws Exception {
    RateLimiter pace = pace(0, 1);
    pace.acquire(1);
    CompletableFuture<Void> second = CompletableFuture.runAsync(() -> acquire(pace));
    assertThat(second).isNotDone();

    pace.release();

    second.get(20, TimeUnit.SECONDS);
  }

  @Test
  void waiterCanBeInterrupted() {
    RateLimiter pace = pace(0, 1);
    throttle.pause("the operator");
    Thread.currentThread().interrupt();

    assertThatThrownBy(() -> pace.acquire(1)).isInstanceOf(InterruptedException.class);
    throttle.resume();
    assertThat(pace.tryAcquire(1)).isEmpty();
  }

  @Test
  void countsTheSecondsByReason() throws InterruptedException {
    Throttle real = new Throttle(System::nanoTime);
    RateLimiter pace = new RateLimiter(100, 10, real, System::nanoTime, registry);
    pace.acquire(10);
    pace.acquire(1);

    assertThat(registry.get("metamigrate.throttled").tag("reason", "rate").counter().count())
        .isGreaterThan(0.05);
  }

  private RateLimiter pace(long maxRate, int inFlight) {
    return new RateLimiter(maxRate, inFlight, throttle, ticks, registry);
  }

  private static void acquire(RateLimiter pace) {
    try {
      pace.acquire(1);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private static int turns(RateLimiter pace) {
    int turns = 0;
    for (Optional<Wait> wait = pace.tryAcquire(1); wait.isEmpty(); wait = pace.tryAcquire(1)) {
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
