package io.metamigrate.migrator.follow;

import io.metamigrate.verifier.catalog.Action;
import io.metamigrate.verifier.catalog.Catalogue;
import io.metamigrate.verifier.diff.Comparer;
import io.metamigrate.verifier.diff.Comparison;
import io.metamigrate.verifier.store.EtcdEntry;
import io.metamigrate.verifier.store.Pair;
import io.metamigrate.verifier.store.Revision;
import io.metamigrate.verifier.store.Scope;
import io.metamigrate.verifier.store.ZkPath;
import java.util.Optional;
import java.util.Set;

/**
 * The settings of a follower.
 *
 * @param knownRevision up to this revision the history of etcd holds nothing foreign; a key that is
 *     newer must be one that this follower wrote
 * @param suspect present if a part of the history was compacted: a key from there that differs from
 *     ZooKeeper stops the run
 * @param accepted keys whose foreign change the operator has accepted
 * @param exactVersions whether each key is to have the version that the znode's changes give it
 * @param beforeDeletion asked before a comparison deletes
 */
public record FollowSettings(
    Scope scope,
    Revision knownRevision,
    Optional<SuspectRevisions> suspect,
    Set<ZkPath> accepted,
    boolean exactVersions,
    DeletionCheck beforeDeletion) {
  /**
   * Revisions above the first and up to the second, whose owner the history does not show.
   *
   * @param own those among them that are known to be the daemon's
   */
  public record SuspectRevisions(Revision after, Revision until, Set<Revision> own) {
    public SuspectRevisions {
      own = Set.copyOf(own);
    }

    /**
     * At which revision another writer must have put this key, if it must.
     *
     * @param accepted keys whose foreign change the operator has accepted
     */
    public Optional<Revision> foreign(Pair pair, Set<ZkPath> accepted) {
      return pair.target()
          .map(EtcdEntry::modRevision)
          .filter(revision -> covers(revision) && !isExempt(pair, accepted))
          .filter(revision -> Comparer.compare(pair) instanceof Comparison.Differs);
    }

    private boolean covers(Revision revision) {
      return revision.compareTo(after) > 0
          && revision.compareTo(until) <= 0
          && !own.contains(revision);
    }
  }

  public FollowSettings {
    accepted = Set.copyOf(accepted);
  }

  /** Whether it does not matter who wrote this key. */
  static boolean isExempt(Pair pair, Set<ZkPath> accepted) {
    // A component registers itself with a lease; a key without one belongs to no component.
    boolean registration =
        pair.target().filter(EtcdEntry::isLeased).isPresent()
            && !LiveChange.isFollowed(pair.path());
    return registration
        || accepted.contains(pair.path())
        || Catalogue.of(pair.path()).action() == Action.SEED;
  }
}
