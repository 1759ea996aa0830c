package io.metamigrate.migrator.config;

import java.util.regex.Pattern;

/**
 * One thing that is wrong with the configuration, as the operator reads it.
 *
 * @param where {@code file:line} or the command line flag
 * @param key the dotted path of the key, empty if the fault is the file's
 * @param message the value, what is wrong with it and what to do
 */
public record Fault(String where, String key, String message) {
  /** Control characters except tab, and the line and paragraph separators of Unicode. */
  private static final Pattern CONTROL = Pattern.compile("[\\p{Cc}\\p{Zl}\\p{Zp}&&[^\t]]");

  public Fault {
    where = oneLine(where);
    key = oneLine(key);
    message = oneLine(message);
  }

  /** Whether a value would split a message or move a terminal's cursor. */
  static boolean isOfSeveralLines(String text) {
    return CONTROL.matcher(text).find();
  }

  /** Escapes control characters, so that no value can forge a second message. */
  private static String oneLine(String text) {
    return CONTROL
        .matcher(text)
        .replaceAll(found -> "\\\\u%04x".formatted((int) found.group().charAt(0)));
  }

  /** One line: {@code migrate.yaml:12: copy.maxRate: -5 is below 0; ...}. */
  @Override
  public String toString() {
    return where + ": " + (key.isEmpty() ? "" : key + ": ") + message;
  }
}
