package io.metamigrate.migrator.cli;

import io.metamigrate.migrator.config.Configuration;
import io.metamigrate.migrator.control.ControlClient;
import io.metamigrate.migrator.control.RequestOutcome;
import java.util.Map;
import picocli.CommandLine.Mixin;

/** A command that asks the running daemon for something. */
abstract class DaemonCommand extends ConsoleCommand {
  @Mixin private ControlOptions control = new ControlOptions();

  abstract RequestOutcome ask(ControlClient client);

  @Override
  final ExitCode execute() {
    Configuration configuration = control.apply(options().configuration());
    RequestOutcome outcome = ask(ControlClient.of(configuration));
    boolean done = outcome instanceof RequestOutcome.Granted;
    console()
        .result(
            options().output(),
            outcome.message() + System.lineSeparator(),
            Map.of("done", done, "message", outcome.message()));
    return done ? ExitCode.DONE : ExitCode.BLOCKED;
  }
}
