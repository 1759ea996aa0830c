package io.metamigrate.migrator.control;

import io.metamigrate.migrator.control.Throttle.ThrottleDecision;
import io.metamigrate.migrator.control.Throttle.ThrottleReason;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;

/**
 * How fast one loop may go: its limits, which the operator may change at any time, and the decision
 * of the common {@link Throttle}. Before each request the loop takes its turn with {@link
 * #acquire}, and gives it back with {@link #release} when the request was answered, however it was.
 * Safe for use by several threads; turns are given in the order in which they were asked for.
 */
public final class RateLimiter {
  /** Shown from the start; those of a store come with the first wait for it. */
  private static final List<String> OWN_REASONS = List.of("paused", "in-flight", "rate");

  /** Within this time a change of the limits or of the throttle takes effect. */
  private static final long CHECK_INTERVAL = Duration.ofMillis(100).toNanos();

  private static final long RECENTLY = Duration.ofSeconds(5).toNanos();

  private final Throttle throttle;
  private final LongSupplier nanos;
  private final MeterRegistry registry;
  private final TokenBucket bucket;
  private final ReentrantLock lock = new ReentrantLock(true);
  private final java.util.concurrent.locks.Condition changed = lock.newCondition();
  private long maxRate;
  private int inFlight;
  private int underWay;
  private long heldByRateUntil;
  private boolean heldByRate;

  /**
   * A pace with these limits to begin with.
   *
   * @param maxRate permits a second, 0 for no limit
   * @param inFlight turns at one time, at least 1
   * @param nanos a monotonic clock, the same as the throttle's
   */
  public RateLimiter(
      long maxRate, int inFlight, Throttle throttle, LongSupplier nanos, MeterRegistry registry) {
    this.maxRate = maxRate;
    this.inFlight = inFlight;
    this.throttle = throttle;
    this.nanos = nanos;
    this.registry = registry;
    this.bucket = new TokenBucket(maxRate, nanos.getAsLong());
    OWN_REASONS.forEach(this::throttled);
  }

  /**
   * Waits for a turn.
   *
   * @param permits how many changes or nodes the request is about
   * @throws InterruptedException when interrupted meanwhile; no turn is taken then
   */
  public void acquire(int permits) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      Optional<PermitWait> wait = decide(permits);
      while (wait.isPresent()) {
        long asked = Math.min(CHECK_INTERVAL, wait.get().nanos());
        long left = changed.awaitNanos(asked);
        throttled(wait.get().tag()).increment((asked - left) / 1e9);
        wait = decide(permits);
      }
    } finally {
      lock.unlock();
    }
  }

  /** Gives a turn back. */
  public void release() {
    lock.lock();
    try {
      underWay--;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Holds from the next turn on; turns that are taken are left alone. */
  public void change(ThrottleChange change) {
    lock.lock();
    try {
      maxRate = change.maxRate().orElse(maxRate);
      inFlight = change.inFlight().orElse(inFlight);
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Why this loop is slower than it could be; absent when it is not. */
  public Optional<String> reason() {
    List<String> texts =
        new ArrayList<>(throttle.decision().reasons().stream().map(ThrottleReason::text).toList());
    lock.lock();
    try {
      if (heldByRate && nanos.getAsLong() - heldByRateUntil < RECENTLY && maxRate > 0) {
        texts.add("limited to " + maxRate + "/s");
      }
    } finally {
      lock.unlock();
    }
    return texts.isEmpty()
        ? Optional.empty()
        : Optional.of(texts.stream().collect(Collectors.joining("; ")));
  }

  /** No turn now. */
  record PermitWait(long nanos, String tag) {}

  /** Takes a turn if there is one now; else returns how long to wait, and why. */
  Optional<PermitWait> tryAcquire(int permits) {
    lock.lock();
    try {
      return decide(permits);
    } finally {
      lock.unlock();
    }
  }

  private Optional<PermitWait> decide(int permits) {
    long now = nanos.getAsLong();
    ThrottleDecision decision = throttle.decision();
    if (decision.waitNanos() > 0) {
      return Optional.of(new PermitWait(decision.waitNanos(), tag(decision, "paused")));
    }
    int limit = limit(decision);
    if (underWay >= limit) {
      return Optional.of(
          new PermitWait(
              CHECK_INTERVAL, limit < inFlight ? tag(decision, "in-flight") : "in-flight"));
    }
    bucket.rate(maxRate * decision.factor(), now);
    long wait = bucket.waitNanos(now);
    if (wait > 0) {
      heldByRate = true;
      heldByRateUntil = now + wait;
      return Optional.of(
          new PermitWait(wait, decision.factor() < 1 ? tag(decision, "rate") : "rate"));
    }
    bucket.take(permits);
    underWay++;
    return Optional.empty();
  }

  private int limit(ThrottleDecision decision) {
    return decision.oneAtATime() ? 1 : Math.max(1, (int) (inFlight * decision.factor()));
  }

  private static String tag(ThrottleDecision decision, String otherwise) {
    return decision.reasons().isEmpty() ? otherwise : decision.reasons().get(0).tag();
  }

  private Counter throttled(String tag) {
    return Counter.builder("metamigrate.throttled")
        .baseUnit("seconds")
        .description("time for which a loop was throttled")
        .tag("reason", tag)
        .register(registry);
  }
}
