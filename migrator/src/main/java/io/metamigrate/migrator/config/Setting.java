package io.metamigrate.migrator.config;

import io.metamigrate.migrator.config.reference.Key;
import io.metamigrate.migrator.config.reference.Kind;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * The value of one key, and who gave it.
 *
 * @param path as the file would name it, {@code cutover.bookies[0].id}
 * @param value as it would be written; absent if there is neither a value nor a default
 * @param origin {@code default}, {@code FILE:LINE}, an environment variable or a flag
 */
public record Setting(Key key, String path, Optional<String> value, String origin) {
  static final String DEFAULT = "default";

  private static final Set<String> SECRET_WORDS =
      Set.of("password", "secret", "token", "authenticationparameters", "credential");

  /**
   * The value as it may be shown: of a command only the program, and nothing of a custom key that
   * names a secret.
   */
  public Optional<String> shown() {
    if (key.kind() == Kind.COMMAND) {
      return value.map(Redacted::command);
    }
    boolean chosen = key.path().endsWith("*");
    String name = path.toLowerCase(Locale.ROOT);
    return chosen && SECRET_WORDS.stream().anyMatch(name::contains)
        ? value.map(hidden -> "(hidden)")
        : value;
  }
}
