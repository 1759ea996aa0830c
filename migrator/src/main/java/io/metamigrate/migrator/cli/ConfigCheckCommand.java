package io.metamigrate.migrator.cli;

import io.metamigrate.migrator.config.Configuration;
import io.metamigrate.migrator.config.DriverConfig;
import io.metamigrate.migrator.cutover.DriverProbes;
import io.metamigrate.migrator.plan.Finding;
import io.metamigrate.migrator.restart.Drivers;
import io.metamigrate.migrator.restart.RestartDriver;
import io.metamigrate.migrator.run.ConfigurationCheck;
import io.metamigrate.migrator.run.Stores;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;

/** {@code migrate config check}: whether the configuration works with both stores. */
@Command(
    name = "check",
    mixinStandardHelpOptions = true,
    description =
        "Checks the configuration against both stores, brokers, bookies and driver; writes"
            + " nothing.")
final class ConfigCheckCommand extends ConsoleCommand {
  /** For settings files of the command driver; a probe writes none. */
  private static final Path FOLDER = Path.of("metamigrate-state");

  @Override
  ExitCode execute() {
    Configuration configuration = options().configuration();
    ConfigurationCheck check =
        ConfigurationCheck.of(configuration, stores -> askDriver(configuration, stores));
    console().result(options().output(), check.text(), check);
    return check.blocked().isEmpty() ? ExitCode.DONE : ExitCode.BLOCKED;
  }

  private static ConfigurationCheck askDriver(Configuration configuration, Stores stores) {
    Optional<DriverConfig> driver = configuration.cutover().driver();
    if (driver.isEmpty()) {
      return ConfigurationCheck.of(
          List.of("driver: none is configured; the window needs cutover.driver"), List.of());
    }
    try (RestartDriver asked =
        Drivers.of(driver.get(), FOLDER, node -> WindowCommand.isRegistered(stores, node))) {
      List<Finding> findings = DriverProbes.findings(configuration.cutover(), asked);
      int nodes = DriverProbes.count(configuration.cutover());
      String answer =
          "driver: %d of %d configured nodes run".formatted(nodes - findings.size(), nodes);
      return ConfigurationCheck.of(List.of(answer), findings);
    }
  }
}
