package io.metamigrate.migrator.cutover.fence;

import io.metamigrate.verifier.store.EtcdEntry;
import io.metamigrate.verifier.store.NodeData;
import io.metamigrate.verifier.store.ZkPath;
import io.metamigrate.verifier.store.Znode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What must be done so that ZooKeeper shows the bookies that are on etcd. Pure.
 *
 * <p>Only keys with a lease are bookies that live (EtcdMetadataStore). A mirror is persistent, so
 * that brokers keep their bookies when the daemon dies; it is listed as the daemon's before it is
 * created, so that it is recognisable. While a znode of that name belongs to the bookie's own old
 * session the mirror waits. What happens to registrations in ZooKeeper is never carried to etcd.
 */
final class MirrorPlan {
  private MirrorPlan() {}

  /** One thing to do, or to wait for. */
  sealed interface MirrorChange {
    ZkPath path();

    /** List the mirror, then create it. */
    record CreateMirror(ZkPath path, NodeData data) implements MirrorChange {}

    /** Its data changed. */
    record Update(ZkPath path, NodeData data, int version) implements MirrorChange {}

    /** Its key is gone: delete it, then unlist it. */
    record DeleteMirror(ZkPath path, int version) implements MirrorChange {}

    /** It is listed, but absent and not needed. */
    record Unlist(ZkPath path) implements MirrorChange {}

    /** The bookie's own session still owns the name. */
    record AwaitOwner(ZkPath path, long session) implements MirrorChange {}

    /** A persistent znode that the daemon did not make. */
    record Foreign(ZkPath path) implements MirrorChange {}
  }

  static List<MirrorChange> plan(
      Map<ZkPath, EtcdEntry> etcd, Map<ZkPath, Znode> zookeeper, Set<ZkPath> listed) {
    List<MirrorChange> changes = new ArrayList<>();
    etcd.values().stream()
        .filter(EtcdEntry::isLeased)
        .forEach(
            entry ->
                wanted(entry, Optional.ofNullable(zookeeper.get(entry.path())), listed)
                    .ifPresent(changes::add));
    for (ZkPath path : listed) {
      EtcdEntry entry = etcd.get(path);
      if (entry != null && entry.isLeased()) {
        continue;
      }
      Znode znode = zookeeper.get(path);
      changes.add(
          znode == null || znode.isEphemeral()
              ? new MirrorChange.Unlist(path)
              : new MirrorChange.DeleteMirror(path, znode.version()));
    }
    return changes;
  }

  private static Optional<MirrorChange> wanted(
      EtcdEntry entry, Optional<Znode> znode, Set<ZkPath> listed) {
    ZkPath path = entry.path();
    if (znode.isEmpty()) {
      return Optional.of(new MirrorChange.CreateMirror(path, entry.data()));
    }
    if (znode.get().isEphemeral()) {
      return Optional.of(new MirrorChange.AwaitOwner(path, znode.get().ephemeralOwner()));
    }
    if (!listed.contains(path)) {
      return Optional.of(new MirrorChange.Foreign(path));
    }
    return znode.get().data().equals(entry.data())
        ? Optional.empty()
        : Optional.of(new MirrorChange.Update(path, entry.data(), znode.get().version()));
  }
}
