package io.metamigrate.migrator.cutover;

import io.metamigrate.migrator.config.SourceConfig;
import io.metamigrate.migrator.phase.Checkpoint;
import io.metamigrate.verifier.store.EtcdEntry;
import io.metamigrate.verifier.store.Pair;
import io.metamigrate.verifier.store.Revision;
import io.metamigrate.verifier.store.ZkPath;
import io.metamigrate.verifier.store.Zxid;
import java.util.Set;

/**
 * A configuration store that other clusters kept using after this one had left it. A rollback
 * writes there only what this cluster changed on etcd, and leaves alone what others changed. Pure.
 *
 * @param mark what is newer there was written by others
 * @param commit etcd's revision at the commit; what is newer was written by this cluster
 * @param theirs what others wrote before the mark
 */
record SharedConfigurationStore(Zxid mark, Revision commit, Set<ZkPath> theirs) {
  SharedConfigurationStore {
    theirs = Set.copyOf(theirs);
  }

  /** The id of the plan's blocker for it. */
  private static final String FINDING = "CONFIGURATION_STORE_SHARED";

  /** Whether the operator declared that other clusters use the configuration store. */
  static boolean isAccepted(SourceConfig source, Checkpoint checkpoint) {
    return source.acceptSharedConfiguration() || checkpoint.accepted().contains(FINDING);
  }

  /** Whose the difference is. */
  enum ChangeOrigin {
    LOCAL,
    REMOTE,
    CONFLICT
  }

  /**
   * Of a pair whose sides differ. A key that is missing on etcd and was written by others is
   * theirs: whether this cluster ever had it cannot be determined, and nothing is lost by leaving
   * it.
   */
  ChangeOrigin of(Pair pair) {
    boolean changedRemotely =
        theirs.contains(pair.path())
            || pair.source().map(znode -> znode.mzxid().compareTo(mark) > 0).orElse(true);
    boolean changedHere =
        pair.target()
            .map(EtcdEntry::modRevision)
            .filter(at -> at.compareTo(commit) > 0)
            .isPresent();
    if (pair.source().isEmpty()) {
      return changedHere ? ChangeOrigin.LOCAL : ChangeOrigin.REMOTE;
    }
    if (!changedRemotely) {
      return ChangeOrigin.LOCAL;
    }
    return changedHere ? ChangeOrigin.CONFLICT : ChangeOrigin.REMOTE;
  }
}
