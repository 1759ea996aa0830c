package io.metamigrate.migrator.cli;

import io.metamigrate.migrator.config.Configuration;
import io.metamigrate.migrator.run.ConfigurationCheck;
import picocli.CommandLine.Command;

/** {@code migrate config check}: whether the configuration works with both stores. */
@Command(
    name = "check",
    mixinStandardHelpOptions = true,
    description = "Checks the configuration against both stores and the brokers; writes nothing.")
final class ConfigCheckCommand extends ConsoleCommand {
  @Override
  ExitCode execute() {
    Configuration configuration = options().configuration();
    ConfigurationCheck check = ConfigurationCheck.of(configuration);
    console().result(options().output(), check.text(), check);
    return check.blocked().isEmpty() ? ExitCode.DONE : ExitCode.BLOCKED;
  }
}
