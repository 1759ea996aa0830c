package io.metamigrate.migrator.switchover.engine;

import java.time.Instant;
import java.util.Optional;

/** How far a move is. Each state holds only what is valid in it. */
public sealed interface Progress {
  /** Before the commit: it can be undone. */
  record Running(Optional<Stop> stop) implements Progress {}

  /** Its steps are being undone, in reverse order. */
  record Undoing(Optional<Stop> stop) implements Progress {}

  /** Everything that it did is undone. */
  record Undone(Instant at) implements Progress {}

  /** Past the commit: only a move in the other direction leads back. */
  record Committed(Instant at, Optional<Stop> stop) implements Progress {}

  /** Every step is done and the final check held. */
  record Completed(Instant committedAt, Instant at, Optional<Stop> stop) implements Progress {}

  static Progress running() {
    return new Running(Optional.empty());
  }

  static Progress undoing() {
    return new Undoing(Optional.empty());
  }

  /** The moment of the commit, if it has passed. */
  default Optional<Instant> commitTime() {
    if (this instanceof Committed committed) {
      return Optional.of(committed.at());
    }
    return this instanceof Completed completed
        ? Optional.of(completed.committedAt())
        : Optional.empty();
  }

  default boolean isCommitted() {
    return commitTime().isPresent();
  }

  /** The stop that it waits at, if any. */
  default Optional<Stop> stopped() {
    if (this instanceof Running running) {
      return running.stop();
    }
    if (this instanceof Undoing undoing) {
      return undoing.stop();
    }
    if (this instanceof Committed committed) {
      return committed.stop();
    }
    return this instanceof Completed completed ? completed.stop() : Optional.empty();
  }

  /** The same, stopped. */
  default Progress with(Stop stop) {
    Optional<Stop> here = Optional.of(stop);
    if (this instanceof Running) {
      return new Running(here);
    }
    if (this instanceof Undoing) {
      return new Undoing(here);
    }
    if (this instanceof Committed committed) {
      return new Committed(committed.at(), here);
    }
    return this instanceof Completed completed
        ? new Completed(completed.committedAt(), completed.at(), here)
        : this;
  }
}
