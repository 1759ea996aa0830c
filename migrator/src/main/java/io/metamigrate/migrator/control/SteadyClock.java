package io.metamigrate.migrator.control;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.function.LongSupplier;

/**
 * The time of day at its start, and from then on what really passes: whoever sets the machine's
 * clock meanwhile changes no age. Safe for use by several threads.
 */
public final class SteadyClock implements InstantSource {
  private static final long SECOND = 1_000_000_000L;

  private final InstantSource wall;
  private final LongSupplier nanos;
  private final Instant began;
  private final long from;

  /**
   * Starts.
   *
   * @param nanos that have passed since any moment, as by {@link System#nanoTime}
   */
  public SteadyClock(InstantSource wall, LongSupplier nanos) {
    this.wall = wall;
    this.nanos = nanos;
    this.began = wall.instant();
    this.from = nanos.getAsLong();
  }

  /** One that passes as this clock is set. */
  static SteadyClock by(InstantSource wall) {
    return new SteadyClock(
        wall,
        () -> {
          Instant now = wall.instant();
          return now.getEpochSecond() * SECOND + now.getNano();
        });
  }

  @Override
  public Instant instant() {
    return began.plusNanos(nanos.getAsLong() - from);
  }

  /**
   * A moment of this clock, as the machine's clock is set now; the same as long as it is not set.
   */
  Instant shown(Instant moment) {
    long millis = Duration.between(instant(), wall.instant()).toMillis();
    return moment.plusSeconds(Math.round(millis / 1e3));
  }
}
