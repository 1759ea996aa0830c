package io.metamigrate.migrator.switchover.engine;

import java.util.Optional;

/** Decides whether a move that is not committed has taken too long, so that it undoes itself. */
@FunctionalInterface
public interface TimeLimit {
  /** Why, if it has. Checked before each action and while a step waits. */
  Optional<String> exceeded();

  static TimeLimit none() {
    return Optional::empty;
  }
}
