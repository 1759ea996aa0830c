package io.metamigrate.migrator.cutover;

import io.metamigrate.verifier.decode.LedgerPaths;
import io.metamigrate.verifier.store.ZkPath;
import io.metamigrate.verifier.store.Znode;
import io.metamigrate.verifier.store.Zxid;
import java.util.List;
import java.util.Set;

/**
 * What a copy from etcd must not delete from ZooKeeper unasked: ledgers that another writer created
 * there after the fence. Their entries were acknowledged, and etcd has never known them. Pure.
 *
 * @param since what was created at a later zxid is late
 * @param accepted ledgers that the operator gives up by name
 */
record LateDeletion(Zxid since, Set<ZkPath> accepted) {
  LateDeletion {
    accepted = Set.copyOf(accepted);
  }

  boolean isRefused(Znode deleted) {
    return LedgerPaths.ledgerOf(deleted.path().value()).isPresent()
        && deleted.czxid().compareTo(since) > 0
        && !accepted.contains(deleted.path());
  }

  static StepFailedException refused(List<ZkPath> ledgers) {
    return new StepFailedException(
        "%d ledgers were created in ZooKeeper after the fence, and the copy from etcd would delete them; nothing was deleted. The first is %s. Find the broker that created them, save what you need, then accept the loss of each with %s"
            .formatted(ledgers.size(), ledgers.get(0), LateLedgers.options(ledgers)));
  }
}
