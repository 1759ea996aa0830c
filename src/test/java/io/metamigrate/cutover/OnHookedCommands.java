package io.metamigrate.cutover;

import io.metamigrate.lab.CommandLineRun;
import io.metamigrate.lab.MigrateCommand;
import java.nio.file.Files;
import java.nio.file.Path;

/** The window by its command lines alone: configuration, driver commands, hooks. */
abstract class OnHookedCommands extends OnCommandNodes {
  OnHookedCommands(String budget) {
    super(budget);
  }

  /**
   * The cluster's configuration in a file of its own.
   *
   * @param more blocks at the end
   */
  Path config(String name, String more) throws Exception {
    return nodes.config(home.getFileName() + "-" + name + ".yaml", more);
  }

  static Path edited(Path config, String from, String to) throws Exception {
    String text = Files.readString(config);
    if (!text.contains(from)) {
      throw new IllegalArgumentException(from + " is not in " + text);
    }
    return Files.writeString(
        config.resolveSibling("edited-" + config.getFileName()), text.replace(from, to));
  }

  CommandLineRun run(Path config, String command) {
    return CommandLineRun.migrate(withOptions(config, command.split(" ", -1)));
  }

  MigrateCommand start(String name, Path config, String command) {
    return MigrateCommand.start(home.resolve(name), withOptions(config, command.split(" ", -1)));
  }
}
