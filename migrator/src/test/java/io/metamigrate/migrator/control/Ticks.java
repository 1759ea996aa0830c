package io.metamigrate.migrator.control;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * Nanoseconds that pass only when a test advances them. Starts near the overflow, as clocks may.
 */
final class Ticks implements LongSupplier {
  private long now = Long.MAX_VALUE - Duration.ofSeconds(2).toNanos();

  @Override
  public synchronized long getAsLong() {
    return now;
  }

  synchronized void forward(Duration time) {
    now += time.toNanos();
  }

  void forwardMillis(long millis) {
    forward(Duration.ofMillis(millis));
  }
}
