package io.metamigrate.migrator.cli;

import io.metamigrate.migrator.config.Configuration;
import io.metamigrate.migrator.control.ControlClient;
import io.metamigrate.migrator.control.NoDaemonException;
import io.metamigrate.migrator.control.Status;
import io.metamigrate.migrator.control.StatusJson;
import io.metamigrate.migrator.control.StatusText;
import io.metamigrate.migrator.run.CheckpointStatus;
import io.metamigrate.migrator.run.DeclaredMove;
import java.time.Instant;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code migrate status}: from the daemon, or from the checkpoint in etcd when none runs. */
@Command(
    name = "status",
    mixinStandardHelpOptions = true,
    description = "Shows phase, progress, health, lag, last verification and the next action.")
final class StatusCommand extends ConsoleCommand {
  private static final long REFRESH_MILLIS = 1_000;

  @Mixin private ControlOptions control = new ControlOptions();

  @Option(names = "--watch", description = "refresh every second until interrupted")
  private boolean watch;

  @Override
  ExitCode execute() {
    Configuration configuration = control.apply(options().configuration());
    show(configuration);
    while (watch && pause()) {
      show(configuration);
    }
    return ExitCode.DONE;
  }

  private void show(Configuration configuration) {
    Status status = status(configuration);
    if (options().output() == OutputFormat.JSON) {
      console().text(StatusJson.write(status) + System.lineSeparator());
    } else if (watch) {
      console().text(StatusText.line(status, Instant.now()) + System.lineSeparator());
    } else {
      console().text(StatusText.screen(status, Instant.now()));
    }
  }

  private Status status(Configuration configuration) {
    try {
      return ControlClient.of(configuration).status();
    } catch (NoDaemonException e) {
      Optional<Status> last = CheckpointStatus.read(configuration);
      if (last.isEmpty()) {
        throw e;
      }
      console().info(e.fact() + "; this is the checkpoint on etcd");
      return ofThisCluster(last.get(), configuration);
    }
  }

  /** The status of another cluster's move must not be taken for the one that was asked for. */
  private static Status ofThisCluster(Status status, Configuration configuration) {
    configuration
        .cluster()
        .name()
        .filter(name -> !name.equals(status.cluster()) && !status.cluster().equals("unnamed"))
        .ifPresent(
            name -> {
              throw DeclaredMove.otherCluster(status.cluster(), name);
            });
    return status;
  }

  private static boolean pause() {
    try {
      Thread.sleep(REFRESH_MILLIS);
      return true;
    } catch (InterruptedException e) {
      return false;
    }
  }
}
