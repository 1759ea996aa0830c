package io.metamigrate.migrator.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code migrate config}: to write a configuration, look at it and try it. */
@Command(
    name = "config",
    mixinStandardHelpOptions = true,
    description = "Prints a configuration to start from, shows the one in effect, or checks it.",
    subcommands = {ConfigInitCommand.class, ConfigShowCommand.class, ConfigCheckCommand.class})
final class ConfigCommand implements Runnable {
  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(), "name a subcommand: config init, show or check");
  }
}
