package io.metamigrate.migrator.control;

import java.time.Duration;
import java.util.Optional;

/**
 * Keeps requests from an unhealthy store: for a second at first, for twice as long after each
 * further failure, half a minute at most. Then requests go one at a time until one that began after
 * the hold has succeeded. For one thread; times are nanoseconds of one clock.
 */
final class CircuitBreaker {
  private static final long FIRST = Duration.ofSeconds(1).toNanos();
  private static final long MAX_PAUSE = Duration.ofSeconds(30).toNanos();
  private static final long FORGET = Duration.ofMinutes(1).toNanos();

  private Optional<StoreCondition> condition = Optional.empty();
  private long until;
  private long delay;

  void failed(StoreCondition what, long now) {
    boolean holding = condition.isPresent() && now - until < 0;
    condition = Optional.of(what);
    if (holding) {
      // The other requests in flight fail for the same reason; they do not count again.
      return;
    }
    boolean again = delay > 0 && now - until < FORGET;
    delay = again ? Math.min(MAX_PAUSE, delay * 2) : FIRST;
    until = now + delay;
  }

  /** A request that began at this time has succeeded. */
  void succeeded(long began) {
    if (condition.isPresent() && began - until >= 0) {
      condition = Optional.empty();
    }
  }

  /** A caller that asked the store found it healthy. */
  void recordSuccess() {
    condition = Optional.empty();
    delay = 0;
  }

  /** What is wrong; absent when nothing is, also after a probe without a failure. */
  Optional<StoreCondition> condition(long now) {
    if (condition.isPresent() && now - until >= MAX_PAUSE) {
      condition = Optional.empty();
    }
    return condition;
  }

  /** How long every request has to wait; 0 if one at a time may pass. */
  long waitNanos(long now) {
    return condition.isPresent() ? Math.max(0, until - now) : 0;
  }
}
