package io.metamigrate.migrator.cutover.fence;

import io.metamigrate.verifier.catalog.Action;
import io.metamigrate.verifier.catalog.Catalogue;
import io.metamigrate.verifier.catalog.Family;
import io.metamigrate.verifier.store.Ensemble;
import io.metamigrate.verifier.store.EtcdEntry;
import io.metamigrate.verifier.store.Scope;
import io.metamigrate.verifier.store.ZkPath;
import io.metamigrate.verifier.store.Znode;
import io.metamigrate.verifier.store.Zxid;
import java.util.Optional;

/**
 * Which changes after the fence are late writes: any to a copied or seeded path, other than the
 * reaping of an empty container, the end of an ephemeral, and the daemon's own. Pure.
 */
public final class LateWrites {
  private static final String CHILD_DELETED = "child-deleted";

  /** The result of a watch. */
  enum WatchedChange {
    CREATED,
    CHANGED,
    DELETED
  }

  /** ZooKeeper has changed, and no znode shows where. */
  public static final LateWrite LACKING_SOMEWHERE =
      new LateWrite(ZkPath.ROOT, CHILD_DELETED, Optional.empty(), Optional.empty(), Ensemble.LOCAL);

  private LateWrites() {}

  /**
   * Classifies one event.
   *
   * @param now the znode as read after the event
   * @param key what etcd has at that path
   */
  static Optional<LateWrite> of(
      Scope scope, ZkPath path, WatchedChange event, Optional<Znode> now, Optional<EtcdEntry> key) {
    if (!mayBeAt(scope, path)) {
      return Optional.empty();
    }
    if (event == WatchedChange.CREATED && path.parent().equals(Catalogue.BROKERS)) {
      return Optional.of(late(path, "broker", now));
    }
    if (event == WatchedChange.CREATED && isAllocated(path)) {
      return Optional.of(late(path.parent(), "id-drawn", Optional.empty()));
    }
    if (event != WatchedChange.CHANGED && FencePaths.mayCover(path)) {
      // Reaped by ZooKeeper and made again by the daemon; who else came would show by a child.
      return Optional.empty();
    }
    Family family = Catalogue.of(path);
    boolean holdsData = now.filter(znode -> !znode.data().isEmpty()).isPresent();
    if (family.action() == Action.SKIP && !(family.structural() && holdsData)) {
      return Optional.empty();
    }
    if (now.filter(Znode::isEphemeral).isPresent()) {
      return Optional.empty();
    }
    return switch (event) {
      case CREATED -> Optional.of(late(path, "created", now));
      case CHANGED -> Optional.of(late(path, "changed", now));
      case DELETED -> deleted(path, now, key);
    };
  }

  /** Whether a change of this path can be a late write at all, by its path alone. */
  static boolean mayBeAt(Scope scope, ZkPath path) {
    return !path.isAtOrBelow(GuardedZooKeeper.GUARD)
        && !FencePaths.mayKeep(path)
        && scope.contains(path);
  }

  /**
   * A parent whose children have changed after the fence: if nothing newer is found, one of them
   * was deleted. By itself that is no late write, since ZooKeeper reaps empty containers ({@code
   * ContainerManager}) and sessions end; the caller compares the digest with that of the commit.
   */
  public static Optional<LateWrite> missingSince(Scope scope, Znode parent, Zxid fence) {
    ZkPath path = parent.path();
    boolean changed = parent.pzxid().compareTo(fence) > 0;
    return changed && !path.isAtOrBelow(Catalogue.AVAILABLE) && scope.contains(path)
        ? Optional.of(
            new LateWrite(
                path,
                CHILD_DELETED,
                Optional.of(parent.pzxid().toString()),
                Optional.empty(),
                parent.ensemble()))
        : Optional.empty();
  }

  /** A znode found by a scan; a deletion shows at its parent only, see {@link #missingSince}. */
  public static Optional<LateWrite> found(Scope scope, Znode znode, Zxid fence) {
    boolean changed = znode.mzxid().compareTo(fence) > 0;
    boolean allocated =
        Catalogue.of(znode.path()).action() == Action.SEED
            && znode.pzxid().compareTo(fence) > 0
            && znode.pzxid().compareTo(znode.czxid()) > 0;
    if (allocated) {
      return scope.contains(znode.path())
          ? Optional.of(
              new LateWrite(
                  znode.path(),
                  "id-drawn",
                  Optional.of(znode.pzxid().toString()),
                  Optional.empty(),
                  znode.ensemble()))
          : Optional.empty();
    }
    if (!changed) {
      return Optional.empty();
    }
    WatchedChange event = znode.version() == 0 ? WatchedChange.CREATED : WatchedChange.CHANGED;
    return of(scope, znode.path(), event, Optional.of(znode), Optional.empty());
  }

  private static boolean isAllocated(ZkPath path) {
    return !path.equals(ZkPath.ROOT)
        && Catalogue.of(path.parent()).action() == Action.SEED
        && Catalogue.of(path).action() != Action.SEED;
  }

  /**
   * A deletion is no late write if etcd has nothing there either, or if it is the reaping of an
   * empty container: a structural path whose key has no data.
   */
  private static Optional<LateWrite> deleted(
      ZkPath path, Optional<Znode> now, Optional<EtcdEntry> key) {
    if (now.isPresent()) {
      return Optional.of(late(path, "created", now));
    }
    if (key.isEmpty() || isEmptyContainer(key.get())) {
      return Optional.empty();
    }
    return Optional.of(late(path, "deleted", now));
  }

  /**
   * Whether ZooKeeper removes the node of this key when its last child has gone ({@code
   * ContainerManager}).
   */
  public static boolean isEmptyContainer(EtcdEntry key) {
    return Catalogue.of(key.path()).structural() && key.data().isEmpty();
  }

  private static LateWrite late(ZkPath path, String kind, Optional<Znode> now) {
    return new LateWrite(
        path,
        kind,
        now.map(znode -> znode.mzxid().toString()),
        now.filter(Znode::isEphemeral)
            .map(znode -> "0x" + Long.toHexString(znode.ephemeralOwner())),
        now.map(Znode::ensemble).orElse(Ensemble.LOCAL));
  }
}
