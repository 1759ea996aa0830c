package io.metamigrate.store;

import io.metamigrate.migrator.replay.WriteThrottle;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/** Limits nothing; counts attempts that failed, or were answered after the time-out. */
record FailureCounter(AtomicInteger count, Duration timeout) implements WriteThrottle {
  @Override
  public void take(int operations) {
    // Nobody else writes.
  }

  @Override
  public void release() {
    // Nothing was taken.
  }

  @Override
  public void answered(Duration latency, Optional<Throwable> failure) {
    if (failure.isPresent() || latency.compareTo(timeout) > 0) {
      count.incrementAndGet();
    }
  }
}
