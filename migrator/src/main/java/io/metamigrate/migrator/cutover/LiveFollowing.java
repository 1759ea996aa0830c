package io.metamigrate.migrator.cutover;

import io.metamigrate.migrator.follow.Barrier;
import io.metamigrate.verifier.store.StoreException;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.BlockingDeque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingDeque;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows ZooKeeper in a thread of its own. A failed store is retried, and a barrier requested
 * meanwhile waits for at most the timeout. What a follower remembers of its keys is void once a
 * store has failed, since a write whose answer was lost looks foreign: the next one begins with the
 * history of etcd. Safe for use by several threads.
 */
final class LiveFollowing implements Following {
  private static final Logger LOG = LoggerFactory.getLogger(LiveFollowing.class);
  private static final Duration STEP_WAIT = Duration.ofMillis(100);
  private static final Duration RETRY_PAUSE = Duration.ofMillis(500);

  /** A follower, from its beginning to its first failure. */
  interface OpenFollower extends AutoCloseable {
    void step(Duration wait) throws InterruptedException;

    Barrier barrier() throws InterruptedException;

    OptionalLong largestLedger();

    @Override
    void close();
  }

  private final Supplier<OpenFollower> beginning;
  private final Thread thread;
  private final Duration timeout;
  private final BlockingDeque<PendingBarrier> asked = new LinkedBlockingDeque<>();
  private volatile boolean closed;
  private volatile Optional<String> failure = Optional.empty();
  private volatile OptionalLong largestLedger = OptionalLong.empty();
  private @Nullable OpenFollower follower;

  /** A barrier that is waited for. */
  private record PendingBarrier(CompletableFuture<Barrier> answer, long until) {}

  /**
   * Begins to follow; the first beginning is made here, so that its failure is the caller's.
   *
   * @param beginning makes a follower that knows nothing yet
   * @param timeout how long a barrier outlasts the failures of a store
   */
  LiveFollowing(Supplier<OpenFollower> beginning, Duration timeout) {
    this.beginning = beginning;
    this.timeout = timeout;
    this.follower = beginning.get();
    this.thread = new Thread(this::run, "cutover-follower");
    this.thread.setDaemon(true);
    this.thread.start();
  }

  /** Follows with what that opens. */
  static Following of(FollowerSource source, Duration timeout) {
    return new LiveFollowing(source, timeout);
  }

  private void run() {
    try {
      while (!closed) {
        runOnce();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      failure = Optional.of(String.valueOf(e.getMessage()));
      LOG.atError().addKeyValue("cause", e.getMessage()).log("following ends");
    } finally {
      closed = true;
      closeFollower();
      asked.forEach(one -> one.answer().completeExceptionally(ended()));
    }
  }

  private void runOnce() throws InterruptedException {
    PendingBarrier wanted = asked.poll();
    try {
      OpenFollower now = follower;
      if (now == null) {
        now = beginning.get();
        follower = now;
      }
      if (wanted != null) {
        Barrier barrier = now.barrier();
        observe(now.largestLedger());
        wanted.answer().complete(barrier);
      } else {
        now.step(STEP_WAIT);
      }
    } catch (StoreException e) {
      closeFollower();
      if (wanted != null && System.nanoTime() < wanted.until()) {
        asked.addFirst(wanted);
      } else if (wanted != null) {
        wanted.answer().completeExceptionally(e);
      }
      LOG.atWarn().addKeyValue("cause", e.getMessage()).log("following is retried");
      Thread.sleep(RETRY_PAUSE.toMillis());
    } catch (RuntimeException e) {
      if (wanted != null) {
        wanted.answer().completeExceptionally(e);
      }
      throw e;
    }
  }

  private void closeFollower() {
    if (follower != null) {
      observe(follower.largestLedger());
      follower.close();
      follower = null;
    }
  }

  /** A ledger that is deleted meanwhile has used its id all the same. */
  private void observe(OptionalLong largest) {
    if (largest.orElse(-1) > largestLedger.orElse(-1)) {
      largestLedger = largest;
    }
  }

  @Override
  public Barrier barrier() {
    CompletableFuture<Barrier> wanted = new CompletableFuture<>();
    asked.add(new PendingBarrier(wanted, System.nanoTime() + timeout.toNanos()));
    if (closed && !wanted.isDone()) {
      throw ended();
    }
    try {
      return wanted.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StepFailedException("interrupted while waiting for ZooKeeper's last changes", e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw new IllegalStateException(e);
    }
  }

  private StepFailedException ended() {
    return new StepFailedException(
        "etcd no longer follows ZooKeeper: " + failure.orElse("it was stopped"));
  }

  @Override
  public OptionalLong largestLedger() {
    return largestLedger;
  }

  @Override
  public Optional<String> failure() {
    return failure;
  }

  @Override
  public void close() {
    closed = true;
    thread.interrupt();
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
