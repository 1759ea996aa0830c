package io.metamigrate.migrator.run;

import io.metamigrate.migrator.config.Configuration;
import io.metamigrate.migrator.control.HealthMonitor;
import io.metamigrate.migrator.plan.Finding;
import io.metamigrate.migrator.plan.SourceRights;
import io.metamigrate.verifier.store.PathIndex;
import io.metamigrate.verifier.store.TreeListing;
import io.metamigrate.verifier.store.Unreadable;
import java.util.List;

/**
 * Looks for znodes that the daemon may not read, in sessions of its own. ZooKeeper delivers no
 * events of them, so that no barrier covers them. Safe for threads; one look at a time.
 */
final class HiddenNodes {
  private final Configuration configuration;
  private final StoreIdentity identity;
  private final HealthMonitor health;

  HiddenNodes(Configuration configuration, StoreIdentity identity, HealthMonitor health) {
    this.configuration = configuration;
    this.identity = identity;
    this.health = health;
  }

  /** What a look at the whole tree found. */
  record Look(Unreadable hidden, long readable) {}

  /** Lists the tree, and reports what may not be read. */
  synchronized Look look() {
    Unreadable found = new Unreadable();
    try (Stores stores = Stores.open(configuration, identity);
        PathIndex paths =
            new TreeListing(stores.znodes().recordingIn(found), listed -> {})
                .list(configuration.scope().toScope())) {
      if (found.count() > 0) {
        health.unreadable(found.count(), found.first());
      }
      return new Look(found, paths.size());
    }
  }

  /**
   * Looks, for one whose claim is about every node.
   *
   * @throws BlockedException if one may not be read
   */
  void refuse() {
    List<Finding> hidden = SourceRights.findings(look().hidden());
    if (!hidden.isEmpty()) {
      throw new BlockedException(hidden);
    }
  }

  /** Whether nodes were hidden since everything was last compared. */
  boolean wereHidden() {
    return health.isUnreadable();
  }
}
