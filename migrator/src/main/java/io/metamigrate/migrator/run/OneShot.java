package io.metamigrate.migrator.run;

import io.metamigrate.migrator.config.Configuration;
import io.metamigrate.migrator.follow.FollowSettings;
import io.metamigrate.migrator.follow.Follower;
import io.metamigrate.migrator.phase.Checkpoint;
import io.metamigrate.migrator.phase.Checkpoint.Verified;
import io.metamigrate.migrator.phase.Direction;
import io.metamigrate.migrator.phase.Phase;
import io.metamigrate.migrator.replay.Authority;
import io.metamigrate.migrator.replay.DaemonLock;
import io.metamigrate.migrator.replay.EtcdHistory;
import io.metamigrate.migrator.replay.GuardedWriter.WriterSettings;
import io.metamigrate.migrator.replay.StateStore;
import io.metamigrate.migrator.run.RunResult.Writes;
import io.metamigrate.verifier.report.VerificationReport;
import io.metamigrate.verifier.store.Revision;
import io.metamigrate.verifier.store.Scope;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;

/**
 * {@code run --once}: survey, copy, seed, verify, for a cluster whose brokers are stopped. For one
 * thread.
 */
public final class OneShot {
  /** A rehearsal beside a changing cluster is given this many passes to catch up. */
  private static final int PASSES = 5;

  private final Stores stores;
  private final Configuration configuration;
  private final RunOptions options;
  private final ProgressListener progress;
  private final InstantSource clock;
  private final Scope scope;

  public OneShot(
      Stores stores,
      Configuration configuration,
      RunOptions options,
      ProgressListener progress,
      InstantSource clock) {
    this.stores = stores;
    this.configuration = configuration;
    this.options = options;
    this.progress = progress;
    this.clock = clock;
    this.scope = configuration.scope().toScope();
  }

  /**
   * Runs to the end.
   *
   * @throws BlockedException when a finding or the state of the move does not allow it
   */
  public RunResult run() {
    try (Survey survey = Survey.take(stores, configuration, progress)) {
      CopyPreconditions.check(stores, survey, options);
      boolean isDone =
          survey.plan().cost().puts() == 0
              && survey.facts().ownMove()
              && !stores.identity().hasAccepted();
      if (isDone) {
        ForeignChanges.warnOfUnchanged(stores, configuration, survey, options.acceptForeign());
      }
      if (options.dryRun()) {
        if (!isDone) {
          ForeignChanges.refuse(stores, configuration, survey, options.acceptForeign());
        }
        return result(RunResult.DRY_RUN, survey, Writes.NOTHING, Optional.empty());
      }
      if (isDone) {
        return result(RunResult.NOTHING_TO_DO, survey, Writes.NOTHING, Optional.of(verify(survey)));
      }
      OneEtcd.requireSameKeys(configuration.etcdSettings());
      DaemonLock.Attempt attempt =
          DaemonLock.tryAcquire(
              stores.etcd(), ProcessIdentity.name(), configuration.target().lockTtl());
      DaemonLock lock =
          attempt
              .lock()
              .orElseThrow(
                  () ->
                      new BlockedException(
                          "LOCKED",
                          "another daemon holds the lock on etcd: " + attempt.holder(),
                          "stop it, or wait until it is done"));
      ExitRecord.forget(configuration.control().listen().port());
      try (lock) {
        return recorded(survey, lock);
      }
    }
  }

  /** Leaves on etcd how it ended. */
  private RunResult recorded(Survey survey, DaemonLock lock) {
    Authority authority = new Authority(lock, Direction.ZK_TO_ETCD);
    try {
      RunResult result = copy(survey, lock);
      LeadershipRecord.recordEnd(
          stores.etcd(), authority, clock.instant(), "`migrate run --once` was done");
      return result;
    } catch (RuntimeException | Error e) {
      LeadershipRecord.recordEnd(
          stores.etcd(), authority, clock.instant(), LeaderSession.describe(e));
      throw e;
    }
  }

  private RunResult copy(Survey survey, DaemonLock lock) {
    StateRecovery.Opened opened =
        new StateRecovery(stores, configuration, options, clock).open(survey, lock);
    Checkpoint checkpoint = opened.checkpoint().to(Phase.COPYING, clock.instant());
    Authority authority = new Authority(lock, Direction.ZK_TO_ETCD);
    SeedWriter seedWriter =
        new SeedWriter(stores, configuration.copy().ledgerIds(), authority, this::seeding);
    try (Telemetry telemetry = new Telemetry(configuration, survey.facts().cluster(), clock);
        EtcdHistory.HistoryAlongside history =
            new EtcdHistory.HistoryAlongside(
                stores.etcd(), lock.created(), scope, options.acceptForeign());
        Follower follower =
            new Follower(
                stores.zookeeper(),
                stores.configurationStore(),
                stores.etcd(),
                authority,
                new WriterSettings(
                    configuration.copy()::inFlight,
                    configuration.target().connectTimeout(),
                    telemetry.writeThrottle()),
                new FollowSettings(
                    scope,
                    lock.created(),
                    opened.suspect(),
                    options.acceptForeign(),
                    configuration.copy().exactVersions(),
                    new DeletionGuard(stores, configuration, options.accepted())),
                new CopyListener(progress))) {
      follower.checkpoint(checkpoint);
      long started = System.nanoTime();
      follower.compare(survey.paths());
      double seconds = (System.nanoTime() - started) / 1e9;
      long seeded = seedWriter.raise(follower.largestLedger());

      VerificationReport report = verify(survey);
      for (int i = 1; i < PASSES && !report.consistent() && options.rehearsal(); i++) {
        follower.compareAll();
        seeded += seedWriter.raise(follower.largestLedger());
        report = verify(survey);
      }
      finish(follower, history, lock, checkpoint, report);
      Writes writes = Writes.of(follower.put(), follower.deleted(), seeded, seconds);
      return result(RunResult.COPIED, survey, writes, Optional.of(report));
    }
  }

  private void seeding(long puts) {
    progress.at("seeding", puts, -1);
  }

  private VerificationReport verify(Survey survey) {
    return stores
        .verifier(compared -> progress.at("verifying", compared, -1))
        .withVersions(configuration.copy().exactVersions())
        .reportingOutOfScope(survey.facts().source().leftOut())
        .verify(scope, Duration.ZERO);
  }

  /** The last checkpoint covers a history without changes of other writers. */
  private void finish(
      Follower follower,
      EtcdHistory.HistoryAlongside history,
      DaemonLock lock,
      Checkpoint checkpoint,
      VerificationReport report) {
    Checkpoint done =
        checkpoint
            .to(Phase.FOLLOWING, clock.instant())
            .verified(Verified.of(report, clock.instant()), clock.instant());
    follower.checkpoint(done);
    Revision own = new StateStore(stores.etcd()).read().checkpointAt();
    history
        .until(own)
        .foreign()
        .ifPresent(
            change -> {
              throw follower.describe(change);
            });
    follower.checkpoint(
        done.applied(
            report.zxid(), own, report.counts().same(), report.compared(), clock.instant()));
    stores.identity().recordChanges(follower.witnesses());
    stores.identity().save(new Authority(lock, Direction.ZK_TO_ETCD), stores);
  }

  private RunResult result(
      String outcome, Survey survey, Writes writes, Optional<VerificationReport> verification) {
    return new RunResult(
        outcome,
        survey.facts().cluster(),
        writes,
        options.rehearsal(),
        survey.plan(),
        verification);
  }
}
