package io.metamigrate.migrator.cutover;

import io.metamigrate.migrator.phase.UnreadableRecordException;
import io.metamigrate.migrator.replay.StateStore;
import io.metamigrate.migrator.run.BlockedException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Optional;

/**
 * The last moment for the point of no return, kept with the move on etcd as text, as {@link
 * Instant} prints it.
 */
final class LastMoment {
  private static final String NO_RETURN_AFTER = "no-return-after";

  private final StateStore states;

  LastMoment(StateStore states) {
    this.states = states;
  }

  /**
   * Fixes it once: when the move begins, or by the first command that names one.
   *
   * @throws BlockedException with both values if a later command names another one
   */
  Optional<Instant> fix(Journal journal, Optional<Instant> given) {
    Optional<Instant> kept =
        states
            .get(NO_RETURN_AFTER)
            .map(bytes -> new String(bytes, StandardCharsets.UTF_8))
            .filter(text -> !text.isEmpty())
            .map(LastMoment::read);
    boolean begun = journal.state().forward().stream().anyMatch(StepRecord::begun);
    if (begun && kept.isPresent() && given.isPresent() && !given.equals(kept)) {
      throw Window.blocked(
          "LAST_MOMENT_FIXED",
          "the deadline for the point of no return was set to %s when this move began, the command gives %s"
              .formatted(kept.get(), given.get()),
          "leave out --no-return-after to resume the cutover, or roll back with `migrate rollback"
              + " --confirm "
              + journal.state().header().cluster()
              + "`");
    }
    Optional<Instant> fixed = begun ? kept.or(() -> given) : given;
    if (!fixed.equals(kept)) {
      states.put(
          journal.authority(),
          NO_RETURN_AFTER,
          fixed.map(Instant::toString).orElse("").getBytes(StandardCharsets.UTF_8));
    }
    return fixed;
  }

  private static Instant read(String text) {
    try {
      return Instant.parse(text);
    } catch (DateTimeParseException e) {
      throw UnreadableRecordException.of("metamigrate/" + NO_RETURN_AFTER, "'" + text + "'");
    }
  }
}
