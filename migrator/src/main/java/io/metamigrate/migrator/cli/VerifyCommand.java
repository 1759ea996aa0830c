package io.metamigrate.migrator.cli;

import io.metamigrate.migrator.config.Configuration;
import io.metamigrate.migrator.run.Stores;
import io.metamigrate.verifier.Verifier;
import io.metamigrate.verifier.report.ReportText;
import io.metamigrate.verifier.report.VerificationReport;
import java.time.Duration;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code migrate verify}: reads both stores and says whether they say the same. */
@Command(
    name = "verify",
    mixinStandardHelpOptions = true,
    description = "Reads both stores, side by side, and says whether they say the same.")
final class VerifyCommand extends ConsoleCommand {
  private static final Duration LIVE_PATIENCE = Duration.ofSeconds(10);

  @Option(
      names = "--live",
      description = "for a tree that changes: look at a difference again until it stays for 10 s")
  private boolean live;

  @Override
  ExitCode execute() {
    Configuration configuration = options().configuration();
    try (Stores stores = Stores.open(configuration)) {
      ProgressLine progress = new ProgressLine(console());
      VerificationReport report =
          new Verifier(stores.znodes(), stores.keys(), n -> progress.at("verifying", n, -1))
              .verify(configuration.scope().toScope(), live ? LIVE_PATIENCE : Duration.ZERO);
      console().progressDone();
      console().result(options().output(), ReportText.of(report), report);
      return report.consistent() ? ExitCode.DONE : ExitCode.STORES_DIFFER;
    }
  }
}
