package io.metamigrate.migrator.cli;

import io.metamigrate.migrator.config.Configuration;
import io.metamigrate.migrator.cutover.WindowResult;
import io.metamigrate.migrator.run.Stores;
import picocli.CommandLine.Command;

/** {@code migrate rollback}: back to ZooKeeper, before or after the point of no return. */
@Command(
    name = "rollback",
    mixinStandardHelpOptions = true,
    description = "Takes brokers and bookies back to ZooKeeper, with what was written on etcd.")
final class RollbackCommand extends WindowCommand {
  @Override
  ExitCode execute(Configuration configuration, Stores stores, Outside outside) {
    WindowResult result = window(configuration, stores, outside).rollback();
    console().result(options().output(), result.text(), result);
    return ExitCode.of(result.exitCode());
  }
}
