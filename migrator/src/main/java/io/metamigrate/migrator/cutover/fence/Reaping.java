package io.metamigrate.migrator.cutover.fence;

import io.metamigrate.verifier.catalog.Catalogue;
import io.metamigrate.verifier.store.NodeData;
import io.metamigrate.verifier.store.Store;
import io.metamigrate.verifier.store.StoreException;
import io.metamigrate.verifier.store.ZkPath;
import io.metamigrate.verifier.store.ZooKeeperConnection;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.KeeperException.Code;
import org.apache.zookeeper.data.Stat;

/**
 * Keeps ZooKeeper from reaping a fenced container, in which case the fence would be gone with it,
 * whether this process lives or not. The node below which brokers register has no counter: it is
 * replaced by a fenced node that is no container, and made a container again when the fence is
 * lifted. A node whose cversion is a counter is never deleted, since its numbers would begin at 0
 * again; a child of the tool's own keeps it. A client cannot see which nodes are containers
 * (ZooKeeper 3.9, DataNode.getClientEphemeralOwner), so both are done whatever they are; Pulsar
 * makes them as containers (ZKMetadataStore).
 */
final class Reaping {
  /** The child that keeps a container. */
  static final String KEEPER = "held-by-metamigrate";

  /** Below the guard while the node of the brokers is no container any more. */
  static final ZkPath REPLACED = GuardedZooKeeper.GUARD.child("fence-replaced-container");

  private final ZooKeeperConnection connection;
  private final GuardedZooKeeper guarded;

  Reaping(ZooKeeperConnection connection, GuardedZooKeeper guarded) {
    this.connection = connection;
    this.guarded = guarded;
  }

  /** Whether the tool may write this path to keep a fenced node. */
  static boolean mayWrite(ZkPath path) {
    return path.name().equals(KEEPER) && isCounter(path.parent());
  }

  /**
   * Before the fence is raised at this path. Answers whether that has raised it already, or why
   * ZooKeeper refused. If the list allows no child, the node is fenced already.
   */
  RaiseResult keep(ZkPath path) {
    Optional<Stat> stat = stat(path);
    if (path.equals(Catalogue.BROKERS)) {
      boolean replaced = stat(REPLACED).isPresent();
      if (stat.isPresent() && replaced) {
        return RaiseResult.NOT_RAISED;
      }
      // Reaped already or about to be: no other client may create it again.
      List<ZnodeWrite> changes = new ArrayList<>();
      stat.ifPresent(there -> changes.add(new ZnodeWrite.Delete(path, -1)));
      changes.add(new ZnodeWrite.CreateFenced(path));
      if (!replaced) {
        changes.add(new ZnodeWrite.Create(REPLACED, NodeData.EMPTY, false));
      }
      return RaiseResult.of(guarded.write(changes));
    }
    if (isCounter(path) && stat.isPresent() && stat(path.child(KEEPER)).isEmpty()) {
      Code code = guarded.write(new ZnodeWrite.Create(path.child(KEEPER), NodeData.EMPTY, false));
      return code == Code.OK || code == Code.NODEEXISTS || code == Code.NOAUTH
          ? RaiseResult.NOT_RAISED
          : RaiseResult.of(code);
    }
    return RaiseResult.NOT_RAISED;
  }

  /** After the fence was lifted at this path: as it was before. */
  void release(ZkPath path, List<SavedAcl> acl) {
    if (isCounter(path) && stat(path.child(KEEPER)).isPresent()) {
      require(path, guarded.write(new ZnodeWrite.Delete(path.child(KEEPER), -1)));
    }
    if (path.equals(Catalogue.BROKERS) && stat(REPLACED).isPresent()) {
      Code code =
          guarded.write(
              List.of(
                  new ZnodeWrite.Delete(path, -1),
                  new ZnodeWrite.CreateContainer(path, acl),
                  new ZnodeWrite.Delete(REPLACED, -1)));
      // A broker that is there already keeps it; it works as any other node.
      if (code != Code.NOTEMPTY) {
        require(path, code);
      }
    }
  }

  private static void require(ZkPath path, Code code) {
    if (code != Code.OK && code != Code.NONODE) {
      throw new StoreException(
          Store.ZOOKEEPER, "ZooKeeper refused to restore %s: %s".formatted(path, code));
    }
  }

  /** One node's outcome: raised, still to be raised, or refused. */
  record RaiseResult(boolean raised, Optional<Code> refused) {
    static final RaiseResult NOT_RAISED = new RaiseResult(false, Optional.empty());

    static RaiseResult of(Code code) {
      return code == Code.OK
          ? new RaiseResult(true, Optional.empty())
          : new RaiseResult(false, Optional.of(code));
    }
  }

  private static boolean isCounter(ZkPath path) {
    return FencePaths.mayCover(path)
        && !path.equals(Catalogue.BROKERS)
        && !path.equals(Catalogue.LONG_ID_GENERATOR);
  }

  private Optional<Stat> stat(ZkPath path) {
    try {
      return Optional.ofNullable(connection.retry(client -> client.exists(path.value(), false)));
    } catch (KeeperException e) {
      throw new StoreException(
          Store.ZOOKEEPER, "%s cannot be read: %s".formatted(path, e.code()), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StoreException(Store.ZOOKEEPER, "interrupted while fencing ZooKeeper", e);
    }
  }
}
