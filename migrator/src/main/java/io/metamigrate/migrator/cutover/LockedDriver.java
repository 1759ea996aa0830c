package io.metamigrate.migrator.cutover;

import io.metamigrate.migrator.restart.Node;
import io.metamigrate.migrator.restart.NodeState;
import io.metamigrate.migrator.restart.RestartDriver;
import io.metamigrate.migrator.restart.Settings;
import io.metamigrate.migrator.restart.StepOutcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The driver, for the holder of the lock only: etcd is asked right before each action, and again if
 * the answer is no longer fresh, as it is in a process that was frozen in between. Before a start
 * the identity of both stores is checked: a bookie that starts on an emptied store deletes its
 * ledgers (ScanAndCompareGarbageCollector). Safe for use by several threads: nodes that are driven
 * together use it in parallel.
 */
final class LockedDriver {
  /**
   * How soon after a command that ended with 0 its node must be in the state that the command
   * promises.
   */
  private static final long PROBE_NANOS = Duration.ofSeconds(5).toNanos();

  private static final long PROBE_PAUSE_MILLIS = 100;
  private static final long CUT_OFF_SECONDS = 30;
  private static final Logger LOG = LoggerFactory.getLogger(LockedDriver.class);
  private static final int MOST_AT_ONCE = 16;

  private final RestartDriver driver;
  private final Runnable confirmLock;
  private final Runnable confirmStores;
  private final boolean atOnce;

  /** Nodes that this process stopped and has not started since. */
  private final Set<Node> stopped = ConcurrentHashMap.newKeySet();

  /**
   * Guards a driver.
   *
   * @param confirmStores throws unless both stores are those of the move
   * @param atOnce whether several nodes may be handled at the same time
   */
  LockedDriver(RestartDriver driver, Runnable confirmLock, Runnable confirmStores, boolean atOnce) {
    this.driver = driver;
    this.confirmLock = new FreshLock(confirmLock);
    this.confirmStores = confirmStores;
    this.atOnce = atOnce;
    driver.confirmBefore(this.confirmLock);
  }

  /**
   * Stops it.
   *
   * @throws StepFailedException if the driver refuses
   */
  StepOutcome stop(Node node) {
    confirmLock.run();
    StepOutcome stop = probed(node, driver.stop(node), NodeState.STOPPED);
    if (stop.isDone()) {
      stopped.add(node);
    }
    return stop;
  }

  StepOutcome configure(Node node, Settings settings) {
    confirmLock.run();
    StepOutcome acted = driver.configure(node, settings);
    long until = System.nanoTime() + PROBE_NANOS;
    while (acted.isDone()) {
      Optional<String> lacks = driver.configuration(node).firstMissing(settings);
      if (lacks.isEmpty()) {
        return stillStopped(node, acted);
      }
      if (System.nanoTime() - until >= 0) {
        return StepOutcome.failed(
            "the driver reports that it configured %s, but after 5 s %s; a configure command must end only when the settings are in place"
                .formatted(node, lacks.get()));
      }
      pause();
    }
    return acted;
  }

  /** Fails if configuring a stopped node has started it, as a handler of an Ansible play may. */
  private StepOutcome stillStopped(Node node, StepOutcome acted) {
    return stopped.contains(node)
            && driver.canProbe(node)
            && driver.probe(node, NodeState.RUNNING).isDone()
        ? StepOutcome.failed(
            "%s was stopped, and runs after it was configured; a configure command must not start or restart the server, as an Ansible handler does"
                .formatted(node))
        : acted;
  }

  StepOutcome start(Node node) {
    confirmStores.run();
    confirmLock.run();
    stopped.remove(node);
    return probed(node, driver.start(node), NodeState.RUNNING);
  }

  /** Probes soon after a command, so that one that ends with 0 but did nothing fails early. */
  private StepOutcome probed(Node node, StepOutcome acted, NodeState wanted) {
    if (!acted.isDone() || !driver.canProbe(node)) {
      return acted;
    }
    long until = System.nanoTime() + PROBE_NANOS;
    while (true) {
      StepOutcome seen = driver.probe(node, wanted);
      if (seen.isDone()) {
        return acted;
      }
      if (System.nanoTime() - until >= 0) {
        return StepOutcome.failed(
            "the driver reports that it %s %s, but after 5 s its probe reports: %s; a command must end only when it has done its work"
                .formatted(
                    wanted == NodeState.STOPPED ? "stopped" : "started", node, describe(seen)));
      }
      pause();
    }
  }

  private static void pause() {
    try {
      TimeUnit.MILLISECONDS.sleep(PROBE_PAUSE_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StepFailedException("interrupted while waiting for a probe", e);
    }
  }

  private static String describe(StepOutcome outcome) {
    return outcome instanceof StepOutcome.NotYet notYet
        ? notYet.reason()
        : outcome instanceof StepOutcome.Failed failed ? failed.cause() : outcome.toString();
  }

  RestartDriver driver() {
    return driver;
  }

  /** Does it for all nodes, at once if the driver can; waits until each is done. */
  void each(Deadline deadline, String what, List<Node> nodes, Function<Node, StepOutcome> ask) {
    Set<Node> left = new LinkedHashSet<>(nodes);
    ExecutorService threads =
        Executors.newFixedThreadPool(
            atOnce ? Math.max(1, Math.min(nodes.size(), MOST_AT_ONCE)) : 1);
    try {
      deadline.until(
          what,
          () -> {
            List<Node> asked = new ArrayList<>(left);
            List<CompletableFuture<StepOutcome>> answers = new ArrayList<>();
            for (Node node : asked) {
              answers.add(CompletableFuture.supplyAsync(() -> ask.apply(node), threads));
            }
            StepOutcome worst = StepOutcome.done(what);
            for (int i = 0; i < asked.size(); i++) {
              StepOutcome outcome = join(answers.get(i));
              if (outcome.isDone()) {
                left.remove(asked.get(i));
              } else if (!(worst instanceof StepOutcome.Failed)) {
                worst = outcome;
              }
            }
            return worst;
          });
    } finally {
      end(threads);
    }
  }

  /** Waits for interrupted commands to end, so that none runs beside a later, opposite one. */
  private static void end(ExecutorService threads) {
    threads.shutdownNow();
    boolean interrupted = Thread.interrupted();
    try {
      if (!threads.awaitTermination(CUT_OFF_SECONDS, TimeUnit.SECONDS)) {
        LOG.atWarn().log("a driver command that was cut off is still running");
      }
    } catch (InterruptedException e) {
      interrupted = true;
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private static StepOutcome join(CompletableFuture<StepOutcome> answer) {
    try {
      return answer.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StepFailedException("interrupted while waiting for a driver command", e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      if (e.getCause() instanceof Error cause) {
        throw cause;
      }
      throw new IllegalStateException(e);
    }
  }
}
