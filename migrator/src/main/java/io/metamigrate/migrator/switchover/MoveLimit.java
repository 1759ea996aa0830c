package io.metamigrate.migrator.switchover;

import io.metamigrate.migrator.switchover.engine.Answer;
import io.metamigrate.migrator.switchover.engine.LostAuthorityException;
import io.metamigrate.migrator.switchover.engine.TimeLimit;
import io.metamigrate.migrator.switchover.engine.TimeLimits;
import io.metamigrate.migrator.switchover.state.MoveJournal;
import io.metamigrate.migrator.switchover.step.SwitchoverContext;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;

/**
 * The time limits of a forward move. The outage is measured from what is seen: it begins when the
 * stop of the brokers has begun and none is registered on the source, and ends when one is again. A
 * rollback has no limit.
 */
final class MoveLimit implements TimeLimit {
  /** Where the last moment for the commit is recorded. */
  private static final String NO_RETURN_AFTER = "no return after";

  private static final String OUTAGE_SINCE = "outage since";

  private final SwitchoverContext context;
  private final Optional<Duration> maxOutage;
  private final InstantSource clock;

  MoveLimit(SwitchoverContext context, Optional<Duration> maxOutage, InstantSource clock) {
    this.context = context;
    this.maxOutage = maxOutage;
    this.clock = clock;
  }

  /**
   * Whether the last moment that a command names agrees with the one that the move has recorded.
   */
  static Answer agrees(MoveJournal journal, TimeLimits limits, Instant now) {
    Optional<Instant> fixed = lastMoment(journal);
    Optional<Instant> given = limits.noReturnAfter();
    if (given.isEmpty() || given.equals(fixed)) {
      return Answer.yes("no other last moment is given");
    }
    if (fixed.isPresent()) {
      return Answer.no(
          "the last moment for the point of no return was fixed as %s, the command asks for %s"
              .formatted(fixed.get(), given.get()));
    }
    return now.isBefore(given.get())
        ? Answer.yes("it is to come")
        : Answer.no(
            "the last moment for the point of no return, %s, has passed".formatted(given.get()));
  }

  /** Records it; it stays for as long as the move. */
  static void fix(MoveJournal journal, TimeLimits limits) {
    if (lastMoment(journal).isEmpty()) {
      limits.noReturnAfter().ifPresent(moment -> journal.mark(NO_RETURN_AFTER, moment.toString()));
    }
  }

  private static Optional<Instant> lastMoment(MoveJournal journal) {
    return mark(journal, NO_RETURN_AFTER);
  }

  private static Optional<Instant> mark(MoveJournal journal, String name) {
    return Optional.ofNullable(journal.move().evidence().marks().get(name))
        .filter(text -> !text.isEmpty())
        .map(Instant::parse);
  }

  @Override
  public Optional<String> exceeded() {
    if (!context.isForward()) {
      return Optional.empty();
    }
    Instant now = clock.instant();
    Optional<Instant> last = lastMoment(context.journal());
    if (last.filter(moment -> !now.isBefore(moment)).isPresent()) {
      return Optional.of(
          "the last moment for the point of no return, %s, has passed".formatted(last.get()));
    }
    return maxOutage.flatMap(max -> outage(now, max));
  }

  private Optional<String> outage(Instant now, Duration max) {
    if (!context.isBrokersStopBegun()) {
      return Optional.empty();
    }
    MoveJournal journal = context.journal();
    Optional<Boolean> served = isServed();
    if (served.isPresent()) {
      String since = served.get() ? "" : mark(journal, OUTAGE_SINCE).orElse(now).toString();
      journal.mark(OUTAGE_SINCE, since);
    }
    return mark(journal, OUTAGE_SINCE)
        .map(since -> Duration.between(since, now))
        .filter(outage -> outage.compareTo(max) > 0)
        .map(
            outage ->
                "no broker has served for %d s, more than the %d s of --max-outage"
                    .formatted(outage.toSeconds(), max.toSeconds()));
  }

  /** Empty if it cannot be asked: then what was seen last counts. */
  private Optional<Boolean> isServed() {
    try {
      return Optional.of(!context.source().brokers().isEmpty());
    } catch (LostAuthorityException e) {
      throw e;
    } catch (RuntimeException e) {
      return Optional.empty();
    }
  }
}
