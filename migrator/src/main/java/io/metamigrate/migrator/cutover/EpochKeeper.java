package io.metamigrate.migrator.cutover;

import io.metamigrate.migrator.cutover.fence.GuardedZooKeeper;
import io.metamigrate.migrator.cutover.fence.ZnodeWrite;
import io.metamigrate.migrator.phase.Epoch;
import io.metamigrate.migrator.phase.MoveIdentity;
import io.metamigrate.migrator.replay.Authority;
import io.metamigrate.migrator.replay.StateStore;
import io.metamigrate.migrator.run.Stores;
import io.metamigrate.verifier.store.Ensemble;
import io.metamigrate.verifier.store.NodeData;
import io.metamigrate.verifier.store.SourceSnapshot;
import io.metamigrate.verifier.store.Store;
import io.metamigrate.verifier.store.StoreException;
import io.metamigrate.verifier.store.Znode;
import io.metamigrate.verifier.store.ZnodeReader;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.apache.zookeeper.KeeperException.Code;

/**
 * Records on both stores which of them is authoritative, right before the first broker's start on
 * it. Each change raises the epoch, on etcd first: an etcd whose epoch is below ZooKeeper's was
 * restored from an older backup. Safe to repeat.
 */
final class EpochKeeper {
  private final CutoverContext context;

  EpochKeeper(CutoverContext context) {
    this.context = context;
  }

  void pass(Store authority) {
    Stores stores = context.stores();
    MoveIdentity identity = identity(stores);
    Optional<Epoch> before = onZooKeeper(stores);
    boolean passed =
        before
            .filter(
                epoch -> epoch.authority() == authority && epoch.nonce().equals(identity.nonce()))
            .isPresent();
    if (passed) {
      return;
    }
    long next = Math.max(identity.epoch(), before.map(Epoch::number).orElse(0L)) + 1;
    recordOnEtcd(stores, context.journal().authority(), next);
    recordOnZooKeeper(
        stores, context.services().zookeeper(), new Epoch(next, identity.nonce(), authority));
  }

  /** The identity that etcd has recorded; a new one if there is none. */
  static MoveIdentity identity(Stores stores) {
    return new StateStore(stores.etcd()).snapshot().identity().orElseGet(MoveIdentity::create);
  }

  /** The epoch that ZooKeeper has recorded. */
  static Optional<Epoch> onZooKeeper(Stores stores) {
    return in(stores.tree(Ensemble.LOCAL));
  }

  /** The same for a command that has no stores. */
  static Optional<Epoch> in(ZnodeReader znodes) {
    return znodes.read(SourceSnapshot.EPOCH).map(EpochKeeper::parse);
  }

  /** Whether ZooKeeper has recorded that etcd is authoritative. */
  static boolean isPassedToEtcd(Stores stores) {
    return onZooKeeper(stores).filter(epoch -> epoch.authority() == Store.ETCD).isPresent();
  }

  /**
   * Passes the authority to ZooKeeper if etcd is lost. The epoch is above that of the lost etcd, so
   * that every command refuses that etcd if it comes back. Safe to repeat.
   *
   * @throws StoreException if ZooKeeper refuses
   */
  static void passWithoutEtcd(ZnodeReader znodes, GuardedZooKeeper zookeeper, MoveBackup copy) {
    Optional<Epoch> before = in(znodes);
    boolean passed =
        before
            .filter(
                epoch ->
                    epoch.authority() == Store.ZOOKEEPER
                        && epoch.nonce().equals(copy.nonce())
                        && epoch.number() > copy.epoch())
            .isPresent();
    if (!passed) {
      long next = Math.max(copy.epoch(), before.map(Epoch::number).orElse(0L)) + 1;
      recordOnZooKeeper(znodes, zookeeper, new Epoch(next, copy.nonce(), Store.ZOOKEEPER));
    }
  }

  /** Records the epoch on etcd; the caller records it on ZooKeeper afterwards. */
  static void recordOnEtcd(Stores stores, Authority authority, long number) {
    new StateStore(stores.etcd())
        .put(authority, MoveIdentity.DOCUMENT, identity(stores).at(number).toJson());
    stores.identity().checkEtcd(stores.etcd());
  }

  /**
   * Records it there.
   *
   * @throws StoreException if ZooKeeper refuses
   */
  static void recordOnZooKeeper(Stores stores, GuardedZooKeeper zookeeper, Epoch epoch) {
    recordOnZooKeeper(stores.tree(Ensemble.LOCAL), zookeeper, epoch);
  }

  private static void recordOnZooKeeper(
      ZnodeReader znodes, GuardedZooKeeper zookeeper, Epoch epoch) {
    NodeData data = NodeData.of(epoch.toString().getBytes(StandardCharsets.UTF_8));
    Code code =
        zookeeper.write(
            ZnodeWrite.put(znodes.read(SourceSnapshot.EPOCH), SourceSnapshot.EPOCH, data));
    if (code != Code.OK) {
      throw new StoreException(
          Store.ZOOKEEPER,
          "ZooKeeper refused %s: %s; without it an etcd that is restored from a backup would not be recognised. Grant all rights at %s, then run the same command again"
              .formatted(SourceSnapshot.EPOCH, code, GuardedZooKeeper.GUARD));
    }
  }

  private static Epoch parse(Znode znode) {
    return Epoch.parse(new String(znode.data().bytes(), StandardCharsets.UTF_8).strip());
  }
}
