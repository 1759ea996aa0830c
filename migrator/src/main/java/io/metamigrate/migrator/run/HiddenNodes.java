package io.metamigrate.migrator.run;

import io.metamigrate.migrator.config.Configuration;
import io.metamigrate.migrator.control.HealthMonitor;
import io.metamigrate.migrator.plan.Finding;
import io.metamigrate.migrator.plan.SourceRights;
import io.metamigrate.verifier.store.PathIndex;
import io.metamigrate.verifier.store.TreeListing;
import io.metamigrate.verifier.store.Unreadable;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/**
 * Finds znodes that the daemon may not read, in sessions of its own. ZooKeeper delivers no events
 * of them (NIOServerCnxn.process, 3.9.3), so that no barrier covers them. Safe for use by several
 * threads.
 */
final class HiddenNodes {
  private final Supplier<ScanResult> scanner;
  private final HealthMonitor health;
  private Optional<CompletableFuture<ScanResult>> running = Optional.empty();

  HiddenNodes(Configuration configuration, StoreIdentity identity, HealthMonitor health) {
    this(() -> list(configuration, identity), health);
  }

  HiddenNodes(Supplier<ScanResult> scanner, HealthMonitor health) {
    this.scanner = scanner;
    this.health = health;
  }

  /** What a scan of the whole tree found. */
  record ScanResult(Unreadable hidden, long readable) {}

  /**
   * Lists the tree, and reports what may not be read.
   *
   * @throws BlockedException if ZooKeeper is not the one of the move
   */
  ScanResult scan() {
    ScanResult scan = scanner.get();
    if (scan.hidden().count() > 0) {
      health.unreadable(scan.hidden().count(), scan.hidden().first());
    }
    return scan;
  }

  private static ScanResult list(Configuration configuration, StoreIdentity identity) {
    Unreadable found = new Unreadable();
    try (Stores stores = Stores.open(configuration, identity);
        PathIndex paths =
            new TreeListing(stores.znodes().recordingIn(found), listed -> {})
                .list(configuration.scope().toScope())) {
      return new ScanResult(found, paths.size());
    }
  }

  /**
   * Requires that no node is hidden, for a caller whose claim covers every node. A scan of a large
   * tree takes longer than a request may: it continues, and the next call gets its result.
   *
   * @return false if the scan has not ended in time; then nothing is known
   * @throws BlockedException if a node may not be read
   */
  boolean requireNone(Duration timeout) throws InterruptedException {
    CompletableFuture<ScanResult> scan = begun();
    try {
      List<Finding> hidden =
          SourceRights.findings(scan.get(timeout.toMillis(), TimeUnit.MILLISECONDS).hidden());
      if (!hidden.isEmpty()) {
        throw new BlockedException(hidden);
      }
      return true;
    } catch (TimeoutException e) {
      return false;
    } catch (ExecutionException e) {
      throw e.getCause() instanceof RuntimeException cause ? cause : new CompletionException(e);
    } finally {
      forget(scan);
    }
  }

  /** One scan at a time, since each lists the whole tree. */
  private synchronized CompletableFuture<ScanResult> begun() {
    CompletableFuture<ScanResult> scan =
        running.orElseGet(() -> CompletableFuture.supplyAsync(this::scan, HiddenNodes::start));
    running = Optional.of(scan);
    return scan;
  }

  private static void start(Runnable scan) {
    Thread thread = new Thread(scan, "hidden-nodes");
    thread.setDaemon(true);
    thread.start();
  }

  private synchronized void forget(CompletableFuture<ScanResult> scan) {
    if (scan.isDone() && running.equals(Optional.of(scan))) {
      running = Optional.empty();
    }
  }

  /** Whether nodes were hidden since everything was last compared. */
  boolean wereHidden() {
    return health.isUnreadable();
  }
}
