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
 * Looks for znodes that the daemon may not read, in sessions of its own. ZooKeeper delivers no
 * events of them, so that no barrier covers them. Safe for use by several threads.
 */
final class HiddenNodes {
  private final Supplier<Look> listing;
  private final HealthMonitor health;
  private Optional<CompletableFuture<Look>> underWay = Optional.empty();

  HiddenNodes(Configuration configuration, StoreIdentity identity, HealthMonitor health) {
    this(() -> list(configuration, identity), health);
  }

  HiddenNodes(Supplier<Look> listing, HealthMonitor health) {
    this.listing = listing;
    this.health = health;
  }

  /** What a look at the whole tree found. */
  record Look(Unreadable hidden, long readable) {}

  /**
   * Lists the tree, and reports what may not be read.
   *
   * @throws BlockedException if ZooKeeper is not the one of the move
   */
  Look look() {
    Look look = listing.get();
    if (look.hidden().count() > 0) {
      health.unreadable(look.hidden().count(), look.hidden().first());
    }
    return look;
  }

  private static Look list(Configuration configuration, StoreIdentity identity) {
    Unreadable found = new Unreadable();
    try (Stores stores = Stores.open(configuration, identity);
        PathIndex paths =
            new TreeListing(stores.znodes().recordingIn(found), listed -> {})
                .list(configuration.scope().toScope())) {
      return new Look(found, paths.size());
    }
  }

  /**
   * Looks, for one whose claim is about every node. A look at a large tree takes longer than a
   * request may: it continues, and who asks again gets its result.
   *
   * @return false if the look has not ended in time; then nothing is known
   * @throws BlockedException if a node may not be read
   */
  boolean refuse(Duration timeout) throws InterruptedException {
    CompletableFuture<Look> look = begun();
    try {
      List<Finding> hidden =
          SourceRights.findings(look.get(timeout.toMillis(), TimeUnit.MILLISECONDS).hidden());
      if (!hidden.isEmpty()) {
        throw new BlockedException(hidden);
      }
      return true;
    } catch (TimeoutException e) {
      return false;
    } catch (ExecutionException e) {
      throw e.getCause() instanceof RuntimeException cause ? cause : new CompletionException(e);
    } finally {
      forget(look);
    }
  }

  /** One look at a time, since each lists the whole tree. */
  private synchronized CompletableFuture<Look> begun() {
    CompletableFuture<Look> look =
        underWay.orElseGet(() -> CompletableFuture.supplyAsync(this::look, HiddenNodes::start));
    underWay = Optional.of(look);
    return look;
  }

  private static void start(Runnable look) {
    Thread thread = new Thread(look, "hidden-nodes");
    thread.setDaemon(true);
    thread.start();
  }

  private synchronized void forget(CompletableFuture<Look> look) {
    if (look.isDone() && underWay.equals(Optional.of(look))) {
      underWay = Optional.empty();
    }
  }

  /** Whether nodes were hidden since everything was last compared. */
  boolean wereHidden() {
    return health.isUnreadable();
  }
}
