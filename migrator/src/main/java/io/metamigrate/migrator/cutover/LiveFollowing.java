package io.metamigrate.migrator.cutover;

import io.metamigrate.migrator.follow.Barrier;
import io.metamigrate.migrator.follow.Follower;
import io.metamigrate.verifier.store.StoreException;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.LinkedBlockingQueue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A follower with a thread of its own; a store that fails is tried again until a barrier asks. */
final class LiveFollowing implements Following {
  private static final Logger LOG = LoggerFactory.getLogger(LiveFollowing.class);
  private static final Duration TURN = Duration.ofMillis(100);
  private static final Duration AFTER_TROUBLE = Duration.ofMillis(500);

  private final Follower follower;
  private final Thread thread;
  private final BlockingQueue<CompletableFuture<Barrier>> asked = new LinkedBlockingQueue<>();
  private volatile boolean closed;
  private volatile Optional<String> failure = Optional.empty();
  private volatile OptionalLong largestLedger = OptionalLong.empty();

  LiveFollowing(Follower follower) {
    this.follower = follower;
    this.thread = new Thread(this::run, "cutover-follower");
    this.thread.setDaemon(true);
    this.thread.start();
  }

  private void run() {
    try {
      while (!closed) {
        turn();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      failure = Optional.of(String.valueOf(e.getMessage()));
      LOG.atError().addKeyValue("cause", e.getMessage()).log("following ends");
    } finally {
      closed = true;
      follower.close();
      asked.forEach(one -> one.completeExceptionally(ended()));
    }
  }

  private void turn() throws InterruptedException {
    CompletableFuture<Barrier> wanted = asked.poll();
    try {
      if (wanted != null) {
        Barrier barrier = follower.barrier();
        largestLedger = follower.largestLedger();
        wanted.complete(barrier);
      } else {
        follower.step(TURN);
      }
    } catch (StoreException e) {
      if (wanted != null) {
        wanted.completeExceptionally(e);
      }
      LOG.atWarn().addKeyValue("cause", e.getMessage()).log("following tries again");
      Thread.sleep(AFTER_TROUBLE.toMillis());
    } catch (RuntimeException e) {
      if (wanted != null) {
        wanted.completeExceptionally(e);
      }
      throw e;
    }
  }

  @Override
  public Barrier barrier() {
    CompletableFuture<Barrier> wanted = new CompletableFuture<>();
    asked.add(wanted);
    if (closed && !wanted.isDone()) {
      throw ended();
    }
    try {
      return wanted.join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw e;
    }
  }

  private StepFailedException ended() {
    return new StepFailedException(
        "etcd does not follow ZooKeeper any more: " + failure.orElse("it was stopped"));
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
