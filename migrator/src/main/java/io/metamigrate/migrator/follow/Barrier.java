package io.metamigrate.migrator.follow;

import io.metamigrate.verifier.store.Revision;
import io.metamigrate.verifier.store.Zxid;

/**
 * Proof that everything that ZooKeeper had committed when it was asked for is applied.
 *
 * @param zxid the highest seen
 * @param revision of the last own write
 */
public record Barrier(Zxid zxid, Revision revision) {}
