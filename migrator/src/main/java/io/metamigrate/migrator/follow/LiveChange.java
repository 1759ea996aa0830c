package io.metamigrate.migrator.follow;

import io.metamigrate.migrator.replay.Operation;
import io.metamigrate.migrator.replay.Reconciler;
import io.metamigrate.verifier.catalog.Catalogue;
import io.metamigrate.verifier.catalog.Family;
import io.metamigrate.verifier.store.Revision;
import io.metamigrate.verifier.store.ZkPath;
import io.metamigrate.verifier.store.Znode;
import java.util.Optional;

/**
 * What a path that changed on ZooKeeper asks of etcd, given what it is now and what the daemon left
 * there. Pure.
 */
final class LiveChange {
  private LiveChange() {}

  static Optional<Operation> operation(
      ZkPath path, Optional<Znode> now, Optional<TrackedKey> tracked, boolean exactVersions) {
    Optional<Znode> wanted = now.filter(LiveChange::belongsOnEtcd);
    if (wanted.isEmpty()) {
      return tracked.map(row -> new Operation.DeleteKey(path, row.modRevision()));
    }
    Znode znode = wanted.get();
    // What is older than what was applied is an echo of a change that has been seen already.
    return tracked.filter(row -> row.covers(znode)).isPresent()
        ? Optional.empty()
        : Optional.of(
            Reconciler.step(
                znode,
                tracked.map(TrackedKey::modRevision).orElse(Revision.ABSENT),
                tracked.map(TrackedKey::keyVersion).orElse(0L),
                exactVersions));
  }

  /** By path as well as by owner: a registration that is gone is never deleted on etcd. */
  static boolean isFollowed(ZkPath path) {
    Family family = Catalogue.of(path);
    return switch (family.action()) {
      case COPY -> true;
      case SEED -> false;
      case SKIP -> family.structural();
    };
  }

  static boolean belongsOnEtcd(Znode znode) {
    if (znode.isEphemeral()) {
      return false;
    }
    Family family = Catalogue.of(znode.path());
    return switch (family.action()) {
      case COPY -> true;
      case SEED -> false;
      case SKIP -> family.structural() && !znode.data().isEmpty();
    };
  }
}
