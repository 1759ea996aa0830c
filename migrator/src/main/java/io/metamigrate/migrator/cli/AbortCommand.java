package io.metamigrate.migrator.cli;

import io.metamigrate.migrator.control.ControlClient;
import io.metamigrate.migrator.control.RequestOutcome;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code migrate abort}: asks the running daemon. */
@Command(
    name = "abort",
    mixinStandardHelpOptions = true,
    description = "Ends the daemon. The copy stays on etcd unless --clean is given.")
final class AbortCommand extends DaemonCommand {
  @Option(names = "--clean", description = "delete the copy from etcd")
  private boolean clean;

  @Override
  RequestOutcome ask(ControlClient client) {
    return client.abort(clean);
  }
}
