package io.metamigrate.migrator.cutover.fence;

import io.metamigrate.verifier.store.Store;
import io.metamigrate.verifier.store.StoreException;
import io.metamigrate.verifier.store.ZkPath;
import io.metamigrate.verifier.store.ZooKeeperConnection;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.data.ACL;
import org.apache.zookeeper.data.Stat;

/** Reads access lists; needs no right to write to ZooKeeper. Safe for use by several threads. */
public final class AccessLists {
  private final ZooKeeperConnection connection;

  public AccessLists(ZooKeeperConnection connection) {
    this.connection = connection;
  }

  /**
   * The access lists as they are; what is not there is left out.
   *
   * @throws StoreException if ZooKeeper refuses or fails
   */
  Map<ZkPath, List<SavedAcl>> read(Collection<ZkPath> paths) {
    Map<ZkPath, List<SavedAcl>> found = new TreeMap<>();
    for (ZkPath path : paths) {
      try {
        List<ACL> acl = connection.retry(client -> client.getACL(path.value(), new Stat()));
        found.put(path, SavedAcl.of(acl));
      } catch (KeeperException.NoNodeException e) {
        // Brokers' parents may be containers, which ZooKeeper removes when they are empty.
      } catch (KeeperException e) {
        throw new StoreException(
            Store.ZOOKEEPER, "the access list of " + path + " cannot be read: " + e.code(), e);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new StoreException(Store.ZOOKEEPER, "interrupted while access lists were read", e);
      }
    }
    return found;
  }

  /** Where the fence should be and is not. */
  public List<ZkPath> notFenced(Collection<ZkPath> paths) {
    Map<ZkPath, List<SavedAcl>> now = read(paths);
    return paths.stream().filter(path -> !SavedAcl.FENCE.equals(now.get(path))).toList();
  }

  /** Where the fence still is. */
  public List<ZkPath> fenced(Collection<ZkPath> paths) {
    return read(paths).entrySet().stream()
        .filter(entry -> Fence.isFence(entry.getValue()))
        .map(Map.Entry::getKey)
        .toList();
  }
}
