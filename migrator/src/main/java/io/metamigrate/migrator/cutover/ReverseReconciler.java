package io.metamigrate.migrator.cutover;

import io.metamigrate.migrator.cutover.fence.ZnodeWrite;
import io.metamigrate.verifier.catalog.Action;
import io.metamigrate.verifier.catalog.Catalogue;
import io.metamigrate.verifier.catalog.Family;
import io.metamigrate.verifier.store.EtcdEntry;
import io.metamigrate.verifier.store.Pair;
import io.metamigrate.verifier.store.Znode;
import java.util.Optional;

/**
 * The change that makes a path on ZooKeeper equal to etcd; the inverse of the reconciler, by the
 * same catalogue. Pure.
 */
final class ReverseReconciler {
  private ReverseReconciler() {}

  /** Empty if both are equal, the path is not copied, or ZooKeeper cannot have it. */
  static Optional<ZnodeWrite> change(Pair pair) {
    Optional<EtcdEntry> target = pair.target();
    Optional<Znode> source = pair.source();
    if (!isMoved(pair) || !pair.path().isLegalZnode()) {
      return Optional.empty();
    }
    if (target.isEmpty()) {
      return source.map(znode -> new ZnodeWrite.Delete(znode.path(), znode.version()));
    }
    if (source.isEmpty()) {
      return Optional.of(new ZnodeWrite.Create(pair.path(), target.get().data(), false));
    }
    return source.get().data().equals(target.get().data())
        ? Optional.empty()
        : Optional.of(new ZnodeWrite.Set(pair.path(), target.get().data(), source.get().version()));
  }

  /** Whether etcd has a key that is copied and whose name no znode can have. */
  static boolean isImpossible(Pair pair) {
    return isMoved(pair) && !pair.path().isLegalZnode();
  }

  private static boolean isMoved(Pair pair) {
    return isCarried(pair)
        && pair.target().filter(EtcdEntry::isLeased).isEmpty()
        && pair.source().filter(Znode::isEphemeral).isEmpty();
  }

  /** Whether ZooKeeper has a node here that is carried. */
  static boolean isOnZooKeeper(Pair pair) {
    return isCarried(pair) && pair.source().filter(znode -> !znode.isEphemeral()).isPresent();
  }

  /** Directories of ledgers are left to ZooKeeper, which makes them and reaps them. */
  private static boolean isCarried(Pair pair) {
    Family family = Catalogue.of(pair.path());
    return switch (family.action()) {
      case COPY -> true;
      case SEED -> false;
      case SKIP ->
          family.structural() && pair.target().filter(entry -> !entry.data().isEmpty()).isPresent();
    };
  }

  /** Whether the daemon may write this path in a reverse migration. */
  static boolean mayWrite(io.metamigrate.verifier.store.ZkPath path) {
    Family family = Catalogue.of(path);
    return family.action() == Action.COPY || family.structural();
  }
}
