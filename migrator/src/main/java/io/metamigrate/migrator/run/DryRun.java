package io.metamigrate.migrator.run;

import io.metamigrate.migrator.config.Configuration;
import io.metamigrate.migrator.phase.Phase;
import io.metamigrate.verifier.report.VerificationReport;
import io.metamigrate.verifier.store.Scope;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code run --dry-run}: compares again and again for as long as the operator lets it, takes no
 * lock, writes no key, and reports what it would write.
 */
final class DryRun {
  private static final Logger LOG = LoggerFactory.getLogger(DryRun.class);

  private final Configuration configuration;
  private final RunOptions options;
  private final Telemetry telemetry;
  private final OperatorRequests command;

  DryRun(
      Configuration configuration,
      RunOptions options,
      Telemetry telemetry,
      OperatorRequests command) {
    this.configuration = configuration;
    this.options = options;
    this.telemetry = telemetry;
    this.command = command;
  }

  void follow(Stores stores) {
    Scope scope = configuration.scope().toScope();
    long znodes;
    try (Survey survey = Survey.take(stores, configuration, (what, done, total) -> {})) {
      CopyPreconditions.check(stores, survey, options);
      ForeignChanges.refuse(stores, configuration, survey, options.acceptForeign());
      znodes = survey.paths().size();
    }
    telemetry.progress().phase(Phase.PLANNED.title() + " (dry run)");
    try {
      while (command.requestedShutdown().isEmpty()) {
        VerificationReport report = verify(stores, scope, znodes);
        long put = report.counts().missing() + excused(report, VerificationReport.EMPTY_PARENT);
        long delete = report.counts().extra() + excused(report, VerificationReport.REAPED);
        telemetry
            .progress()
            .waitingFor(
                "the operator; a run would put %d, replace %d and delete %d keys now"
                    .formatted(put, report.counts().different(), delete));
        // Whoever sees this verification sees what it found.
        telemetry.progress().verified(report.consistent(), report.compared());
        LOG.atInfo()
            .addKeyValue("put", put)
            .addKeyValue("replace", report.counts().different())
            .addKeyValue("delete", delete)
            .addKeyValue("failedChecks", report.failedChecks())
            .addKeyValue("zxid", report.zxid())
            .log("dry run: nothing is written");
        command.pause(configuration.verify().pause().toMillis());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StoppedException();
    }
  }

  private static long excused(VerificationReport report, String reason) {
    return report.skipped().getOrDefault(reason, 0L);
  }

  private VerificationReport verify(Stores stores, Scope scope, long znodes) {
    AtomicLong before = new AtomicLong();
    telemetry.progress().copyOf(znodes);
    return stores
        .verifier(compared -> telemetry.progress().copied(compared - before.getAndSet(compared), 0))
        .withVersions(configuration.copy().exactVersions())
        .verify(scope, Duration.ZERO);
  }
}
