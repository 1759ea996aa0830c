package io.metamigrate.migrator.cutover;

import io.metamigrate.verifier.catalog.Catalogue;
import io.metamigrate.verifier.store.EtcdEntry;
import io.metamigrate.verifier.store.EtcdReader;
import io.metamigrate.verifier.store.ZkPath;
import java.util.Optional;

/**
 * The ledgers that BookKeeper's auditor lists as lacking a copy, one node for each
 * (ZkLedgerUnderreplicationManager).
 */
final class UnderReplicatedLedgers {
  /** Below it they are, some levels deep. */
  static final ZkPath ROOT = Catalogue.LEDGERS.child("underreplication").child("ledgers");

  /** How the name of each begins. */
  static final String MARK = "urL";

  private UnderReplicatedLedgers() {}

  /** The first on etcd, if any is listed there. */
  static Optional<ZkPath> onEtcd(EtcdReader keys) {
    return keys.range(ROOT + "/", ROOT + "0", Optional.empty()).stream()
        .map(EtcdEntry::path)
        .filter(path -> path.name().startsWith(MARK))
        .findFirst();
  }
}
