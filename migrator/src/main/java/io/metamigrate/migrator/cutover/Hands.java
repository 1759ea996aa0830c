package io.metamigrate.migrator.cutover;

import io.metamigrate.migrator.restart.Node;
import io.metamigrate.migrator.restart.Outcome;
import io.metamigrate.migrator.restart.RestartDriver;
import io.metamigrate.migrator.restart.Settings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;

/**
 * The driver, used only by who holds the lock: etcd is asked right before each action, and again
 * where the answer is no longer fresh, as it is in a process that was frozen in between.
 */
final class Hands {
  private static final long FRESH_NANOS = Duration.ofSeconds(2).toNanos();
  private static final int MOST_AT_ONCE = 16;

  private final RestartDriver driver;
  private final Runnable confirmLock;
  private final boolean atOnce;

  /**
   * Guards a driver.
   *
   * @param atOnce whether several nodes may be handled at the same time
   */
  Hands(RestartDriver driver, Runnable confirmLock, boolean atOnce) {
    this.driver = driver;
    this.confirmLock = confirmLock;
    this.atOnce = atOnce;
  }

  Outcome stop(Node node) {
    confirm();
    return driver.stop(node);
  }

  Outcome configure(Node node, Settings settings) {
    confirm();
    return driver.configure(node, settings);
  }

  Outcome start(Node node) {
    confirm();
    return driver.start(node);
  }

  RestartDriver driver() {
    return driver;
  }

  /** Does it for all nodes, at once where the driver can; waits until it is so for each. */
  void each(Waiting waiting, String what, List<Node> nodes, Function<Node, Outcome> ask) {
    Set<Node> left = new LinkedHashSet<>(nodes);
    ExecutorService threads =
        Executors.newFixedThreadPool(
            atOnce ? Math.max(1, Math.min(nodes.size(), MOST_AT_ONCE)) : 1);
    try {
      waiting.until(
          what,
          () -> {
            List<Node> asked = new ArrayList<>(left);
            List<CompletableFuture<Outcome>> answers = new ArrayList<>();
            for (Node node : asked) {
              answers.add(CompletableFuture.supplyAsync(() -> ask.apply(node), threads));
            }
            Outcome worst = Outcome.done(what);
            for (int i = 0; i < asked.size(); i++) {
              Outcome outcome = join(answers.get(i));
              if (outcome.isDone()) {
                left.remove(asked.get(i));
              } else if (!(worst instanceof Outcome.Failed)) {
                worst = outcome;
              }
            }
            return worst;
          });
    } finally {
      threads.shutdownNow();
    }
  }

  private static Outcome join(CompletableFuture<Outcome> answer) {
    try {
      return answer.join();
    } catch (java.util.concurrent.CompletionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      if (e.getCause() instanceof Error cause) {
        throw cause;
      }
      throw e;
    }
  }

  private void confirm() {
    long asked;
    do {
      asked = System.nanoTime();
      confirmLock.run();
    } while (System.nanoTime() - asked > FRESH_NANOS);
  }
}
