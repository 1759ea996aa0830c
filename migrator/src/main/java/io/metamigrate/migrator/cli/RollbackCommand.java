package io.metamigrate.migrator.cli;

import io.metamigrate.migrator.config.Configuration;
import io.metamigrate.migrator.cutover.Window;
import io.metamigrate.migrator.cutover.WindowResult;
import io.metamigrate.migrator.phase.MassDeletion;
import io.metamigrate.migrator.run.Stores;
import java.util.Set;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code migrate rollback}: back to ZooKeeper, before or after the point of no return. */
@Command(
    name = "rollback",
    mixinStandardHelpOptions = true,
    description = "Takes brokers and bookies back to ZooKeeper, with what was written on etcd.")
final class RollbackCommand extends WindowCommand {
  @Option(
      names = "--undo",
      description =
          "undo a rollback after the point of no return that has not started a broker on ZooKeeper:"
              + " brokers serve on etcd again")
  private boolean undo;

  @Option(
      names = "--accept",
      paramLabel = "ID",
      description =
          "MASS_DELETION: delete from ZooKeeper what etcd does not have, although it is a large"
              + " part of the tree")
  private Set<String> accepted = Set.of();

  @Override
  ExitCode execute(Configuration configuration, Stores stores, Outside outside) {
    Window window = window(given(configuration), stores, outside);
    WindowResult result =
        undo ? window.undoRollback(configuration.cutover().maxOutage()) : window.rollback();
    console().result(options().output(), result.text(), result);
    return ExitCode.of(result.exitCode());
  }

  private Configuration given(Configuration configuration) {
    return accepted.contains(MassDeletion.ID) ? configuration.deletingAnyShare() : configuration;
  }
}
