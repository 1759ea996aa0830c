package io.metamigrate.migrator.run;

import io.metamigrate.migrator.config.Configuration;
import io.metamigrate.verifier.report.VerificationReport;
import io.metamigrate.verifier.store.UnreadableException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Verifies again and again beside the driver, in a session and a thread of its own, at the
 * operator's rate. A difference has to outlive the lag, by a barrier, to be called one.
 */
final class ContinuousVerification implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ContinuousVerification.class);
  private static final Duration TIMEOUT = Duration.ofSeconds(20);
  private static final Duration BARRIER = Duration.ofMinutes(2);
  private static final long RETRY_MILLIS = 2_000;

  private final Configuration configuration;
  private final Telemetry telemetry;
  private final Barriers barriers;
  private final Consumer<VerificationReport> done;
  private final Consumer<BlockedException> blocked;
  private final StoreIdentity identity;
  private final HiddenNodes hiddenNodes;
  private final Thread thread;

  ContinuousVerification(
      Configuration configuration,
      Telemetry telemetry,
      Barriers barriers,
      Consumer<VerificationReport> done,
      Consumer<BlockedException> blocked,
      StoreIdentity identity) {
    this.configuration = configuration;
    this.telemetry = telemetry;
    this.barriers = barriers;
    this.done = done;
    this.blocked = blocked;
    this.identity = identity;
    this.hiddenNodes = new HiddenNodes(configuration, identity, telemetry.progress().health());
    this.thread = new Thread(this::run, "verification");
    thread.setDaemon(true);
  }

  void start() {
    if (configuration.verify().continuous()) {
      telemetry.progress().health().verificationDue(Optional.of(configuration.verify().pause()));
      thread.start();
    } else {
      telemetry.progress().verificationOff();
    }
  }

  private void run() {
    while (!Thread.currentThread().isInterrupted()) {
      try (Stores stores = Stores.open(configuration, identity)) {
        while (!Thread.currentThread().isInterrupted()) {
          telemetry.progress().health().verificationBegins();
          VerificationReport report = once(stores);
          done.accept(report);
          telemetry.progress().health().verificationEnds();
          Thread.sleep(configuration.verify().pause().toMillis());
        }
      } catch (InterruptedException | StoppedException e) {
        return;
      } catch (BlockedException e) {
        // A session of its own may see what the driver's does not see yet: another store.
        blocked.accept(e);
        return;
      } catch (UnreadableException e) {
        unreadable(e);
        if (!sleep(RETRY_MILLIS)) {
          return;
        }
      } catch (RuntimeException e) {
        // Also what an interruption does to a file that is read; the loop ends then.
        if (Thread.currentThread().isInterrupted()) {
          return;
        }
        telemetry.progress().health().verificationFailed(String.valueOf(e.getMessage()));
        LOG.atWarn().addKeyValue("cause", e.toString()).log("verification failed and starts again");
        if (!sleep(RETRY_MILLIS)) {
          return;
        }
      }
    }
  }

  /** Counts what may not be read; the verification that met the first of them could not. */
  private void unreadable(UnreadableException failure) {
    telemetry.progress().health().verificationFailed(String.valueOf(failure.getMessage()));
    try {
      HiddenNodes.ScanResult scan = hiddenNodes.scan();
      LOG.atWarn()
          .addKeyValue("unreadable", scan.hidden().count())
          .addKeyValue("readable", scan.readable())
          .addKeyValue("first", scan.hidden().first())
          .log("znodes may not be read, so that nothing can be verified");
    } catch (BlockedException e) {
      blocked.accept(e);
    } catch (RuntimeException e) {
      LOG.atWarn()
          .addKeyValue("cause", e.toString())
          .log("znodes that may not be read could not be counted");
    }
  }

  /**
   * One round: both stores are read in full.
   *
   * @throws StoppedException if the process ends meanwhile
   */
  private VerificationReport once(Stores stores) {
    AtomicLong before = new AtomicLong();
    return stores
        .verifier(
            compared -> telemetry.awaitVerifyPermit((int) (compared - before.getAndSet(compared))))
        .whileFollowing(this::awaitBarrier)
        .withVersions(configuration.copy().exactVersions())
        .verify(configuration.scope().toScope(), TIMEOUT);
  }

  /**
   * While the daemon is held up, a difference is nothing but lag; a pause takes as long as it
   * takes.
   */
  private void awaitBarrier() {
    try {
      long asked = System.nanoTime();
      while (barriers.await(Duration.ofSeconds(1)).isEmpty()) {
        if (telemetry.throttle().paused().isPresent()) {
          asked = System.nanoTime();
        }
        Duration waited = Duration.ofNanos(System.nanoTime() - asked);
        if (waited.compareTo(BARRIER) > 0) {
          throw new IllegalStateException(
              "the driver has not applied what ZooKeeper had %d s ago, so a difference cannot be distinguished from lag"
                  .formatted(waited.toSeconds()));
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StoppedException();
    }
  }

  private static boolean sleep(long millis) {
    try {
      Thread.sleep(millis);
      return true;
    } catch (InterruptedException e) {
      return false;
    }
  }

  @Override
  public void close() {
    thread.interrupt();
    telemetry.progress().health().verificationDue(Optional.empty());
    try {
      thread.join(Duration.ofSeconds(2).toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
