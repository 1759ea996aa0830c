package io.metamigrate.migrator.cli;

import io.metamigrate.migrator.config.Configuration;
import io.metamigrate.migrator.config.HostPort;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Where the daemon's control interface is, for commands that talk to it. */
final class ControlOptions {
  @Option(
      names = "--listen",
      paramLabel = "HOST:PORT",
      converter = HostPortConverter.class,
      description = "the address of the daemon's control interface (default: 127.0.0.1:8300)")
  private Optional<HostPort> listen = Optional.empty();

  Configuration apply(Configuration configuration) {
    return listen.map(configuration::listeningAt).orElse(configuration);
  }
}
