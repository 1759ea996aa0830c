package io.metamigrate.migrator.cutover;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Optional;

/**
 * How long a cutover may take before it is rolled back automatically; never after the point of no
 * return, and never a rollback. Pure.
 *
 * @param maxOutage how long no broker may serve
 * @param noReturnAfter the instant past which the point of no return must not be passed any more
 */
record TimeLimit(Duration maxOutage, Optional<Instant> noReturnAfter) {
  static final TimeLimit NONE = new TimeLimit(Duration.ZERO, Optional.empty());

  /** Why the cutover has to be rolled back now, if it has to. */
  Optional<String> exceeded(Journal journal) {
    return exceeded(journal.state(), journal.outage(), journal.now());
  }

  Optional<String> exceeded(CutoverState state, Optional<Duration> outage, Instant now) {
    if (state.progress() != CutoverState.MoveProgress.FORWARD || state.isCommitted()) {
      return Optional.empty();
    }
    if (outage.filter(away -> away.compareTo(maxOutage) > 0).isPresent()) {
      return Optional.of(
          "brokers have been down for %d s, more than the %d s of cutover.maxOutage"
              .formatted(outage.get().toSeconds(), maxOutage.toSeconds()));
    }
    return noReturnAfter
        .filter(now::isAfter)
        .map(
            limit ->
                "the point of no return was not passed until %s, as --no-return-after demands"
                    .formatted(text(limit)));
  }

  /** The announcement to an operator at the start. */
  Optional<String> announcement() {
    return noReturnAfter.map(
        limit ->
            "the point of no return is passed by %s, or this cutover is rolled back automatically"
                .formatted(text(limit)));
  }

  private static String text(Instant instant) {
    return DateTimeFormatter.ISO_INSTANT.format(instant.atOffset(ZoneOffset.UTC));
  }
}
