package io.metamigrate.migrator.config;

import java.util.Objects;

/**
 * One thing that is wrong with the configuration, as the operator reads it.
 *
 * @param where {@code file:line} or the command line flag
 * @param key the dotted path of the key, empty if the fault is the file's
 * @param message the value, what is wrong with it and what to do
 */
public record Fault(String where, String key, String message) {
  public Fault {
    Objects.requireNonNull(where, "where");
    Objects.requireNonNull(key, "key");
    Objects.requireNonNull(message, "message");
  }

  /** One line: {@code migrate.yaml:12: copy.maxRate: -5 is below 0; ...}. */
  @Override
  public String toString() {
    return where + ": " + (key.isEmpty() ? "" : key + ": ") + message;
  }
}
