package io.metamigrate.migrator.control;

import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * New limits; what is absent stays as it is.
 *
 * @param maxRate changes a second, 0 for no limit
 * @param inFlight requests awaiting their answer at one time
 */
public record ThrottleChange(OptionalLong maxRate, OptionalInt inFlight) {
  /** The most that may be asked for, so that a slip of the finger cannot flood a store. */
  public static final int MAX_IN_FLIGHT = 1024;

  public ThrottleChange {
    if (maxRate.isEmpty() && inFlight.isEmpty()) {
      throw new IllegalArgumentException("give maxRate, inFlight or both");
    }
    if (maxRate.isPresent() && maxRate.getAsLong() < 0) {
      throw new IllegalArgumentException("maxRate is below 0; give 0 for no limit");
    }
    if (inFlight.isPresent() && (inFlight.getAsInt() < 1 || inFlight.getAsInt() > MAX_IN_FLIGHT)) {
      throw new IllegalArgumentException("inFlight is not within 1 to " + MAX_IN_FLIGHT);
    }
  }
}
