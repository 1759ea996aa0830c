package io.metamigrate.migrator.run;

import io.metamigrate.migrator.config.Configuration;
import io.metamigrate.migrator.control.Brake;
import io.metamigrate.migrator.control.Condition;
import io.metamigrate.migrator.control.Metrics;
import io.metamigrate.migrator.control.Pace;
import io.metamigrate.migrator.control.Progress;
import io.metamigrate.migrator.phase.Phase;
import io.metamigrate.migrator.replay.Turns;
import io.metamigrate.verifier.store.Store;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** What the daemon is measured and slowed down by, for all of its loops. */
final class Instruments implements AutoCloseable {
  private final Metrics metrics;
  private final Brake brake = new Brake(System::nanoTime);
  private final Pace copying;
  private final Pace verifying;
  private final Progress progress;

  Instruments(Configuration configuration, String cluster, InstantSource clock) {
    metrics = Metrics.of(cluster);
    copying =
        new Pace(
            configuration.copy().maxRate(),
            configuration.copy().inFlight(),
            brake,
            System::nanoTime,
            metrics.registry());
    verifying =
        new Pace(configuration.verify().maxRate(), 1, brake, System::nanoTime, metrics.registry());
    progress = new Progress(cluster, Phase.PLANNED.title(), clock, copying::reason);
    progress.health().pausedBy(brake::paused);
    // From the start, or Prometheus would not see the first of them as an increase.
    for (Store store : Store.values()) {
      for (Condition condition : Condition.values()) {
        errors(store, condition);
      }
    }
    progress.bindTo(metrics.registry(), Arrays.stream(Phase.values()).map(Phase::title).toList());
  }

  Metrics metrics() {
    return metrics;
  }

  Brake brake() {
    return brake;
  }

  Pace copying() {
    return copying;
  }

  Progress progress() {
    return progress;
  }

  /** Waits until this many more nodes may be compared. */
  void verifyTurn(int nodes) {
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
    progress.health().heard(Store.ZOOKEEPER);
    time(Store.ZOOKEEPER, "read", latency);
  }

  /** How late a change was when it was applied. */
  void late(Duration lag) {
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
    brake.succeeded(store, latency);
    Timer.builder("metamigrate.operation")
        .description("Time of requests to a store")
        .tag("store", tag(store))
        .tag("operation", operation)
        .register(metrics.registry())
        .record(latency);
  }

  void failed(Store store, Throwable failure) {
    Condition condition = condition(failure);
    brake.failed(store, condition);
    progress.health().failed(store, String.valueOf(failure.getMessage()));
    errors(store, condition).increment();
  }

  private Counter errors(Store store, Condition condition) {
    return Counter.builder("metamigrate.errors")
        .description("Requests to a store that failed, by cause")
        .tag("store", tag(store))
        .tag("kind", condition.name().toLowerCase(Locale.ROOT))
        .register(metrics.registry());
  }

  private static String tag(Store store) {
    return store.name().toLowerCase(Locale.ROOT);
  }

  private static Condition condition(Throwable failure) {
    for (Throwable t = failure; t != null; t = t.getCause() == t ? null : t.getCause()) {
      String message = String.valueOf(t.getMessage()).toLowerCase(Locale.ROOT);
      if (message.contains("space exceeded")) {
        return Condition.NOSPACE;
      }
      if (message.contains("leader")) {
        return Condition.NO_LEADER;
      }
    }
    return Condition.TIMEOUT;
  }

  /** The writer's turns, by the copying pace. */
  Turns turns() {
    return new Turns() {
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
      public void giveBack() {
        copying.release();
      }

      @Override
      public void answered(Duration latency, Optional<Throwable> failure) {
        failure.ifPresentOrElse(
            f -> failed(Store.ETCD, f),
            () -> Instruments.this.answered(Store.ETCD, "transaction", latency));
      }
    };
  }

  @Override
  public void close() {
    metrics.close();
  }
}
