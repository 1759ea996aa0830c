package io.metamigrate.migrator.config;

import java.time.Duration;
import java.util.Optional;

/**
 * Nodes are handled by commands of the operator's, run by the shell, with the node and its settings
 * in the environment.
 *
 * @param stop ends when the node has stopped
 * @param configure gives the node the settings for its next start
 * @param start ends when the node's start has been issued
 * @param probe ends with 0 when the node's process runs; optional
 * @param show prints what the node starts with; optional
 * @param timeout after which a command counts as failed
 */
public record CommandDriverConfig(
    String stop,
    String configure,
    String start,
    Optional<String> probe,
    Optional<String> show,
    Optional<String> describe,
    Duration timeout)
    implements DriverConfig {
  private static final Duration TIMEOUT = Duration.ofMinutes(2);

  public CommandDriverConfig {
    new Checks()
        .require(!stop.isBlank(), "stop", () -> "the command driver needs a stop command")
        .require(
            !configure.isBlank(), "configure", () -> "the command driver needs a configure command")
        .require(!start.isBlank(), "start", () -> "the command driver needs a start command")
        .positive("timeout", timeout)
        .orThrow();
  }

  /** One that reports nothing of its hosts. */
  public CommandDriverConfig(
      String stop,
      String configure,
      String start,
      Optional<String> probe,
      Optional<String> show,
      Duration timeout) {
    this(stop, configure, start, probe, show, Optional.empty(), timeout);
  }

  static Optional<DriverConfig> read(Section section) {
    String stop = section.text("stop").orElse("");
    String configure = section.text("configure").orElse("");
    String start = section.text("start").orElse("");
    Optional<String> probe = section.text("probe");
    Optional<String> show = section.text("show");
    Optional<String> describe = section.text("describe");
    Duration timeout = section.duration("timeout", TIMEOUT);
    return section.build(
        () ->
            Optional.of(
                new CommandDriverConfig(stop, configure, start, probe, show, describe, timeout)),
        Optional.empty());
  }
}
