package io.metamigrate.migrator.cutover;

import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import io.metamigrate.migrator.config.FormerNames;
import java.time.Instant;
import java.util.Optional;

/**
 * The state of a step so far.
 *
 * @param attempts how many times it was begun
 * @param openedAt when it was last begun
 * @param detail the result of its proof, or why it failed
 */
public record StepRecord(
    @JsonDeserialize(converter = FormerNames.StepId.class) String id,
    StepState state,
    int attempts,
    Optional<Instant> openedAt,
    Optional<Instant> endedAt,
    String detail) {
  /** The progress of a step. */
  public enum StepState {
    PENDING,
    /** Its action may have been issued, wholly or in part. */
    OPEN,
    DONE,
    FAILED,
    /** Done before, and to be repeated. */
    STALE
  }

  static StepRecord pending(String id) {
    return new StepRecord(id, StepState.PENDING, 0, Optional.empty(), Optional.empty(), "");
  }

  StepRecord open(Instant now) {
    return new StepRecord(id, StepState.OPEN, attempts + 1, Optional.of(now), Optional.empty(), "");
  }

  StepRecord done(String proof, Instant now) {
    return new StepRecord(id, StepState.DONE, attempts, openedAt, Optional.of(now), proof);
  }

  StepRecord failed(String cause, Instant now) {
    return new StepRecord(id, StepState.FAILED, attempts, openedAt, Optional.of(now), cause);
  }

  StepRecord stale() {
    return state == StepState.DONE
        ? new StepRecord(id, StepState.STALE, attempts, openedAt, endedAt, detail)
        : this;
  }

  /** Whether anything of it may have happened; one that failed before it was opened did nothing. */
  boolean begun() {
    return state != StepState.PENDING && attempts > 0;
  }

  boolean isDone() {
    return state == StepState.DONE;
  }
}
