package io.metamigrate.migrator.cli;

import io.metamigrate.migrator.config.Configuration;
import io.metamigrate.migrator.config.DriverConfig;
import io.metamigrate.migrator.cutover.DriverCheck;
import io.metamigrate.migrator.cutover.DriverCheckResult;
import io.metamigrate.migrator.pulsar.BrokerHealth;
import io.metamigrate.migrator.pulsar.PulsarHealth;
import io.metamigrate.migrator.restart.Drivers;
import io.metamigrate.migrator.restart.RestartDriver;
import io.metamigrate.migrator.run.Stores;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code migrate driver check}: whether the driver can restart a node. */
@Command(
    name = "driver",
    mixinStandardHelpOptions = true,
    description =
        "driver check: stops, configures and starts one node on its current store, and times each"
            + " action.")
final class DriverCommand extends ConsoleCommand {
  /** What can be done with a driver. */
  enum Verb {
    CHECK
  }

  @Parameters(paramLabel = "check", description = "check: restart one node")
  private Verb verb = Verb.CHECK;

  @Option(
      names = "--confirm",
      paramLabel = "NODE",
      required = true,
      description = "the node that may be restarted: its id, or its name in the driver")
  private String node = "";

  @Mixin private StateFolder state = new StateFolder();

  @Override
  ExitCode execute() {
    Configuration configuration = options().configuration();
    DriverConfig driver = WindowCommand.driver(configuration);
    try (Stores stores = Stores.open(configuration);
        RestartDriver restartDriver =
            Drivers.of(driver, state.path(), one -> WindowCommand.isRegistered(stores, one));
        BrokerHealth health = new PulsarHealth(configuration.cluster().admin())) {
      return switch (verb) {
        case CHECK -> check(new DriverCheck(stores, configuration, restartDriver, health));
      };
    }
  }

  private ExitCode check(DriverCheck check) {
    return OnSignal.guard(
        () -> {
          DriverCheckResult result = check.check(node);
          console().result(options().output(), result.text(), result);
          return ExitCode.of(result.exitCode());
        });
  }
}
