package io.metamigrate.migrator.run;

import io.metamigrate.migrator.config.Configuration;
import io.metamigrate.migrator.follow.DeletionCheck;
import io.metamigrate.migrator.phase.MassDeletion;
import io.metamigrate.verifier.store.ZkPath;
import java.util.Set;

/**
 * Checks, before a comparison deletes, that both stores are the expected ones and that no large
 * part of the tree would go, unless that was accepted. An acceptance holds for the first
 * comparison. Safe for use by several threads.
 */
public final class DeletionGuard implements DeletionCheck {
  private final Stores stores;
  private final MassDeletion limit;
  private boolean accepted;

  /**
   * Prepares.
   *
   * @param accepted ids that the operator has accepted for this process
   */
  public DeletionGuard(Stores stores, Configuration configuration, Set<String> accepted) {
    this.stores = stores;
    this.limit = new MassDeletion(configuration.copy().maxDeleteShare());
    this.accepted = accepted.contains(MassDeletion.ID);
  }

  @Override
  public void check(long deletions, long tree, ZkPath first) {
    stores.identity().confirm(stores);
    if (!accepted) {
      limit
          .check(deletions, tree, "etcd", first.value())
          .ifPresent(
              mismatch -> {
                throw BlockedException.of(mismatch);
              });
    }
  }

  @Override
  public void compared() {
    accepted = false;
  }
}
