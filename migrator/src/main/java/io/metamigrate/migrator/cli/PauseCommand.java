package io.metamigrate.migrator.cli;

import io.metamigrate.migrator.control.ControlClient;
import io.metamigrate.migrator.control.RequestOutcome;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code migrate pause}: asks the running daemon. */
@Command(
    name = "pause",
    mixinStandardHelpOptions = true,
    description = "Pauses the daemon until `migrate resume`; it keeps its lock.")
final class PauseCommand extends DaemonCommand {
  @Option(
      names = "--reason",
      paramLabel = "TEXT",
      description = "the reason, shown by `migrate status`")
  private String reason = "the operator";

  @Override
  RequestOutcome ask(ControlClient client) {
    return client.pause(reason);
  }
}
