package io.metamigrate.migrator.cutover;

import io.metamigrate.verifier.catalog.PulsarVersion;
import io.metamigrate.verifier.store.Store;

/**
 * How the cookie of a bookie that was decommissioned is deleted. BookKeeper's shell has {@code
 * cookie_delete} (DeleteCookieCommand, 4.14.4), so every release of Pulsar that can be moved has it
 * for ZooKeeper. On etcd it needs Pulsar's metadata drivers, which its tools have where
 * AutoRecovery runs on etcd.
 */
final class CookieRemoval {
  private CookieRemoval() {}

  /** The command, with {@code %s} for the bookie's id. */
  static String command(PulsarVersion version, Store side) {
    if (side == Store.ETCD && !version.autoRecoveryRunsOnEtcd()) {
      return "`etcdctl del /ledgers/cookies/%s`";
    }
    return "`bin/bookkeeper shell cookie_delete %s`"
        + (side == Store.ETCD ? " with metadataServiceUri of etcd" : "");
  }
}
