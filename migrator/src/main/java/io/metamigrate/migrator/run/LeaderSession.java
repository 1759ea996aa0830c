package io.metamigrate.migrator.run;

import io.metamigrate.migrator.config.Configuration;
import io.metamigrate.migrator.control.ThrottleChange;
import io.metamigrate.migrator.follow.FollowSettings;
import io.metamigrate.migrator.follow.Follower;
import io.metamigrate.migrator.phase.Checkpoint;
import io.metamigrate.migrator.phase.CheckpointCodec;
import io.metamigrate.migrator.phase.Direction;
import io.metamigrate.migrator.phase.Phase;
import io.metamigrate.migrator.replay.Authority;
import io.metamigrate.migrator.replay.DaemonLock;
import io.metamigrate.migrator.replay.ForeignChangeException;
import io.metamigrate.migrator.replay.ForeignWatch;
import io.metamigrate.migrator.replay.GuardedWriter.WriterSettings;
import io.metamigrate.migrator.replay.LostAuthorityException;
import io.metamigrate.migrator.replay.StateStore;
import io.metamigrate.migrator.run.OperatorRequests.ShutdownMode;
import io.metamigrate.verifier.store.Scope;
import io.metamigrate.verifier.store.StoreException;
import io.metamigrate.verifier.store.TemporaryMap;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the daemon does while it holds the lock, from opening to the last checkpoint. */
final class LeaderSession {
  private static final Logger LOG = LoggerFactory.getLogger(LeaderSession.class);
  private static final Duration NO_DEADLINE = Duration.ofDays(3_650);

  private final Stores stores;
  private final Configuration configuration;
  private final RunOptions options;
  private final Telemetry telemetry;
  private final OperatorRequests command;
  private final Barriers barriers;
  private final InstantSource clock;
  private final Authority authority;
  private final StoreIdentity identity;
  private final Scope scope;

  LeaderSession(
      Stores stores,
      DaemonLock lock,
      Configuration configuration,
      RunOptions options,
      Telemetry telemetry,
      OperatorRequests command,
      Barriers barriers,
      InstantSource clock) {
    this.stores = stores;
    this.configuration = configuration;
    this.options = options;
    this.telemetry = telemetry;
    this.command = command;
    this.barriers = barriers;
    this.clock = clock;
    this.authority = new Authority(lock, Direction.ZK_TO_ETCD);
    this.identity = stores.identity();
    this.scope = configuration.scope().toScope();
  }

  /** Leads; records on etcd that it began and, whatever ends it, why. */
  void lead(Consumer<Optional<String>> ready) {
    try {
      runLoop(ready);
      LeadershipRecord.recordEnd(stores.etcd(), authority, clock.instant(), asAsked());
    } catch (RuntimeException | Error e) {
      String cause = e instanceof StoppedException ? asAsked() : describe(e);
      LeadershipRecord.recordEnd(stores.etcd(), authority, clock.instant(), cause);
      throw e;
    }
  }

  private String asAsked() {
    return switch (command.requestedShutdown().orElse(ShutdownMode.STOP)) {
      case STOP -> "it was stopped";
      case HAND_OVER -> "it handed over to another command";
      case ABORT, ABORT_CLEAN -> "the run was aborted";
    };
  }

  static String describe(Throwable e) {
    return TemporaryMap.diskFault(e)
        .orElseGet(() -> e.getMessage() == null ? e.toString() : e.getMessage());
  }

  private void runLoop(Consumer<Optional<String>> ready) {
    telemetry.progress().phase(Phase.PLANNED.title());
    StateRecovery.Opened opened =
        new StateRecovery(stores, configuration, options, clock).open(authority.lock());
    LeadershipRecord.begins(stores.etcd(), authority, clock.instant());
    telemetry.progress().accepted(opened.checkpoint().accepted());
    FollowSettings follow =
        new FollowSettings(
            scope,
            authority.lock().created(),
            opened.suspect(),
            options.acceptForeign(),
            configuration.copy().exactVersions(),
            new DeletionGuard(stores, configuration, options.accepted()));
    try (ForeignWatch foreign =
        new ForeignWatch(
            stores.etcd(), authority.lock().created(), scope, options.acceptForeign())) {
      LeaderLoop driving =
          new LeaderLoop(
              telemetry,
              command,
              barriers,
              clock,
              foreign,
              new SeedWriter(stores, configuration.copy().ledgerIds(), authority),
              opened.checkpoint().to(Phase.COPYING, clock.instant()),
              opened.suspect().isEmpty(),
              this::identify);
      // The rate limiter decides how many are in flight, since the operator can change that.
      WriterSettings writing =
          new WriterSettings(
              () -> ThrottleChange.MAX_IN_FLIGHT,
              NO_DEADLINE,
              driving.writeThrottle(telemetry.writeThrottle()));
      try (Follower follower =
              new Follower(
                  stores.zookeeper(),
                  stores.configurationStore(),
                  stores.etcd(),
                  authority,
                  writing,
                  follow,
                  driving);
          EtcdQuotaMonitor backend = new EtcdQuotaMonitor(stores.etcd(), telemetry.throttle());
          ContinuousVerification verifying =
              new ContinuousVerification(
                  configuration,
                  telemetry,
                  barriers,
                  driving::report,
                  driving::blocked,
                  identity)) {
        telemetry.progress().phase(Phase.COPYING.title());
        backend.start();
        try {
          driving.run(follower, verifying, ready);
          end(follower, driving.now(follower));
        } catch (ForeignChangeException | BlockedException e) {
          identity.wrote(authority);
          // Whoever starts next has to know what was seen, or an older state looks like progress.
          identity.recordChanges(follower.witnesses());
          saveReason(driving.now(follower), String.valueOf(e.getMessage()));
          // What looks like another writer's change may be another etcd, or an older state of it.
          identity.checkEtcd(stores.etcd());
          throw e;
        } finally {
          identity.wrote(authority);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StoppedException();
    }
  }

  private void identify(Follower follower) {
    identity.recordChanges(follower.witnesses());
    identity.save(authority, stores);
  }

  /** So that {@code status} can report why nothing moves; not worth a second failure. */
  private void saveReason(Checkpoint checkpoint, String reason) {
    try {
      Checkpoint stopped =
          checkpoint.stoppedBy(reason, "then start `migrate run` again", clock.instant());
      new StateStore(stores.etcd()).put(authority, "checkpoint", CheckpointCodec.write(stopped));
      identity.save(authority, stores);
    } catch (StoreException | LostAuthorityException e) {
      LOG.atWarn().addKeyValue("cause", e.getMessage()).log("why it stopped could not be stored");
    }
  }

  private void end(Follower follower, Checkpoint last) {
    ShutdownMode shutdown = command.requestedShutdown().orElse(ShutdownMode.STOP);
    Checkpoint left =
        switch (shutdown) {
          case STOP, HAND_OVER -> last;
          case ABORT, ABORT_CLEAN -> last.to(Phase.ABORTED, clock.instant());
        };
    if (shutdown == ShutdownMode.ABORT_CLEAN) {
      follower.checkpoint(last);
      long deleted = new CleanUp(stores, authority, scope).deleteEverything();
      LOG.atInfo().addKeyValue("keys", deleted).log("deleted what was copied");
    }
    follower.checkpoint(left);
    identify(follower);
    telemetry.progress().phase(left.phase().title());
    LOG.atInfo().addKeyValue("ending", shutdown).log("the daemon ends; what was written is kept");
  }
}
