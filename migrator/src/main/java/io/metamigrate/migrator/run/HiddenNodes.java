package io.metamigrate.migrator.run;

import io.metamigrate.migrator.config.Configuration;
import io.metamigrate.migrator.control.HealthMonitor;
import io.metamigrate.migrator.plan.Finding;
import io.metamigrate.migrator.plan.SourceRights;
import io.metamigrate.verifier.store.PathIndex;
import io.metamigrate.verifier.store.TreeListing;
import io.metamigrate.verifier.store.Unreadable;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/**
 * Looks for znodes that the daemon may not read, in sessions of its own. ZooKeeper delivers no
 * events of them, so that no barrier covers them. Safe for use by several threads; one look at a
 * time.
 */
final class HiddenNodes {
  private final Supplier<Look> listing;
  private final HealthMonitor health;
  private final ReentrantLock looking = new ReentrantLock();

  HiddenNodes(Configuration configuration, StoreIdentity identity, HealthMonitor health) {
    this(() -> list(configuration, identity), health);
  }

  HiddenNodes(Supplier<Look> listing, HealthMonitor health) {
    this.listing = listing;
    this.health = health;
  }

  /** What a look at the whole tree found. */
  record Look(Unreadable hidden, long readable) {}

  /** Lists the tree, and reports what may not be read. */
  Look look() {
    looking.lock();
    try {
      Look look = listing.get();
      if (look.hidden().count() > 0) {
        health.unreadable(look.hidden().count(), look.hidden().first());
      }
      return look;
    } finally {
      looking.unlock();
    }
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
   * Looks, for one whose claim is about every node. A look that is under way may have passed that
   * node already, and a second one would burden ZooKeeper.
   *
   * @return false if another look is under way; then nothing is known
   * @throws BlockedException if one may not be read
   */
  boolean refuse() {
    if (!looking.tryLock()) {
      return false;
    }
    try {
      List<Finding> hidden = SourceRights.findings(look().hidden());
      if (!hidden.isEmpty()) {
        throw new BlockedException(hidden);
      }
      return true;
    } finally {
      looking.unlock();
    }
  }

  /** Whether nodes were hidden since everything was last compared. */
  boolean wereHidden() {
    return health.isUnreadable();
  }
}
