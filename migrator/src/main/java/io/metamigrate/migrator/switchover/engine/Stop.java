package io.metamigrate.migrator.switchover.engine;

import java.time.Instant;
import java.util.List;

/**
 * Where and why a command stopped.
 *
 * @param step the key of the step, or what was checked
 * @param next commands that work in this state
 */
public record Stop(String step, String reason, Exit exit, List<String> next, Instant at) {
  public Stop {
    next = List.copyOf(next);
  }
}
