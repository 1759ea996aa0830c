package io.metamigrate.migrator.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Nodes are services of {@code docker compose}; settings go into an override file beside the
 * operator's own.
 *
 * @param files the operator's compose files, each over those before it
 * @param envFiles what compose is given as {@code --env-file}, in this order
 * @param override the file that the daemon writes
 * @param project the project's name, if it is not the folder's
 * @param timeout after which a command counts as failed
 */
public record ComposeDriverConfig(
    List<Path> files,
    List<Path> envFiles,
    Path override,
    Optional<String> project,
    Duration timeout)
    implements DriverConfig {
  private static final Duration TIMEOUT = Duration.ofMinutes(2);
  private static final String OVERRIDE = "metamigrate.override.yaml";

  public ComposeDriverConfig {
    files = List.copyOf(files);
    envFiles = List.copyOf(envFiles);
    new Checks()
        .require(!files.contains(override), "override", () -> "the override must be another file")
        .require(!files.isEmpty(), "file", () -> "the compose driver needs the compose file")
        .positive("timeout", timeout)
        .orThrow();
  }

  static Optional<DriverConfig> read(Section section) {
    List<Path> files = section.files("file");
    List<Path> envFiles = section.files("envFile");
    Optional<String> override = section.text("override");
    Optional<String> project = section.text("project");
    Duration timeout = section.duration("timeout", TIMEOUT);
    if (files.isEmpty()) {
      section.require("file", "the compose driver needs the compose file");
      return section.build(Optional::empty, Optional.empty());
    }
    Path written = files.get(0).resolveSibling(override.orElse(OVERRIDE));
    return section.build(
        () -> Optional.of(new ComposeDriverConfig(files, envFiles, written, project, timeout)),
        Optional.empty());
  }
}
