package io.metamigrate.migrator.run;

import io.metamigrate.migrator.config.Configuration;
import io.metamigrate.migrator.phase.Checkpoint;
import io.metamigrate.migrator.phase.Checkpoint.Verified;
import io.metamigrate.migrator.phase.Direction;
import io.metamigrate.migrator.phase.Phase;
import io.metamigrate.migrator.plan.Seed;
import io.metamigrate.migrator.replay.Authority;
import io.metamigrate.migrator.replay.DaemonLock;
import io.metamigrate.migrator.replay.EtcdHistory;
import io.metamigrate.migrator.replay.ForeignChangeException;
import io.metamigrate.migrator.replay.GuardedWriter;
import io.metamigrate.migrator.replay.GuardedWriter.WriterSettings;
import io.metamigrate.migrator.replay.Raise;
import io.metamigrate.migrator.replay.Raiser;
import io.metamigrate.migrator.replay.StateStore;
import io.metamigrate.verifier.Verifier;
import io.metamigrate.verifier.report.VerificationReport;
import io.metamigrate.verifier.store.Revision;
import io.metamigrate.verifier.store.Scope;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** {@code run --once}: survey, copy, seed, verify, for a cluster whose brokers are stopped. */
public final class OneShot {
  /** A rehearsal beside a changing cluster is given this many passes to catch up. */
  private static final int PASSES = 5;

  private final Stores stores;
  private final Configuration configuration;
  private final RunOptions options;
  private final Progress progress;
  private final InstantSource clock;
  private final StateStore states;
  private final Scope scope;

  public OneShot(
      Stores stores,
      Configuration configuration,
      RunOptions options,
      Progress progress,
      InstantSource clock) {
    this.stores = stores;
    this.configuration = configuration;
    this.options = options;
    this.progress = progress;
    this.clock = clock;
    this.states = new StateStore(stores.etcd());
    this.scope = configuration.scope().toScope();
  }

  /**
   * Runs to the end.
   *
   * @throws BlockedException when a finding or the state of the move does not allow it
   */
  public RunResult run() {
    try (Survey survey = Survey.take(stores, configuration, progress)) {
      Gate.check(survey, options);
      if (options.dryRun()) {
        return result(RunResult.DRY_RUN, survey, new CopyPass(), 0, 0, Optional.empty());
      }
      if (survey.plan().cost().puts() == 0 && survey.facts().ownMove()) {
        return result(RunResult.NOTHING_TO_DO, survey, new CopyPass(), 0, 0, Optional.of(verify()));
      }
      DaemonLock.Attempt attempt = DaemonLock.tryAcquire(stores.etcd(), Holder.name());
      DaemonLock lock =
          attempt
              .lock()
              .orElseThrow(
                  () ->
                      new BlockedException(
                          "LOCKED",
                          "another daemon holds the lock on etcd: " + attempt.holder(),
                          "stop it, or wait until it is done"));
      try (lock) {
        return copy(survey, lock);
      }
    }
  }

  private RunResult copy(Survey survey, DaemonLock lock) {
    Checkpoint checkpoint =
        new Opening(stores, configuration, options, clock)
            .open(survey, lock)
            .checkpoint()
            .to(Phase.COPYING, clock.instant());
    Authority authority = new Authority(lock, Direction.ZK_TO_ETCD);
    CopyPass pass = new CopyPass();
    GuardedWriter writer =
        new GuardedWriter(
            stores.etcd(),
            authority,
            WriterSettings.of(
                configuration.copy().inFlight(), configuration.target().connectTimeout()),
            pass::count);
    writer.flush(checkpoint);
    long started = System.nanoTime();
    pass.run(stores, writer, survey.paths(), scope, stores.keys().revision(), progress);
    double seconds = (System.nanoTime() - started) / 1e9;
    long seeded = seed(authority, survey.plan().seeds());

    VerificationReport report = verify();
    for (int i = 1; i < PASSES && !report.consistent() && options.rehearsal(); i++) {
      try (Survey again = Survey.take(stores, configuration, progress)) {
        pass.run(stores, writer, again.paths(), scope, stores.keys().revision(), progress);
        seeded += seed(authority, again.plan().seeds());
      }
      report = verify();
    }
    finish(writer, checkpoint, report);
    return result(RunResult.COPIED, survey, pass, seeded, seconds, Optional.of(report));
  }

  private void refuseForeign(Revision since, Revision until) {
    EtcdHistory.Answer history =
        EtcdHistory.between(stores.etcd(), since, until, scope, options.acceptForeign());
    if (history.foreign().isPresent()) {
      throw ForeignChangeException.found(
          history.foreign().get().path(), history.foreign().get().at());
    }
  }

  private long seed(Authority authority, List<Seed> seeds) {
    Raiser raiser = new Raiser(stores.etcd(), authority, n -> progress.at("seeding", n, -1));
    Stream<Raise> all = seeds.stream().flatMap(seed -> seed.keys().stream());
    return all.mapToLong(raiser::raise).sum();
  }

  private VerificationReport verify() {
    return new Verifier(
            stores.znodes(), stores.keys(), compared -> progress.at("verifying", compared, -1))
        .verify(scope, Duration.ZERO);
  }

  private void finish(GuardedWriter writer, Checkpoint checkpoint, VerificationReport report) {
    Checkpoint done =
        checkpoint
            .to(Phase.FOLLOWING, clock.instant())
            .verified(
                new Verified(clock.instant(), report.consistent(), report.compared()),
                clock.instant());
    writer.flush(done);
    Revision own = states.read().checkpointAt();
    refuseForeign(checkpoint.checkedRevision(), own);
    writer.flush(
        done.applied(report.zxid(), own, report.same(), report.compared(), clock.instant()));
  }

  private RunResult result(
      String outcome,
      Survey survey,
      CopyPass pass,
      long seeded,
      double seconds,
      Optional<VerificationReport> verification) {
    return new RunResult(
        outcome,
        survey.facts().cluster(),
        pass.put(),
        pass.deleted(),
        seeded,
        seconds,
        seconds > 0 ? Math.round((pass.put() + pass.deleted()) / seconds) : 0,
        options.rehearsal(),
        survey.plan(),
        verification);
  }
}
