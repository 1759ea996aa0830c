package io.metamigrate.migrator.follow;

import io.metamigrate.verifier.store.Ensemble;
import io.metamigrate.verifier.store.Revision;
import io.metamigrate.verifier.store.Znode;
import io.metamigrate.verifier.store.Zxid;

/**
 * One row of the version map: what ZooKeeper had when the key was last written or seen to be the
 * same, and what etcd had then.
 *
 * @param ensemble whose zxid it is
 * @param version ZooKeeper's data version
 * @param keyVersion etcd's version of the key
 */
record TrackedKey(
    Zxid mzxid, Ensemble ensemble, int version, Revision modRevision, long keyVersion) {

  static TrackedKey of(Znode znode, Revision modRevision, long keyVersion) {
    return new TrackedKey(
        znode.mzxid(), znode.ensemble(), znode.version(), modRevision, keyVersion);
  }

  /** Whether this is not newer than what was applied, so that it has been seen already. */
  boolean covers(Znode znode) {
    return znode.ensemble() == ensemble && znode.mzxid().compareTo(mzxid) <= 0;
  }
}
