package io.metamigrate.migrator.cli;

import io.metamigrate.migrator.config.Configuration;
import io.metamigrate.migrator.cutover.Window.Ending;
import io.metamigrate.migrator.run.Stores;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code migrate finalize}: the end; from here there is no rollback. */
@Command(
    name = "finalize",
    mixinStandardHelpOptions = true,
    description = "Ends the migration; from here there is no rollback.")
final class FinalizeCommand extends WindowCommand {
  @Option(
      names = "--record",
      paramLabel = "FILE",
      description = "where the cutover record goes (default: cutover-record-CLUSTER.json)")
  private Optional<Path> record = Optional.empty();

  @Option(
      names = "--lift-fence",
      description =
          "restore ZooKeeper's access lists; a broker that was left behind could start there")
  private boolean liftFence;

  @Option(
      names = "--accept-connections",
      description = "others may be connected to ZooKeeper, which serves them too")
  private boolean acceptConnections;

  @Override
  ExitCode execute(Configuration configuration, Stores stores, Outside outside) {
    Path file =
        record.orElseGet(
            () -> Path.of("cutover-record-" + configuration.requireClusterName() + ".json"));
    List<String> notes =
        window(configuration, stores, outside).end(new Ending(file, liftFence, acceptConnections));
    notes.forEach(console()::note);
    console()
        .result(
            options().output(),
            "finalized; the cutover record is in " + file + System.lineSeparator(),
            Map.of("outcome", "done", "record", file.toString(), "notes", notes));
    return ExitCode.DONE;
  }
}
