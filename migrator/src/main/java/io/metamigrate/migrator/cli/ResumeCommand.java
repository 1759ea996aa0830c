package io.metamigrate.migrator.cli;

import io.metamigrate.migrator.control.ControlClient;
import io.metamigrate.migrator.control.RequestOutcome;
import picocli.CommandLine.Command;

/** {@code migrate resume}: asks the running daemon. */
@Command(name = "resume", mixinStandardHelpOptions = true, description = "Resumes a paused daemon.")
final class ResumeCommand extends DaemonCommand {

  @Override
  RequestOutcome ask(ControlClient client) {
    return client.resume();
  }
}
