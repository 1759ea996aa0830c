package io.metamigrate.migrator.follow;

import io.metamigrate.verifier.store.ZooKeeperConnection;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * For servers before 3.6, which know no recursive watches ({@code OpCode.addWatch}): everything is
 * compared again and again. Each comparison is a gap. Pauses as long as the last comparison took,
 * so that the server is read half of the time at most, but never longer than {@value
 * #MAX_REST_SECONDS} seconds. For one thread.
 */
final class ScanFeed implements ChangeFeed {
  private static final long MAX_REST_SECONDS = 5;

  private final List<ZooKeeperConnection> connections;
  private boolean due = true;
  private long began = System.nanoTime();

  ScanFeed(List<ZooKeeperConnection> connections) {
    this.connections = List.copyOf(connections);
  }

  @Override
  public List<ChangedPath> take(int most, Duration wait) throws InterruptedException {
    long rest = Math.max(wait.toNanos(), System.nanoTime() - began);
    TimeUnit.NANOSECONDS.sleep(Math.min(rest, TimeUnit.SECONDS.toNanos(MAX_REST_SECONDS)));
    due = true;
    return List.of();
  }

  @Override
  public boolean takeGap() {
    boolean now = due;
    due = false;
    began = now ? System.nanoTime() : began;
    return now;
  }

  @Override
  public void markGap() {
    due = true;
  }

  @Override
  public long waiting() {
    return 0;
  }

  /** A comparison that begins after this finds everything that was committed before. */
  @Override
  public void catchUp() {
    connections.forEach(Sync::await);
  }

  @Override
  public void close() {
    // Nothing was opened.
  }
}
