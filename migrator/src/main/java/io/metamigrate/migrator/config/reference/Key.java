package io.metamigrate.migrator.config.reference;

import java.util.Locale;
import java.util.Objects;
import java.util.Optional;

/**
 * One key of the configuration.
 *
 * @param path dotted; {@code []} means each item of a list of blocks, {@code *} for a key that the
 *     operator chooses: {@code cutover.bookies[].id}, {@code cutover.budgets.*}
 * @param allowed the type of its value, with the limits
 * @param otherwise the default as it would be written in the file; empty if there is none
 * @param when what it decides, and when it matters
 * @param example a value as written in the file
 * @param flag of the command line that overrides it
 * @param driver the driver that the key belongs to, if only one has it
 */
public record Key(
    String path,
    AllowedValues allowed,
    String otherwise,
    String when,
    String example,
    Optional<String> flag,
    Optional<String> driver) {
  private static final String PREFIX = "METAMIGRATE_";

  public Key {
    Objects.requireNonNull(path, "path");
    Objects.requireNonNull(allowed, "allowed");
  }

  /** The type of its value. */
  public Kind kind() {
    return allowed.kind();
  }

  /** Its allowed values, for people: with the unit and the limits. */
  public String allowedText() {
    return allowed.text();
  }

  /** The last part of the path. */
  public String name() {
    return path.substring(path.lastIndexOf('.') + 1);
  }

  /** Whether the operator chose the last part of this path; it may have dots. */
  boolean isChosen(String written) {
    return path.endsWith(".*") && written.startsWith(path.substring(0, path.length() - 1));
  }

  /** Whether its value has a form of its own, so that some text is refused. */
  public boolean isTyped() {
    return switch (kind()) {
      case TEXT, COMMAND, LIST, MAP -> false;
      default -> true;
    };
  }

  /** The path of the block that holds it. */
  String block() {
    int dot = path.lastIndexOf('.');
    return dot < 0 ? "" : path.substring(0, dot);
  }

  /**
   * The environment variable that gives it, {@code METAMIGRATE_SOURCE_ZOOKEEPER} for {@code
   * source.zookeeper}; items of lists of blocks and keys that the operator chooses have none.
   */
  public Optional<String> variable() {
    return path.contains("[]") || path.endsWith("*")
        ? Optional.empty()
        : Optional.of(variable(path));
  }

  /** The environment variable of that path. */
  public static String variable(String path) {
    return PREFIX
        + path.replaceAll("([a-z0-9])([A-Z])", "$1_$2").replace('.', '_').toUpperCase(Locale.ROOT);
  }
}
