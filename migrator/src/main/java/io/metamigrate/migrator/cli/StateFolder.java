package io.metamigrate.migrator.cli;

import java.nio.file.Path;
import picocli.CommandLine.Option;

/** The option of the commands that drive nodes. */
final class StateFolder {
  @Option(
      names = "--state-folder",
      paramLabel = "DIR",
      description =
          "the folder for settings files of the command driver (default: metamigrate-state)")
  private Path folder = Path.of("metamigrate-state");

  Path path() {
    return folder;
  }
}
