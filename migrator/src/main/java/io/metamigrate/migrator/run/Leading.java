package io.metamigrate.migrator.run;

import io.metamigrate.migrator.config.Configuration;
import io.metamigrate.migrator.follow.FollowListener;
import io.metamigrate.migrator.follow.FollowSettings;
import io.metamigrate.migrator.follow.Follower;
import io.metamigrate.migrator.phase.Checkpoint;
import io.metamigrate.migrator.phase.Direction;
import io.metamigrate.migrator.phase.Phase;
import io.metamigrate.migrator.replay.Authority;
import io.metamigrate.migrator.replay.DaemonLock;
import io.metamigrate.migrator.replay.ForeignWatch;
import io.metamigrate.migrator.replay.GuardedWriter.WriterSettings;
import io.metamigrate.migrator.run.Command.Ending;
import io.metamigrate.verifier.report.VerificationReport;
import io.metamigrate.verifier.store.Scope;
import io.metamigrate.verifier.store.Store;
import io.metamigrate.verifier.store.StoreException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the daemon does while it holds the lock: copy, follow, seed, keep the checkpoint. */
final class Leading {
  private static final Logger LOG = LoggerFactory.getLogger(Leading.class);
  private static final Duration FOR_EVER = Duration.ofDays(3_650);
  private static final Duration WAIT = Duration.ofMillis(100);
  private static final long CHECKPOINT_NANOS = Duration.ofSeconds(1).toNanos();
  private static final long SEED_NANOS = Duration.ofSeconds(5).toNanos();
  private static final long RETRY_MILLIS = 500;

  private final Stores stores;
  private final Configuration configuration;
  private final RunOptions options;
  private final Instruments instruments;
  private final Command command;
  private final InstantSource clock;
  private final Authority authority;
  private final Scope scope;
  private final AtomicReference<Optional<VerificationReport>> newReport =
      new AtomicReference<>(Optional.empty());
  private long checkpointed;
  private long seeded;
  private boolean everCompared;

  Leading(
      Stores stores,
      DaemonLock lock,
      Configuration configuration,
      RunOptions options,
      Instruments instruments,
      Command command,
      InstantSource clock) {
    this.stores = stores;
    this.configuration = configuration;
    this.options = options;
    this.instruments = instruments;
    this.command = command;
    this.clock = clock;
    this.authority = new Authority(lock, Direction.ZK_TO_ETCD);
    this.scope = configuration.scope().toScope();
  }

  void lead(Consumer<Optional<String>> ready) {
    instruments.progress().phase(Phase.PLANNED.title());
    Opening opening = new Opening(stores, configuration, options, clock);
    Opening.Opened opened = opening.open(authority.lock());
    FollowSettings follow =
        new FollowSettings(
            scope,
            authority.lock().created(),
            opened.suspectAfter(),
            options.acceptForeign());
    Seeder seeder = new Seeder(stores, configuration.copy().ledgerIds(), authority);
    WriterSettings writing =
        new WriterSettings(
            () -> configuration.copy().inFlight(), FOR_EVER, instruments.turns());
    try (ForeignWatch foreign =
            new ForeignWatch(
                stores.etcd(), authority.lock().created(), scope, options.acceptForeign());
        Follower follower =
            new Follower(
                stores.zookeeper(),
                stores.configurationStore(),
                stores.etcd(),
                authority, writing, follow, listener());
        Verifying verifying =
            new Verifying(
                configuration,
                instruments,
                report -> newReport.set(Optional.of(report)))) {
      Checkpoint checkpoint = opened.checkpoint().to(Phase.COPYING, clock.instant());
      instruments.progress().phase(Phase.COPYING.title());
      follower.checkpoint(checkpoint);
      drive(follower, foreign, seeder, checkpoint, ready, verifying);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StoppedException();
    }
  }

  private void drive(
      Follower follower,
      ForeignWatch foreign,
      Seeder seeder,
      Checkpoint first,
      Consumer<Optional<String>> ready,
      Verifying verifying)
      throws InterruptedException {
    Checkpoint checkpoint = first;
    while (command.ending().isEmpty()) {
      if (instruments.brake().paused().isPresent()) {
        command.pause(RETRY_MILLIS);
        continue;
      }
      try {
        follower.step(WAIT);
        watchOut(follower, foreign);
        if (checkpoint.phase() == Phase.COPYING && everCompared) {
          seeder.seed(follower.largestLedger());
          checkpoint = checkpoint.to(Phase.FOLLOWING, clock.instant());
          instruments.progress().phase(Phase.FOLLOWING.title());
          instruments
              .progress()
              .waitingFor(
                  follower.watches()
                      ? "the operator: migrate cutover"
                      : "the operator: migrate cutover (this ZooKeeper is older than 3.6: changes"
                          + " are found by comparing everything again and again)");
          ready.accept(Optional.empty());
          LOG.atInfo()
              .addKeyValue("tracked", follower.tracked())
              .addKeyValue("put", follower.put())
              .log("the first copy is done; following");
          verifying.start();
        }
        checkpoint = keep(follower, foreign, seeder, checkpoint);
      } catch (StoreException e) {
        if (e.store() == Store.ETCD) {
          throw e;
        }
        instruments.failed(e.store(), e);
        LOG.atWarn().addKeyValue("cause", e.getMessage()).log("waits for ZooKeeper");
        follower.markGap();
        command.pause(RETRY_MILLIS);
      }
    }
    end(follower, foreign, checkpoint);
  }

  private void watchOut(Follower follower, ForeignWatch foreign) {
    foreign.check();
    if (foreign.takeCompacted()) {
      follower.markGap();
    }
    if (foreign.serving().isPresent()) {
      throw new BlockedException(
          "TARGET_SERVING",
          "a broker has registered itself on etcd: " + foreign.serving().get(),
          "stop it: a copy that is still followed must not be served from");
    }
  }

  private Checkpoint keep(
      Follower follower, ForeignWatch foreign, Seeder seeder, Checkpoint before) {
    long now = System.nanoTime();
    Checkpoint checkpoint = before;
    if (everCompared && now - seeded > SEED_NANOS) {
      seeder.seed(follower.largestLedger());
      seeded = now;
    }
    Optional<VerificationReport> report = newReport.getAndSet(Optional.empty());
    if (report.isPresent()) {
      checkpoint = verified(follower, checkpoint, report.get());
    }
    if (report.isPresent() || now - checkpointed > CHECKPOINT_NANOS) {
      checkpoint =
          checkpoint.applied(
              follower.highestZxid(),
              foreign.checked(),
              follower.tracked(),
              follower.tracked(),
              clock.instant());
      follower.checkpoint(checkpoint);
      instruments.progress().applied(follower.highestZxid());
      checkpointed = now;
    }
    return checkpoint;
  }

  private Checkpoint verified(
      Follower follower, Checkpoint checkpoint, VerificationReport report) {
    instruments.progress().verified(report.consistent(), report.compared());
    if (!report.consistent()) {
      LOG.atError()
          .addKeyValue("missing", report.missing())
          .addKeyValue("extra", report.extra())
          .addKeyValue("different", report.different())
          .addKeyValue("failedChecks", report.failedChecks().size())
          .log("verification found differences; everything is compared again");
      follower.markGap();
    }
    return checkpoint.verified(
        new Checkpoint.Verified(clock.instant(), report.consistent(), report.compared()),
        clock.instant());
  }

  private void end(Follower follower, ForeignWatch foreign, Checkpoint checkpoint) {
    Ending ending = command.ending().orElse(Ending.STOP);
    Checkpoint last =
        checkpoint.applied(
            follower.highestZxid(),
            foreign.checked(),
            follower.tracked(),
            follower.tracked(),
            clock.instant());
    switch (ending) {
      case STOP, HAND_OVER -> follower.checkpoint(last);
      case ABORT -> follower.checkpoint(aborted(last));
      case ABORT_CLEAN -> {
        follower.checkpoint(last);
        new CleanUp(stores, authority, scope).deleteEverything();
        follower.checkpoint(aborted(last));
      }
    }
    instruments.progress().phase(last.phase().title());
    LOG.atInfo().addKeyValue("ending", ending).log("the daemon ends; what was written is kept");
  }

  private Checkpoint aborted(Checkpoint checkpoint) {
    return checkpoint.to(Phase.ABORTED, clock.instant());
  }

  private FollowListener listener() {
    return new FollowListener() {
      @Override
      public void comparing(long znodes) {
        instruments.progress().copyOf(znodes);
      }

      @Override
      public void dealtWith(long nodes, long bytes) {
        instruments.progress().copied(nodes, bytes);
      }

      @Override
      public void compared() {
        everCompared = true;
      }

      @Override
      public void applied(Duration lag, long changes, long waiting) {
        instruments.progress().lag(lag, waiting);
        instruments
            .metrics()
            .registry()
            .timer("metamigrate.lag.applied")
            .record(lag);
      }

      @Override
      public void zookeeperAnswered(Duration latency) {
        instruments.answered(Store.ZOOKEEPER, "read", latency);
      }
    };
  }
}
