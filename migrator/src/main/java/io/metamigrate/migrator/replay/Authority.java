package io.metamigrate.migrator.replay;

import io.etcd.jetcd.op.Cmp;
import io.etcd.jetcd.op.CmpTarget;
import io.metamigrate.migrator.phase.Direction;
import io.metamigrate.verifier.store.EtcdConnection;
import java.util.List;

/**
 * What entitles a transaction: the lock of its holder, the direction it was made under, and an etcd
 * that has not lost the holder's last write.
 */
public record Authority(DaemonLock lock, Direction direction) {
  List<Cmp> comparisons() {
    return List.of(
        lock.isHeld(),
        lock.isUpToDate(),
        new Cmp(
            ReservedKeys.DIRECTION,
            Cmp.Op.EQUAL,
            CmpTarget.value(EtcdConnection.bytes(direction.name()))));
  }
}
