package io.metamigrate.migrator.run;

import io.metamigrate.migrator.follow.Barrier;
import io.metamigrate.migrator.follow.Follower;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Who has asked for a barrier, and waits for the driver to reach it. A barrier answers only those who
 * had asked before it began. Safe for threads.
 */
final class Barriers {
  private final List<CompletableFuture<Barrier>> waiting = new ArrayList<>();

  /** The barrier, or empty where it is not reached in time; then ask again. */
  Optional<Barrier> await(Duration patience) throws InterruptedException {
    CompletableFuture<Barrier> reached = new CompletableFuture<>();
    synchronized (waiting) {
      waiting.add(reached);
    }
    try {
      return Optional.of(reached.get(patience.toMillis(), TimeUnit.MILLISECONDS));
    } catch (TimeoutException | ExecutionException e) {
      return Optional.empty();
    } finally {
      synchronized (waiting) {
        waiting.remove(reached);
      }
    }
  }

  /** For the driver: reaches a barrier where somebody waits for one. */
  void serve(Follower follower) throws InterruptedException {
    List<CompletableFuture<Barrier>> asked;
    synchronized (waiting) {
      asked = List.copyOf(waiting);
    }
    if (!asked.isEmpty()) {
      Barrier reached = follower.barrier();
      asked.forEach(one -> one.complete(reached));
    }
  }
}
