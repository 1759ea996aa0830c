package io.metamigrate.migrator.follow;

import io.metamigrate.verifier.store.Revision;
import io.metamigrate.verifier.store.Zxid;

/**
 * One row of the version map: what ZooKeeper had when the key was last written or seen to be the
 * same, and what etcd had then.
 *
 * @param version ZooKeeper's data version
 * @param keyVersion etcd's version of the key
 */
public record Tracked(Zxid mzxid, int version, Revision modRevision, long keyVersion) {}
