package io.metamigrate.migrator.follow;

import io.metamigrate.verifier.store.Revision;
import io.metamigrate.verifier.store.Scope;
import io.metamigrate.verifier.store.ZkPath;
import java.util.Optional;
import java.util.Set;

/**
 * What a follower goes by.
 *
 * @param knownUntil up to this revision the history of etcd holds nothing foreign; a key that is newer
 *     must be one that this follower wrote
 * @param suspectAfter present where the history between this revision and {@code knownUntil} was
 *     compacted: a key from there that differs from ZooKeeper stops the run
 * @param accepted keys whose foreign change the operator has accepted
 */
public record FollowSettings(
    Scope scope, Revision knownUntil, Optional<Revision> suspectAfter, Set<ZkPath> accepted) {
  public FollowSettings {
    accepted = Set.copyOf(accepted);
  }
}
