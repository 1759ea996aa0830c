package io.metamigrate.migrator.cli;

import io.metamigrate.migrator.config.Configuration;
import io.metamigrate.migrator.config.ConfigurationException;
import io.metamigrate.migrator.config.Fault;
import io.metamigrate.migrator.run.Stores;
import io.metamigrate.verifier.catalog.Catalogue;
import io.metamigrate.verifier.report.ReportHtml;
import io.metamigrate.verifier.report.ReportText;
import io.metamigrate.verifier.report.VerificationReport;
import io.metamigrate.verifier.store.OutOfScope;
import io.metamigrate.verifier.store.Position;
import io.metamigrate.verifier.store.Revision;
import io.metamigrate.verifier.store.Scope;
import io.metamigrate.verifier.store.ZkPath;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code migrate verify}: reads both stores and reports whether they are equal. */
@Command(
    name = "verify",
    mixinStandardHelpOptions = true,
    description = "Reads both stores side by side and reports whether they are equal.")
final class VerifyCommand extends ConsoleCommand {
  private static final Duration LIVE_LAG_LIMIT = Duration.ofSeconds(10);

  @Option(
      names = "--live",
      description = "for a tree that changes: report only differences that last for 10 s")
  private boolean live;

  @Option(
      names = "--prefix",
      paramLabel = "PATH",
      description =
          "compare only this path and what is below it; checks of other paths are not run")
  private Optional<String> prefix = Optional.empty();

  @Option(
      names = "--since",
      paramLabel = "last|ZXID/REVISION",
      converter = SinceConverter.class,
      description =
          "compare only what changed since the last recorded verification of this move, or since a"
              + " position that an earlier one printed; checks cover only that")
  private Optional<Since> since = Optional.empty();

  @Option(
      names = "--report",
      paramLabel = "FILE",
      description = "also write the result as an HTML page")
  private Optional<Path> reportFile = Optional.empty();

  @Override
  ExitCode execute() {
    Configuration configuration = options().configuration();
    reportFile.ifPresent(file -> FileFault.checkWritable(file, "the report"));
    try (Stores stores = Stores.open(configuration)) {
      ProgressLine progress = new ProgressLine(console());
      Scope scope = scope(configuration, stores);
      Map<String, Long> leftOut =
          prefix.isPresent()
              ? Map.of()
              : new OutOfScope(stores.znodes(), Catalogue::isCore)
                  .count(configuration.scope().toScope());
      Optional<Position> from =
          since.map(given -> given.position(stores, scope, configuration.copy().exactVersions()));
      Revision mark = stores.identity().lastOwnWrite();
      VerificationReport report =
          stores
              .verifier(n -> progress.at("verifying", n, -1))
              .withVersions(configuration.copy().exactVersions())
              .since(from)
              .reportingOutOfScope(leftOut)
              .verify(scope, live ? LIVE_LAG_LIMIT : Duration.ZERO)
              .of(stores.identity().name(), mark);
      console().progressDone();
      if (report.isEmpty()) {
        throw new EmptyQuestion(configuration, stores).failure(report.question().toString());
      }
      reportFile.ifPresent(file -> write(file, report, configuration));
      console().result(options().output(), ReportText.of(report), report);
      return report.consistent() ? ExitCode.DONE : ExitCode.STORES_DIFFER;
    }
  }

  private Scope scope(Configuration configuration, Stores stores) {
    if (stores.znodes().read(ZkPath.ROOT).isEmpty()) {
      throw new EmptyQuestion(configuration, stores).noChroot();
    }
    Scope whole = configuration.scope().toScope();
    if (prefix.isEmpty()) {
      return whole;
    }
    String given = prefix.get();
    if (!given.startsWith("/") || !new ZkPath(given).isLegalZnode()) {
      throw new ConfigurationException(
          new Fault(
              "--prefix", "", "'" + given + "' is not a path; give one like /managed-ledgers"));
    }
    return whole
        .within(new ZkPath(given))
        .orElseThrow(() -> new EmptyQuestion(configuration, stores).outside(given));
  }

  private static void write(Path file, VerificationReport report, Configuration configuration) {
    String subject = configuration.requireZooKeeper() + " and " + configuration.requireEtcd();
    try {
      Files.writeString(file, ReportHtml.of(report, subject, Instant.now()));
    } catch (IOException e) {
      throw FileFault.notWritten(file, "the report", e);
    }
  }
}
