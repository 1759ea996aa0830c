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
 * Who has asked for a barrier, and waits for the driver to reach it. A barrier answers only those
 * who had asked before it began. Safe for use by several threads.
 */
final class Barriers {
  /** One who has asked; known by identity. */
  private static final class BarrierRequest {
    private final CompletableFuture<Barrier> barrier = new CompletableFuture<>();
    private final boolean comparing;

    private BarrierRequest(boolean comparing) {
      this.comparing = comparing;
    }
  }

  private final List<BarrierRequest> waiting = new ArrayList<>();

  /** The barrier, or empty if it is not reached in time; then ask again. */
  Optional<Barrier> await(Duration timeout) throws InterruptedException {
    return await(timeout, false);
  }

  /** The same; before it answers, everything is compared if changes may have had no event. */
  Optional<Barrier> await(Duration timeout, boolean comparing) throws InterruptedException {
    BarrierRequest asked = new BarrierRequest(comparing);
    synchronized (waiting) {
      waiting.add(asked);
    }
    try {
      return Optional.of(asked.barrier.get(timeout.toMillis(), TimeUnit.MILLISECONDS));
    } catch (TimeoutException | ExecutionException e) {
      return Optional.empty();
    } finally {
      synchronized (waiting) {
        waiting.remove(asked);
      }
    }
  }

  /**
   * For the driver: reaches a barrier if a request waits for one. The counters are part of what
   * ZooKeeper has committed, so they are migrated before the barrier answers.
   */
  void serve(Follower follower, SeedWriter seedWriter) throws InterruptedException {
    List<BarrierRequest> all;
    synchronized (waiting) {
      all = List.copyOf(waiting);
    }
    if (!all.isEmpty()) {
      if (all.stream().anyMatch(asked -> asked.comparing)) {
        follower.markGap();
      }
      Barrier reached = follower.barrier();
      seedWriter.raise(follower.largestLedger());
      all.forEach(asked -> asked.barrier.complete(reached));
    }
  }
}
