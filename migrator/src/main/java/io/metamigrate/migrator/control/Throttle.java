package io.metamigrate.migrator.control;

import io.metamigrate.verifier.store.Store;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * What slows every loop down: the operator's pause, unhealthy stores, stores that answer slower
 * than usual, an etcd that is nearly full. The loops report what they see of the stores; each
 * loop's {@link RateLimiter} asks. Safe for use by several threads.
 */
public final class Throttle {
  private static final double NEARLY_FULL = 0.8;
  private static final double NEARLY_FULL_FACTOR = 0.25;

  private final LongSupplier nanos;
  private final Map<Store, Latency> latencies = new EnumMap<>(Store.class);
  private final Map<Store, CircuitBreaker> holds = new EnumMap<>(Store.class);
  private Optional<String> paused = Optional.empty();
  private double fullness;

  /**
   * Starts without any reason to slow down.
   *
   * @param nanos a monotonic clock, such as {@code System::nanoTime}
   */
  public Throttle(LongSupplier nanos) {
    this.nanos = nanos;
    for (Store store : Store.values()) {
      latencies.put(store, new Latency());
      holds.put(store, new CircuitBreaker());
    }
  }

  /** A request was answered after this time. */
  public synchronized void succeeded(Store store, Duration latency) {
    long now = nanos.getAsLong();
    latency(store).answered(latency, now);
    hold(store).succeeded(now - latency.toNanos());
  }

  /** A request failed for a reason that may be temporary. */
  public synchronized void failed(Store store, StoreCondition condition) {
    hold(store).failed(condition, nanos.getAsLong());
  }

  /** The store was found healthy: there is nothing to wait for any more. */
  public synchronized void recordSuccess(Store store) {
    hold(store).recordSuccess();
  }

  /**
   * The size of etcd's backend and its limit, in bytes.
   *
   * @param quota at least 1
   */
  public synchronized void backend(long used, long quota) {
    fullness = (double) used / quota;
  }

  /** Everything stops until {@link #resume}; a second pause only changes the reason. */
  public synchronized void pause(String reason) {
    paused = Optional.of(reason);
  }

  public synchronized void resume() {
    paused = Optional.empty();
  }

  public synchronized Optional<String> paused() {
    return paused;
  }

  /** Why the rate is below the limits, as the operator reads it. */
  record ThrottleReason(String tag, String text) {}

  /**
   * What to do now.
   *
   * @param waitNanos how long requests have to wait; 0 if they may pass
   * @param oneAtATime whether a store is being probed after a failure
   * @param factor the share of the full pace
   * @param reasons the weightiest first; empty when nothing slows
   */
  record ThrottleDecision(
      long waitNanos, boolean oneAtATime, double factor, List<ThrottleReason> reasons) {}

  synchronized ThrottleDecision decision() {
    long now = nanos.getAsLong();
    List<ThrottleReason> reasons = new ArrayList<>();
    paused.ifPresent(why -> reasons.add(new ThrottleReason("paused", "paused by " + why)));
    long wait = paused.isPresent() ? Long.MAX_VALUE : 0;
    boolean probing = false;
    double factor = 1;
    for (Store store : Store.values()) {
      Optional<StoreCondition> condition = hold(store).condition(now);
      if (condition.isPresent()) {
        reasons.add(reason(store, condition.get()));
        wait = Math.max(wait, hold(store).waitNanos(now));
        probing = true;
      }
    }
    for (Store store : Store.values()) {
      double share = latency(store).factor();
      if (share < 1) {
        reasons.add(reason(store, latency(store)));
        factor = Math.min(factor, share);
      }
    }
    if (fullness >= NEARLY_FULL) {
      reasons.add(nearlyFull());
      factor = Math.min(factor, NEARLY_FULL_FACTOR);
    }
    return new ThrottleDecision(wait, probing, factor, List.copyOf(reasons));
  }

  private static ThrottleReason reason(Store store, StoreCondition condition) {
    return new ThrottleReason(tag(condition), store.title() + ": " + condition.text());
  }

  private static ThrottleReason reason(Store store, Latency latency) {
    return new ThrottleReason(
        "latency-" + store.name().toLowerCase(Locale.ROOT),
        "%s answers in %s: limited to %d %% of the full rate"
            .formatted(store.title(), latency.text(), Math.round(100 * latency.factor())));
  }

  private ThrottleReason nearlyFull() {
    return new ThrottleReason(
        "backend-size",
        "etcd's backend is at %d %% of its quota: limited to %d %% of the full rate"
            .formatted(Math.round(100 * fullness), Math.round(100 * NEARLY_FULL_FACTOR)));
  }

  private static String tag(StoreCondition condition) {
    return condition.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private Latency latency(Store store) {
    return latencies.getOrDefault(store, new Latency());
  }

  private CircuitBreaker hold(Store store) {
    return holds.getOrDefault(store, new CircuitBreaker());
  }
}
