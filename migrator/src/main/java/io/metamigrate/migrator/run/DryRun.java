package io.metamigrate.migrator.run;

import io.metamigrate.migrator.config.Configuration;
import io.metamigrate.migrator.phase.Phase;
import io.metamigrate.verifier.diff.Comparer;
import io.metamigrate.verifier.diff.Comparison.Kind;
import io.metamigrate.verifier.diff.Tally;
import io.metamigrate.verifier.store.PathIndex;
import io.metamigrate.verifier.store.Scope;
import io.metamigrate.verifier.store.TreeListing;
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
    try (Survey survey = Survey.take(stores, configuration, (what, done, total) -> {})) {
      CopyPreconditions.check(survey, options);
    }
    telemetry.progress().phase(Phase.PLANNED.title() + " (dry run)");
    try {
      while (command.ending().isEmpty()) {
        Tally tally = compare(stores, scope);
        telemetry.progress().verified(tally.differing() == 0, tally.compared());
        telemetry
            .progress()
            .waitingFor(
                "the operator; a run would put %d, replace %d and delete %d keys now"
                    .formatted(
                        tally.count(Kind.MISSING),
                        tally.count(Kind.DIFFERENT),
                        tally.count(Kind.EXTRA) + tally.count(Kind.REAPED)));
        LOG.atInfo()
            .addKeyValue("put", tally.count(Kind.MISSING))
            .addKeyValue("replace", tally.count(Kind.DIFFERENT))
            .addKeyValue("delete", tally.count(Kind.EXTRA) + tally.count(Kind.REAPED))
            .addKeyValue("zxid", tally.highestZxid())
            .log("dry run: nothing is written");
        command.pause(configuration.verify().pause().toMillis());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StoppedException();
    }
  }

  private Tally compare(Stores stores, Scope scope) {
    boolean exact = configuration.copy().exactVersions();
    Tally tally = new Tally();
    try (PathIndex paths = new TreeListing(stores.znodes(), listed -> {}).list(scope)) {
      telemetry.progress().copyOf(paths.size());
      stores
          .both()
          .read(
              paths,
              scope,
              stores.keys().revision(),
              pairs -> {
                pairs.forEach(pair -> tally.add(Comparer.compare(pair, exact)));
                telemetry.progress().copied(pairs.size(), 0);
              });
    }
    return tally;
  }
}
