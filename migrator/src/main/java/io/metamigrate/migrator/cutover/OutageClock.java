package io.metamigrate.migrator.cutover;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * How long no broker has served: what the record shows when this process first reads it, and from
 * then on what really passes. Whoever sets the machine's clock meanwhile changes nothing, and a
 * record of the future counts as new. Unlike a {@link io.metamigrate.migrator.control.SteadyClock},
 * which reads the machine's clock once, it reads that clock again for each record. Safe for use by
 * several threads.
 */
final class OutageClock {
  private final InstantSource wall;
  private final LongSupplier nanos;
  private Optional<Instant> counted = Optional.empty();
  private Duration before = Duration.ZERO;
  private long from;

  /**
   * Starts.
   *
   * @param nanos that have passed since any moment, as by {@link System#nanoTime}
   */
  OutageClock(InstantSource wall, LongSupplier nanos) {
    this.wall = wall;
    this.nanos = nanos;
  }

  /** The length of the outage that was recorded as begun then. */
  synchronized Duration since(Instant recorded) {
    if (!counted.equals(Optional.of(recorded))) {
      Duration shown = Duration.between(recorded, wall.instant());
      before = shown.isNegative() ? Duration.ZERO : shown;
      from = nanos.getAsLong();
      counted = Optional.of(recorded);
    }
    return before.plusNanos(nanos.getAsLong() - from);
  }
}
