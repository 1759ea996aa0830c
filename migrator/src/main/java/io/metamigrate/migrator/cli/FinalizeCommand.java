package io.metamigrate.migrator.cli;

import io.metamigrate.migrator.config.Configuration;
import io.metamigrate.migrator.config.ConfigurationException;
import io.metamigrate.migrator.config.Fault;
import io.metamigrate.migrator.cutover.CutoverRecord;
import io.metamigrate.migrator.cutover.NodeAccess;
import io.metamigrate.migrator.cutover.Window;
import io.metamigrate.migrator.cutover.Window.FinalizeOptions;
import io.metamigrate.migrator.cutover.Window.Finalized;
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
    description = "Ends the migration. No rollback is possible afterwards.")
final class FinalizeCommand extends WindowCommand {
  @Option(
      names = "--record",
      paramLabel = "FILE",
      description = "the file for the cutover record (default: cutover-record-CLUSTER.json)")
  private Optional<Path> record = Optional.empty();

  @Option(
      names = "--lift-fence",
      description =
          "restore ZooKeeper's access lists; a broker left behind could then start on ZooKeeper")
  private boolean liftFence;

  @Option(
      names = "--accept-connections",
      description = "accept that other clients are connected to ZooKeeper")
  private boolean acceptConnections;

  @Option(
      names = "--accept-late-writes",
      description = "discard what was written to ZooKeeper after the fence; the record names it")
  private boolean acceptLateWrites;

  @Option(
      names = "--without-zookeeper",
      description =
          "ZooKeeper is permanently lost; the record names what was not checked (refused if"
              + " ZooKeeper answers)")
  private boolean withoutZooKeeper;

  @Override
  boolean withoutZooKeeper() {
    if (withoutZooKeeper && liftFence) {
      throw new ConfigurationException(
          new Fault(
              "--lift-fence",
              "",
              "without ZooKeeper there is no fence to lift; leave out one of the two"));
    }
    return withoutZooKeeper;
  }

  private Path file(Configuration configuration) {
    return record.orElseGet(
        () -> Path.of("cutover-record-" + configuration.requireClusterName() + ".json"));
  }

  @Override
  ExitCode execute(Configuration configuration, Stores stores, NodeAccess access) {
    Path file = file(configuration);
    Finalized ended =
        window(configuration, stores, access)
            .end(new FinalizeOptions(file, liftFence, acceptConnections, acceptLateWrites));
    ended.record().notes().forEach(console()::info);
    report(ended.record(), file, ended.fence());
    return ExitCode.DONE;
  }

  @Override
  String name() {
    return "finalize";
  }

  @Override
  void requireNodes(Window window) {
    window.requireNodes(false);
  }

  private void report(CutoverRecord written, Path file, String fence) {
    console()
        .result(
            options().output(),
            String.format(
                "digest of the comparison at the commit: %s%n%s%nfinalized; the cutover record is"
                    + " in %s%n",
                digest(written), fence, file),
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
                fence));
  }

  private static String digest(CutoverRecord written) {
    return written.state().commitProof().orElseThrow().digest().zookeeper();
  }
}
