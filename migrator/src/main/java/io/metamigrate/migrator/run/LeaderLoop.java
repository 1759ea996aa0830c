package io.metamigrate.migrator.run;

import io.metamigrate.migrator.follow.FollowListener;
import io.metamigrate.migrator.follow.Follower;
import io.metamigrate.migrator.phase.Checkpoint;
import io.metamigrate.migrator.phase.Phase;
import io.metamigrate.migrator.replay.ForeignWatch;
import io.metamigrate.migrator.replay.WriteThrottle;
import io.metamigrate.verifier.report.VerificationReport;
import io.metamigrate.verifier.store.Revision;
import io.metamigrate.verifier.store.Store;
import io.metamigrate.verifier.store.StoreException;
import io.metamigrate.verifier.store.Zxid;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The loop of the daemon while it holds the lock: applies changes, checks for foreign writes,
 * raises the counters, and keeps the checkpoint, also in the middle of a comparison. For one
 * thread, the driver's.
 */
final class LeaderLoop implements FollowListener {
  private static final Logger LOG = LoggerFactory.getLogger(LeaderLoop.class);
  private static final Duration WAIT = Duration.ofMillis(100);
  private static final long CHECKPOINT_NANOS = Duration.ofSeconds(1).toNanos();
  private static final long SEED_NANOS = Duration.ofSeconds(5).toNanos();
  private static final long RETRY_MILLIS = 500;

  private final Telemetry telemetry;
  private final OperatorRequests command;
  private final Barriers barriers;
  private final InstantSource clock;
  private final ForeignWatch foreign;
  private final SeedWriter seedWriter;
  private final boolean historyKnown;
  private final Consumer<Follower> identity;
  private final AtomicReference<Optional<VerificationReport>> newReport =
      new AtomicReference<>(Optional.empty());
  private final AtomicReference<@Nullable BlockedException> blocker = new AtomicReference<>();
  private Optional<Follower> follower = Optional.empty();
  private Checkpoint checkpoint;
  private Zxid applied = Zxid.NONE;
  private long checkpointed = System.nanoTime();
  private long seeded;
  private boolean everCompared;
  private boolean ending;

  /**
   * Prepares.
   *
   * @param first the state to continue from
   * @param historyKnown whether the history of etcd was read up to the lock without a gap; else
   *     only the first comparison can show that nothing foreign happened
   * @param identity stores what both stores are known by
   */
  LeaderLoop(
      Telemetry telemetry,
      OperatorRequests command,
      Barriers barriers,
      InstantSource clock,
      ForeignWatch foreign,
      SeedWriter seedWriter,
      Checkpoint first,
      boolean historyKnown,
      Consumer<Follower> identity) {
    this.telemetry = telemetry;
    this.command = command;
    this.barriers = barriers;
    this.clock = clock;
    this.foreign = foreign;
    this.seedWriter = seedWriter;
    this.checkpoint = first;
    this.historyKnown = historyKnown;
    this.identity = identity;
  }

  /**
   * Until the operator ends it; the follower's listener is this.
   *
   * @throws ForeignChangeException if another writer changed a key in scope
   */
  void run(Follower following, ContinuousVerification verifying, Consumer<Optional<String>> ready)
      throws InterruptedException {
    follower = Optional.of(following);
    following.checkpoint(checkpoint);
    while (command.requestedShutdown().isEmpty()) {
      if (telemetry.throttle().paused().isPresent()) {
        command.pause(RETRY_MILLIS);
        continue;
      }
      try {
        telemetry.progress().health().asked(Store.ZOOKEEPER);
        following.step(WAIT);
        telemetry.progress().health().answered(Store.ZOOKEEPER);
        checkForeignWrites(following);
        if (checkpoint.phase() == Phase.COPYING && everCompared) {
          copied(following, ready);
          verifying.start();
        }
        keep(following);
        telemetry.progress().health().asked(Store.ZOOKEEPER);
        barriers.serve(following, seedWriter);
        telemetry.progress().health().answered(Store.ZOOKEEPER);
      } catch (StoreException e) {
        if (e.store() == Store.ETCD || Thread.currentThread().isInterrupted()) {
          throw e;
        }
        telemetry.failed(e.store(), e);
        LOG.atWarn().addKeyValue("cause", e.getMessage()).log("waits for ZooKeeper");
        telemetry.progress().health().gapPersists(String.valueOf(e.getMessage()));
        following.markGap();
        command.pause(RETRY_MILLIS);
      } catch (StoppedException e) {
        if (command.requestedShutdown().isEmpty() || Thread.currentThread().isInterrupted()) {
          throw e;
        }
        LOG.atInfo().log("stopped in the middle of a comparison");
      }
    }
    ending = true;
  }

  private void copied(Follower following, Consumer<Optional<String>> ready) {
    seedWriter.raise(following.largestLedger());
    checkpoint = checkpoint.to(Phase.FOLLOWING, clock.instant());
    telemetry.progress().phase(Phase.FOLLOWING.title());
    telemetry
        .progress()
        .waitingFor(
            following.watches()
                ? "the operator: migrate cutover"
                : "the operator: migrate cutover (this ZooKeeper is older than 3.6: changes"
                    + " are found by comparing everything again and again)");
    ready.accept(Optional.empty());
    LOG.atInfo()
        .addKeyValue("tracked", following.tracked())
        .addKeyValue("put", following.put())
        .log("the first copy is done; following");
  }

  private void checkForeignWrites(Follower following) {
    watchForeignWrites(following);
    Optional<Revision> lost = foreign.lost();
    if (lost.isPresent()) {
      LOG.atWarn()
          .addKeyValue("until", lost.get())
          .log("history of etcd was compacted before it was seen; everything is compared");
      following.compareAll();
      foreign.comparedUpTo(lost.get());
    }
  }

  private void watchForeignWrites(Follower following) {
    BlockedException found = blocker.get();
    if (found != null) {
      throw found;
    }
    foreign.ensureWatching();
    foreign
        .found()
        .ifPresent(
            change -> {
              throw following.describe(change);
            });
    if (foreign.serving().isPresent()) {
      throw new BlockedException(
          "TARGET_SERVING",
          "a broker has registered itself on etcd: " + foreign.serving().get(),
          "stop it: a copy that is still followed must not be served from");
    }
  }

  private void keep(Follower following) throws InterruptedException {
    if (everCompared && System.nanoTime() - seeded > SEED_NANOS) {
      seedWriter.raise(following.largestLedger());
      seeded = System.nanoTime();
    }
    Optional<VerificationReport> report = newReport.getAndSet(Optional.empty());
    report.ifPresent(found -> verified(following, found));
    if (report.isPresent() || isCheckpointDue()) {
      if (following.watches()) {
        telemetry.progress().health().asked(Store.ZOOKEEPER);
        applied = following.barrier().zxid();
        telemetry.progress().health().answered(Store.ZOOKEEPER);
        telemetry.progress().applied(applied);
        telemetry.progress().caughtUp();
      }
      putCheckpoint(following);
      identity.accept(following);
    }
  }

  private boolean isCheckpointDue() {
    return System.nanoTime() - checkpointed > CHECKPOINT_NANOS;
  }

  private void putCheckpoint(Follower following) {
    checkpoint = now(following);
    following.checkpoint(checkpoint);
    checkpointed = System.nanoTime();
  }

  /** What is known now; never more of the history of etcd than what was read. */
  Checkpoint now(Follower following) {
    Revision checked =
        historyKnown || everCompared ? foreign.checked() : checkpoint.checkedRevision();
    return checkpoint.applied(
        applied, checked, following.tracked(), following.tracked(), clock.instant());
  }

  /** Takes what another thread has found and stops for it; from any thread. */
  void blocked(BlockedException found) {
    blocker.set(found);
  }

  /** Takes the result of a verification; from any thread. */
  void report(VerificationReport report) {
    newReport.set(Optional.of(report));
  }

  private void verified(Follower following, VerificationReport report) {
    telemetry.progress().verified(report.consistent(), report.compared());
    if (!report.consistent()) {
      LOG.atError()
          .addKeyValue("missing", report.counts().missing())
          .addKeyValue("extra", report.counts().extra())
          .addKeyValue("different", report.counts().different())
          .addKeyValue("failedChecks", report.failedChecks())
          .log("verification found differences; everything is compared again");
      following.markGap();
    }
    checkpoint =
        checkpoint.verified(Checkpoint.Verified.of(report, clock.instant()), clock.instant());
  }

  /** The writer's throttle, which gives up when the daemon is asked to end. */
  WriteThrottle writeThrottle(WriteThrottle usual) {
    return new WriteThrottle() {
      @Override
      public void take(int operations) {
        stopIfRequested();
        usual.take(operations);
      }

      @Override
      public void release() {
        usual.release();
      }

      @Override
      public void answered(Duration latency, Optional<Throwable> failure) {
        usual.answered(latency, failure);
      }
    };
  }

  private void stopIfRequested() {
    if (!ending && command.requestedShutdown().isPresent()) {
      throw new StoppedException();
    }
  }

  @Override
  public void listing() {
    telemetry.progress().health().gapOpened();
    telemetry.progress().health().asked(Store.ZOOKEEPER);
  }

  @Override
  public void listed() {
    telemetry.progress().health().recordContact(Store.ZOOKEEPER);
  }

  @Override
  public void comparing(long znodes) {
    // The tree has just been listed.
    telemetry.throttle().recordSuccess(Store.ZOOKEEPER);
    telemetry.progress().copyOf(znodes);
  }

  @Override
  public void processed(long nodes, long bytes) {
    telemetry.progress().copied(nodes, bytes);
  }

  @Override
  public void comparedMore() {
    telemetry.progress().health().recordContact(Store.ZOOKEEPER);
    stopIfRequested();
    if (follower.isPresent() && isCheckpointDue()) {
      watchForeignWrites(follower.get());
      putCheckpoint(follower.get());
    }
  }

  @Override
  public void compared() {
    everCompared = true;
    telemetry.progress().health().answered(Store.ZOOKEEPER);
    telemetry.progress().health().gapClosed();
    if (follower.isPresent() && !follower.get().watches()) {
      telemetry.progress().caughtUp();
    }
  }

  @Override
  public void applied(Duration lag, long changes, long waiting) {
    telemetry.progress().lag(lag, waiting);
    telemetry.recordLag(lag);
  }

  @Override
  public void zookeeperAnswered(Duration latency) {
    telemetry.zooKeeperRead(latency);
  }
}
