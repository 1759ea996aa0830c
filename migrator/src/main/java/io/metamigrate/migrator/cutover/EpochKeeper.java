package io.metamigrate.migrator.cutover;

import io.metamigrate.migrator.cutover.fence.GuardedZooKeeper.Change;
import io.metamigrate.migrator.phase.Epoch;
import io.metamigrate.migrator.phase.MoveIdentity;
import io.metamigrate.migrator.replay.StateStore;
import io.metamigrate.verifier.store.Ensemble;
import io.metamigrate.verifier.store.NodeData;
import io.metamigrate.verifier.store.SourceSight;
import io.metamigrate.verifier.store.Store;
import io.metamigrate.verifier.store.Znode;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.apache.zookeeper.KeeperException.Code;

/**
 * Records on both stores that the authority passes from one to the other, right before the first
 * broker's start there: etcd first, so that one that is behind ZooKeeper's record was restored from
 * before. Safe to repeat.
 */
final class EpochKeeper {
  private final Tools tools;

  EpochKeeper(Tools tools) {
    this.tools = tools;
  }

  void pass(Store authority) {
    MoveIdentity identity =
        new StateStore(tools.stores().etcd()).sight().identity().orElseGet(MoveIdentity::fresh);
    Optional<Znode> there = tools.stores().tree(Ensemble.LOCAL).read(SourceSight.EPOCH);
    Optional<Epoch> before = there.map(EpochKeeper::parse);
    boolean passed =
        before
            .filter(
                epoch -> epoch.authority() == authority && epoch.nonce().equals(identity.nonce()))
            .isPresent();
    if (passed) {
      return;
    }
    long next = Math.max(identity.epoch(), before.map(Epoch::number).orElse(0L)) + 1;
    new StateStore(tools.stores().etcd())
        .put(tools.journal().authority(), MoveIdentity.DOCUMENT, identity.at(next).toJson());
    tools.stores().identity().lookAt(tools.stores().etcd());
    write(there, new Epoch(next, identity.nonce(), authority));
  }

  private static Epoch parse(Znode znode) {
    return Epoch.parse(new String(znode.data().bytes(), StandardCharsets.UTF_8).strip());
  }

  private void write(Optional<Znode> there, Epoch epoch) {
    NodeData data = NodeData.of(epoch.toString().getBytes(StandardCharsets.UTF_8));
    Change change =
        there.isPresent()
            ? new Change.Set(SourceSight.EPOCH, data, there.get().version())
            : new Change.Create(SourceSight.EPOCH, data, false);
    Code code = tools.standing().zookeeper().write(change);
    if (code != Code.OK) {
      throw new StepFailedException(
          "ZooKeeper refused %s: %s; without it an etcd that is restored from a backup would not be recognised"
              .formatted(SourceSight.EPOCH, code));
    }
  }
}
