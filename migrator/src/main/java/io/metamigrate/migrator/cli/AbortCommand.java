package io.metamigrate.migrator.cli;

import io.metamigrate.migrator.control.ControlClient;
import io.metamigrate.migrator.control.RequestOutcome;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code migrate abort}: asks the running daemon. */
@Command(
    name = "abort",
    mixinStandardHelpOptions = true,
    description = "Ends the run; what it copied stays on etcd unless --clean is given.")
final class AbortCommand extends DaemonCommand {
  @Option(names = "--clean", description = "delete what was copied")
  private boolean clean;

  @Override
  RequestOutcome ask(ControlClient client) {
    return client.abort(clean);
  }
}
