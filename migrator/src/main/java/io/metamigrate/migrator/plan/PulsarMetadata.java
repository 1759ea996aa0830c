package io.metamigrate.migrator.plan;

import io.metamigrate.verifier.catalog.Catalogue;
import io.metamigrate.verifier.catalog.Family;
import io.metamigrate.verifier.store.ZkPath;

/** Whether there is anything to move. */
public final class PulsarMetadata {
  public static final String ID = "NO_PULSAR_METADATA";

  private PulsarMetadata() {}

  /** Whether this path is Pulsar's or BookKeeper's. */
  public static boolean holds(ZkPath path) {
    Family family = Catalogue.of(path);
    return family.isKnown() && family.owner() != Family.Owner.ZOOKEEPER;
  }

  /** For a ZooKeeper in which no such path is. */
  public static Finding missing(String connect) {
    return Finding.blocker(
        ID,
        connect,
        "there is no Pulsar or BookKeeper metadata at %s: /ledgers, /managed-ledgers and /admin are all missing"
            .formatted(connect),
        "check the address and above all the chroot after the last port");
  }
}
