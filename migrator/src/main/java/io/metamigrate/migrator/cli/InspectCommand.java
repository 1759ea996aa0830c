package io.metamigrate.migrator.cli;

import io.metamigrate.migrator.config.Configuration;
import io.metamigrate.migrator.run.Inspection;
import io.metamigrate.migrator.run.Stores;
import io.metamigrate.verifier.store.ZkPath;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code migrate inspect PATH}: one path on both sides. */
@Command(
    name = "inspect",
    mixinStandardHelpOptions = true,
    description = "Shows one path in both stores, decoded, with versions.")
final class InspectCommand extends ConsoleCommand {
  @Parameters(paramLabel = "PATH", description = "for example /ledgers/INSTANCEID")
  private String path = "/";

  @Spec private CommandSpec spec;

  @Override
  ExitCode execute() {
    ZkPath at = path.startsWith("/") ? new ZkPath(path) : ZkPath.ROOT;
    if (!path.startsWith("/") || !at.isLegalZnode()) {
      throw new ParameterException(
          spec.commandLine(),
          "PATH: '" + path + "' is not a path; give one like /ledgers/INSTANCEID");
    }
    Configuration configuration = options().configuration();
    try (Stores stores = Stores.unchecked(configuration)) {
      Inspection inspection = Inspection.of(stores, at);
      console().result(options().output(), inspection.text(), inspection);
      return ExitCode.DONE;
    }
  }
}
