package io.metamigrate.migrator.run;

import io.metamigrate.migrator.config.Configuration;
import io.metamigrate.migrator.control.DaemonProgress;
import io.metamigrate.migrator.control.Metrics;
import io.metamigrate.migrator.control.RateLimiter;
import io.metamigrate.migrator.control.SteadyClock;
import io.metamigrate.migrator.control.StoreCondition;
import io.metamigrate.migrator.control.Throttle;
import io.metamigrate.migrator.phase.Phase;
import io.metamigrate.migrator.replay.WriteThrottle;
import io.metamigrate.verifier.store.Store;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** The metrics and the throttle of the daemon, for all of its loops. */
final class Telemetry implements AutoCloseable {
  private final Metrics metrics;
  private final Throttle throttle = new Throttle(System::nanoTime);
  private final RateLimiter copying;
  private final RateLimiter verifying;
  private final DaemonProgress progress;

  Telemetry(Configuration configuration, String cluster, InstantSource clock) {
    metrics = Metrics.of(cluster, configuration.control().otlp());
    copying =
        new RateLimiter(
            configuration.copy().maxRate(),
            configuration.copy().inFlight(),
            throttle,
            System::nanoTime,
            metrics.registry());
    verifying =
        new RateLimiter(
            configuration.verify().maxRate(), 1, throttle, System::nanoTime, metrics.registry());
    progress =
        new DaemonProgress(
            cluster,
            Phase.PLANNED.title(),
            new SteadyClock(clock, System::nanoTime),
            copying::reason);
    progress.health().pausedBy(throttle::paused);
    // From the start, or Prometheus would not see the first of them as an increase.
    for (Store store : Store.values()) {
      for (StoreCondition condition : StoreCondition.values()) {
        errors(store, condition);
      }
    }
    progress.bindTo(metrics.registry(), Arrays.stream(Phase.values()).map(Phase::title).toList());
  }

  Metrics metrics() {
    return metrics;
  }

  Throttle throttle() {
    return throttle;
  }

  RateLimiter copying() {
    return copying;
  }

  DaemonProgress progress() {
    return progress;
  }

  /** Waits until this many more nodes may be compared. */
  void awaitVerifyPermit(int nodes) {
    try {
      verifying.acquire(nodes);
      verifying.release();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StoppedException();
    }
  }

  /** In the middle of what was asked of ZooKeeper. */
  void zooKeeperRead(Duration latency) {
    progress.health().recordContact(Store.ZOOKEEPER);
    time(Store.ZOOKEEPER, "read", latency);
  }

  /** How late a change was when it was applied. */
  void recordLag(Duration lag) {
    Timer.builder("metamigrate.lag.applied")
        .description("How late changes were when they were applied")
        .register(metrics.registry())
        .record(lag);
  }

  void answered(Store store, String operation, Duration latency) {
    progress.health().answered(store);
    time(store, operation, latency);
  }

  private void time(Store store, String operation, Duration latency) {
    throttle.succeeded(store, latency);
    Timer.builder("metamigrate.operation")
        .description("Time of requests to a store")
        .tag("store", tag(store))
        .tag("operation", operation)
        .register(metrics.registry())
        .record(latency);
  }

  void failed(Store store, Throwable failure) {
    StoreCondition condition = condition(failure);
    throttle.failed(store, condition);
    progress.health().failed(store, cause(condition, failure));
    errors(store, condition).increment();
  }

  private static String cause(StoreCondition condition, Throwable failure) {
    if (condition == StoreCondition.NOSPACE) {
      return condition.text();
    }
    return failure.getMessage() == null ? "a request timed out" : failure.getMessage();
  }

  private Counter errors(Store store, StoreCondition condition) {
    return Counter.builder("metamigrate.errors")
        .description("Requests to a store that failed, by cause")
        .tag("store", tag(store))
        .tag("kind", condition.name().toLowerCase(Locale.ROOT))
        .register(metrics.registry());
  }

  private static String tag(Store store) {
    return store.name().toLowerCase(Locale.ROOT);
  }

  private static StoreCondition condition(Throwable failure) {
    for (Throwable t = failure; t != null; t = t.getCause() == t ? null : t.getCause()) {
      String message = String.valueOf(t.getMessage()).toLowerCase(Locale.ROOT);
      if (message.contains("space exceeded")) {
        return StoreCondition.NOSPACE;
      }
      if (StoreCondition.isDenial(message)) {
        return StoreCondition.DENIED;
      }
      if (message.contains("leader")) {
        return StoreCondition.NO_LEADER;
      }
    }
    return StoreCondition.TIMEOUT;
  }

  /** The writer's turns, by the copying pace. */
  WriteThrottle writeThrottle() {
    return new WriteThrottle() {
      @Override
      public void take(int operations) {
        try {
          copying.acquire(operations);
          progress.health().asked(Store.ETCD);
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
          throw new StoppedException();
        }
      }

      @Override
      public void release() {
        copying.release();
      }

      @Override
      public void answered(Duration latency, Optional<Throwable> failure) {
        failure.ifPresentOrElse(
            f -> failed(Store.ETCD, f),
            () -> Telemetry.this.answered(Store.ETCD, "transaction", latency));
      }
    };
  }

  @Override
  public void close() {
    metrics.close();
  }
}
