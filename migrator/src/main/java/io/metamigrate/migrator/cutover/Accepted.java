package io.metamigrate.migrator.cutover;

import io.metamigrate.verifier.store.ZkPath;
import java.util.Set;

/**
 * What the operator gives up by name.
 *
 * @param foreign keys on etcd that another writer changed and that ZooKeeper's value may replace
 * @param lateWrites znodes that another writer wrote to ZooKeeper after the fence and that may be
 *     lost
 */
public record Accepted(Set<ZkPath> foreign, Set<ZkPath> lateWrites) {
  /** Nothing is given up. */
  public static final Accepted NOTHING = new Accepted(Set.of(), Set.of());

  public Accepted {
    foreign = Set.copyOf(foreign);
    lateWrites = Set.copyOf(lateWrites);
  }
}
