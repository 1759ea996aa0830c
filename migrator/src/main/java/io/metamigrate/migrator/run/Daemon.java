package io.metamigrate.migrator.run;

import io.metamigrate.migrator.config.Configuration;
import io.metamigrate.migrator.control.ControlServer;
import io.metamigrate.migrator.control.Controls;
import io.metamigrate.migrator.control.NamedMove;
import io.metamigrate.migrator.control.RequestOutcome;
import io.metamigrate.migrator.control.Status;
import io.metamigrate.migrator.control.ThrottleChange;
import io.metamigrate.migrator.follow.Barrier;
import io.metamigrate.migrator.phase.Phase;
import io.metamigrate.migrator.plan.TargetRights;
import io.metamigrate.migrator.replay.DaemonLock;
import io.metamigrate.migrator.replay.LostAuthorityException;
import io.metamigrate.migrator.run.OperatorRequests.ShutdownMode;
import io.metamigrate.verifier.store.Store;
import io.metamigrate.verifier.store.StoreException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code migrate run}: waits for the lock, leads while it holds it, and survives every temporary
 * failure of a store. The thread that calls {@link #run} is the one driver; the operator's requests
 * reach it through {@link OperatorRequests}. One thread calls {@link #run}; every other method is
 * safe for use by several threads.
 */
public final class Daemon implements Controls, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Daemon.class);
  private static final long RETRY_MILLIS = 1_000;

  private final Configuration configuration;
  private final RunOptions options;
  private final InstantSource clock;
  private final Telemetry telemetry;
  private final OperatorRequests command = new OperatorRequests();
  private final Barriers barriers = new Barriers();
  private final CountDownLatch ended = new CountDownLatch(1);
  private final ControlServer server;
  private final StoreIdentity identity;
  private final HiddenNodes hiddenNodes;
  private boolean everConnected;
  private boolean everFollowed;
  private Optional<RuntimeException> failure = Optional.empty();
  private volatile Optional<String> notReady = Optional.of("the first copy is not done");

  /** Opens the control interface; nothing is read or written before {@link #run}. */
  public Daemon(Configuration configuration, RunOptions options, InstantSource clock) {
    this.configuration = configuration;
    this.options = options;
    this.clock = clock;
    this.identity = StoreIdentity.of(configuration, options.accepted());
    this.telemetry =
        new Telemetry(configuration, configuration.cluster().name().orElse("unnamed"), clock);
    this.hiddenNodes = new HiddenNodes(configuration, identity, telemetry.progress().health());
    this.server =
        ControlServer.start(
            configuration.control(),
            NamedMove.of(configuration),
            this,
            telemetry.metrics(),
            new DaemonRoutes(this::awaitBarrier, this::leave).all());
  }

  /** How a daemon ended. */
  public enum RunOutcome {
    STOPPED,
    HANDED_OVER,
    ABORTED
  }

  /**
   * Runs until the operator ends it.
   *
   * @throws StoreException when a store cannot be reached at the start; later it is waited for
   */
  public RunOutcome run() {
    try {
      while (command.requestedShutdown().isEmpty()) {
        try (Stores stores = Stores.open(configuration, identity)) {
          ExitRecord.forget(port());
          if (options.dryRun()) {
            everConnected = true;
            new DryRun(configuration, options, telemetry, command).follow(stores);
          } else {
            Optional<DaemonLock> lock = awaitLock(stores);
            if (lock.isPresent()) {
              lead(stores, lock.get());
            }
          }
        } catch (LostAuthorityException e) {
          LOG.atWarn().log(e.getMessage());
          telemetry.progress().health().abandoned(Store.ZOOKEEPER);
          failure = Optional.of(e);
          retry("the lock on etcd", e);
        } catch (StoreException e) {
          if (!everConnected) {
            throw e;
          }
          if (e.store() == Store.ETCD) {
            telemetry.progress().health().abandoned(Store.ZOOKEEPER);
          }
          telemetry.failed(e.store(), e);
          failure = Optional.of(e);
          retry(e.store().title() + " to recover", e);
        } catch (StoppedException e) {
          LOG.atInfo().log("stopped while waiting");
        } catch (BlockedException e) {
          if (!everFollowed || !isDenial(e)) {
            throw e;
          }
          telemetry.progress().health().abandoned(Store.ZOOKEEPER);
          telemetry.failed(Store.ETCD, e);
          failure = Optional.of(e);
          retry("the permissions on etcd", e);
        } catch (RuntimeException e) {
          rethrowUnlessStopped(e);
        }
      }
      return end(command.requestedShutdown().orElse(ShutdownMode.STOP), failure);
    } catch (RuntimeException | Error e) {
      telemetry.progress().health().ended(LeaderSession.describe(e));
      ExitRecord.of(configuration, clock.instant(), LeaderSession.describe(e), identity)
          .keep(port());
      throw e;
    } finally {
      ended.countDown();
    }
  }

  /**
   * Copies and follows for as long as it holds the lock.
   *
   * @throws LostAuthorityException if another process took the lock
   * @throws StoppedException if the process ends meanwhile
   * @throws StoreException if a store failed; the daemon begins again
   */
  private void lead(Stores stores, DaemonLock lock) {
    try (DaemonLock held = lock) {
      new LeaderSession(stores, held, configuration, options, telemetry, command, barriers, clock)
          .lead(
              ready -> {
                notReady = ready;
                everFollowed |= ready.isEmpty();
              });
      failure = Optional.empty();
    }
  }

  /** Whether only permissions are missing; one that was revoked may be granted again. */
  private static boolean isDenial(BlockedException blocked) {
    return blocked.findings().stream().allMatch(f -> f.id().equals(TargetRights.ID));
  }

  /** An interruption also closes files that are being read; that is no failure when stopping. */
  private void rethrowUnlessStopped(RuntimeException e) {
    if (command.requestedShutdown().isEmpty() || !Thread.currentThread().isInterrupted()) {
      throw e;
    }
    LOG.atInfo().addKeyValue("in", e.toString()).log("stopped in the middle of something");
  }

  /**
   * How it ended.
   *
   * @param failure of the last attempt to lead, which an abort did not survive
   */
  static RunOutcome end(ShutdownMode ending, Optional<RuntimeException> failure) {
    return switch (ending) {
      case STOP -> RunOutcome.STOPPED;
      case HAND_OVER -> RunOutcome.HANDED_OVER;
      case ABORT, ABORT_CLEAN -> {
        failure.ifPresent(cause -> refuseAborted(ending == ShutdownMode.ABORT_CLEAN, cause));
        yield RunOutcome.ABORTED;
      }
    };
  }

  private static void refuseAborted(boolean clean, RuntimeException cause) {
    String message =
        (clean
                ? "the run was not aborted, and its copy, or a part of it, is still on etcd; start"
                    + " `migrate run` again once both stores are healthy, then `migrate abort"
                    + " --clean`: "
                : "the run was not aborted; start `migrate run` again once both stores are healthy,"
                    + " then `migrate abort`: ")
            + cause.getMessage();
    throw cause instanceof StoreException store
        ? new StoreException(store.store(), message, store)
        : new LostAuthorityException(message);
  }

  /** The lock, or empty when the daemon is to end first. */
  private Optional<DaemonLock> awaitLock(Stores stores) {
    String holder = ProcessIdentity.name();
    OneEtcd.requireSameKeys(configuration.etcdSettings());
    while (command.requestedShutdown().isEmpty()) {
      identity.checkEtcd(stores.etcd());
      DaemonLock.Attempt attempt =
          DaemonLock.tryAcquire(stores.etcd(), holder, configuration.target().lockTtl());
      everConnected = true;
      failure = Optional.empty();
      if (attempt.lock().isPresent()) {
        telemetry.progress().waitingForNothing();
        notReady = Optional.of("the first copy is not done");
        return attempt.lock();
      }
      telemetry.progress().standby(attempt.holder());
      notReady = Optional.of("it is on standby for " + attempt.holder());
      pause();
    }
    return Optional.empty();
  }

  private void retry(String what, RuntimeException cause) {
    LOG.atWarn().addKeyValue("cause", cause.getMessage()).log("waits and tries again");
    notReady = Optional.of("waits for " + what);
    telemetry.progress().waitingFor(what + ": " + cause.getMessage());
    pause();
  }

  private void pause() {
    try {
      command.pause(RETRY_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      command.end(ShutdownMode.STOP);
    }
  }

  /** Where the control interface listens. */
  public int port() {
    return server.port();
  }

  /** Asks the driver to end and waits a little for it; for the shutdown of the process. */
  public void stop(Thread driver, long seconds) {
    command.end(ShutdownMode.STOP);
    telemetry.throttle().resume();
    try {
      if (!ended.await(1, TimeUnit.SECONDS)) {
        driver.interrupt();
        ended.await(Math.max(1, seconds - 1), TimeUnit.SECONDS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** A barrier that covers every node: also those whose events ZooKeeper did not deliver. */
  private Optional<Barrier> awaitBarrier(Duration timeout) throws InterruptedException {
    Optional<Barrier> reached = barriers.await(timeout);
    if (reached.isEmpty() || !hiddenNodes.requireNone(timeout)) {
      return Optional.empty();
    }
    return hiddenNodes.wereHidden() ? barriers.await(timeout, true) : reached;
  }

  private void leave() {
    command.end(ShutdownMode.HAND_OVER);
    telemetry.throttle().resume();
  }

  @Override
  public Status status() {
    return telemetry.progress().status();
  }

  @Override
  public List<String> phases() {
    return List.of(Phase.PLANNED.title(), Phase.COPYING.title(), Phase.FOLLOWING.title());
  }

  @Override
  public RequestOutcome pause(String reason) {
    telemetry.throttle().pause(reason);
    return new RequestOutcome.Granted("paused: nothing is read or written until resume");
  }

  @Override
  public RequestOutcome resume() {
    telemetry.throttle().resume();
    return new RequestOutcome.Granted("continuing");
  }

  @Override
  public RequestOutcome abort(boolean clean) {
    if (clean && options.dryRun()) {
      return new RequestOutcome.Refused(
          "a dry run has copied nothing; `migrate abort` without --clean ends it");
    }
    Optional<String> leader = telemetry.progress().standbyFor();
    if (clean && leader.isPresent()) {
      return new RequestOutcome.Refused(
          "this daemon is on standby and deletes nothing; ask the one that holds the lock, %s, or end this one by `migrate abort` without --clean"
              .formatted(leader.get()));
    }
    command.end(clean ? ShutdownMode.ABORT_CLEAN : ShutdownMode.ABORT);
    telemetry.throttle().resume();
    return new RequestOutcome.Granted(
        clean
            ? "ending the run and deleting what it copied"
            : "ending the run; what it copied stays on etcd");
  }

  @Override
  public RequestOutcome throttle(ThrottleChange change) {
    telemetry.copying().change(change);
    return new RequestOutcome.Granted("the limits are changed");
  }

  @Override
  public RequestOutcome confirmCutover(String cluster) {
    return new RequestOutcome.Refused("no cutover is under way here; run `migrate cutover`");
  }

  @Override
  public void filesRefused(String what, Optional<String> why) {
    telemetry.progress().health().filesRefused(what, why);
  }

  @Override
  public Optional<String> unhealthy() {
    return ended.getCount() == 0 ? Optional.of("the driver has ended") : Optional.empty();
  }

  @Override
  public Optional<String> notReady() {
    return notReady;
  }

  @Override
  public void close() {
    server.close();
    telemetry.close();
  }
}
