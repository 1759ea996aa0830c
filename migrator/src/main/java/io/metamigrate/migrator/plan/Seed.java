package io.metamigrate.migrator.plan;

import io.metamigrate.migrator.replay.VersionGoal;
import io.metamigrate.verifier.store.ZkPath;
import java.util.List;

/**
 * A counter that is migrated.
 *
 * @param path the parent of sequential nodes that it is about
 * @param nextId what etcd will give next
 * @param strategy long or exact
 * @param keys what is put, and up to which version
 */
public record Seed(ZkPath path, long nextId, String strategy, List<VersionGoal> keys) {
  public Seed {
    keys = List.copyOf(keys);
  }
}
