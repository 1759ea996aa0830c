package io.metamigrate.migrator.restart;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * An operator's command with placeholders: {@code ssh {host} systemctl stop {component}}.
 *
 * <p>A placeholder is a lower-case word in braces; {@code {{word}}} is the word in braces itself
 * and <code>${word}</code> is the shell's. What goes in for a placeholder is checked to hold
 * nothing that a shell gives a meaning to, here or at the far end of an {@code ssh}, and is quoted
 * besides.
 *
 * @param name how the template is called in the configuration
 * @param text the command
 */
record CommandTemplate(String name, String text) {
  static final List<String> PLACEHOLDERS =
      List.of("id", "host", "port", "component", "settings", "remove");

  private static final Pattern PLACEHOLDER =
      Pattern.compile("\\{\\{([a-z_]+)}}|(?<![$])\\{([a-z_]+)}");
  private static final Pattern SAFE = Pattern.compile("[A-Za-z0-9._:/,\\[\\]@%+-]*");

  CommandTemplate {
    requireNonNull(name, "name");
    if (text.isBlank()) {
      throw new IllegalArgumentException("Command template " + name + " is empty");
    }
  }

  /** The command for these values; an unknown placeholder is a fault of the configuration. */
  String render(Map<String, String> values) {
    return PLACEHOLDER
        .matcher(text)
        .replaceAll(
            match -> Matcher.quoteReplacement(replacement(match.group(1), match.group(2), values)));
  }

  private String replacement(
      @Nullable String escaped, @Nullable String placeholder, Map<String, String> values) {
    if (escaped != null) {
      return "{" + escaped + "}";
    }
    String value = values.get(requireNonNull(placeholder));
    if (value == null) {
      throw new IllegalArgumentException(unknown(placeholder));
    }
    if (!SAFE.matcher(value).matches()) {
      throw new IllegalArgumentException(
          "Command template "
              + name
              + " would put into {"
              + placeholder
              + "} characters that a shell interprets; use the environment variable instead");
    }
    return "'" + value + "'";
  }

  /** The first placeholder that there is no value for. */
  Optional<String> unknownPlaceholder() {
    return PLACEHOLDER
        .matcher(text)
        .results()
        .map(match -> Optional.ofNullable(match.group(2)))
        .flatMap(Optional::stream)
        .filter(word -> !PLACEHOLDERS.contains(word))
        .findFirst()
        .map(this::unknown);
  }

  private String unknown(String placeholder) {
    return "Command template "
        + name
        + " has an unknown placeholder: {"
        + placeholder
        + "}; known are "
        + PLACEHOLDERS
        + ", and {{"
        + placeholder
        + "}} is the text itself";
  }
}
