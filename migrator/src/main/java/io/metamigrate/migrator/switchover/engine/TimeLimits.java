package io.metamigrate.migrator.switchover.engine;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * How long a move may take, from the command.
 *
 * @param maxOutage how long no broker may serve before the move undoes itself
 * @param noReturnAfter the last moment for the commit
 */
public record TimeLimits(Optional<Duration> maxOutage, Optional<Instant> noReturnAfter) {
  public static TimeLimits none() {
    return new TimeLimits(Optional.empty(), Optional.empty());
  }
}
