package io.metamigrate.migrator.plan;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/**
 * Something that the operator must know before the window.
 *
 * @param id stable name; runbooks/findings.md has a paragraph for each
 * @param path where it is, a path or setting; empty if it is about the whole
 * @param message what is so, with the value
 * @param remedy what to do
 */
public record Finding(String id, Level level, String path, String message, String remedy) {
  /** How much it matters. A blocker stops {@code run} and {@code cutover} unless accepted by id. */
  public enum Level {
    BLOCKER,
    WARNING,
    INFO;

    @JsonValue
    public String title() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  public static Finding blocker(String id, String path, String message, String remedy) {
    return new Finding(id, Level.BLOCKER, path, message, remedy);
  }

  public static Finding warning(String id, String path, String message, String remedy) {
    return new Finding(id, Level.WARNING, path, message, remedy);
  }

  public static Finding info(String id, String path, String message, String remedy) {
    return new Finding(id, Level.INFO, path, message, remedy);
  }

  /** What could not be asked is no proof that all is well: it is reported, as information. */
  public static Finding notKnown(String id, String path, String what, String remedy) {
    return new Finding(id, Level.INFO, path, "not known: " + what, remedy);
  }

  boolean isBlocker() {
    return level == Level.BLOCKER;
  }
}
