package io.metamigrate.migrator.cli;

import io.metamigrate.migrator.config.Configuration;
import io.metamigrate.migrator.cutover.CutoverRecord;
import io.metamigrate.migrator.cutover.Window.Ending;
import io.metamigrate.migrator.run.Stores;
import java.nio.file.Path;
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

  @Option(
      names = "--accept-late-writes",
      description = "what was written to ZooKeeper after the fence may stay behind; it is recorded")
  private boolean acceptLateWrites;

  @Override
  ExitCode execute(Configuration configuration, Stores stores, Outside outside) {
    Path file =
        record.orElseGet(
            () -> Path.of("cutover-record-" + configuration.requireClusterName() + ".json"));
    CutoverRecord written =
        window(configuration, stores, outside)
            .end(new Ending(file, liftFence, acceptConnections, acceptLateWrites));
    written.notes().forEach(console()::note);
    console()
        .result(
            options().output(),
            text(written, file),
            Map.of(
                "outcome",
                "done",
                "record",
                file.toString(),
                "notes",
                written.notes(),
                "digest",
                digest(written),
                "fence",
                liftFence ? "lifted" : "stands"));
    return ExitCode.DONE;
  }

  private String text(CutoverRecord written, Path file) {
    String fence =
        liftFence
            ? "the fence on ZooKeeper is lifted: a broker that was left behind could start there"
            : "the fence on ZooKeeper stands, so that no broker can start there; keep it until ZooKeeper is gone";
    return String.format(
        "digest of what the gate compared: %s%n%s%nfinalized; the cutover record is in %s%n",
        digest(written), fence, file);
  }

  private static String digest(CutoverRecord written) {
    return written.state().gate().orElseThrow().digest().zookeeper();
  }
}
