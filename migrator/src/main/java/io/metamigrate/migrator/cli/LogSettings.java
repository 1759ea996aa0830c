package io.metamigrate.migrator.cli;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The environment variables that logback reads by itself. It takes an unknown level for DEBUG and
 * logs nothing at all in an unknown format, so they are checked before the first line is logged.
 */
final class LogSettings {
  private static final String FORMAT = "METAMIGRATE_LOG_FORMAT";
  private static final Set<String> FORMATS = Set.of("text", "json");
  private static final List<String> LEVELS =
      List.of("OFF", "ERROR", "WARN", "INFO", "DEBUG", "TRACE");

  private LogSettings() {}

  /** What is wrong with the first that is wrong. */
  static Optional<String> fault(Map<String, String> environment) {
    String format = environment.getOrDefault(FORMAT, "text");
    if (!FORMATS.contains(format)) {
      return Optional.of(
          "%s: '%s' is neither text nor json; correct it, or unset it for text"
              .formatted(FORMAT, format));
    }
    for (String variable : List.of("METAMIGRATE_LOG", "METAMIGRATE_LOG_LIBRARIES")) {
      String level = environment.getOrDefault(variable, "WARN");
      if (!LEVELS.contains(level.toUpperCase(Locale.ROOT))) {
        return Optional.of(
            "%s: '%s' is not a log level; use one of %s, or unset it"
                .formatted(variable, level, String.join(", ", LEVELS)));
      }
    }
    return Optional.empty();
  }
}
