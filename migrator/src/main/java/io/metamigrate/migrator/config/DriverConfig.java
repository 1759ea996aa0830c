package io.metamigrate.migrator.config;

import java.util.Optional;

/** How nodes are stopped, configured and started. */
public sealed interface DriverConfig
    permits CommandDriverConfig, ComposeDriverConfig, KubernetesDriverConfig {
  /** As written in the file. */
  enum DriverKind {
    COMMAND,
    COMPOSE,
    KUBERNETES
  }

  /** Absent if the file names no driver, or none that can be read. */
  static Optional<DriverConfig> read(Section section) {
    Optional<DriverKind> kind =
        section.value("kind", text -> Choices.parse(DriverKind.class, text));
    if (kind.isEmpty()) {
      section.require("kind", "set how nodes are restarted: command, compose or kubernetes");
      return Optional.empty();
    }
    return switch (kind.get()) {
      case COMMAND -> CommandDriverConfig.read(section);
      case COMPOSE -> ComposeDriverConfig.read(section);
      case KUBERNETES -> KubernetesDriverConfig.read(section);
    };
  }
}
