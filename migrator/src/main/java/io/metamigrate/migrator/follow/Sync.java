package io.metamigrate.migrator.follow;

import io.metamigrate.verifier.store.Store;
import io.metamigrate.verifier.store.StoreException;
import io.metamigrate.verifier.store.ZooKeeperConnection;
import org.apache.zookeeper.KeeperException;

/**
 * {@code sync}, whose callback queues behind the watch events of the session: once it is called,
 * the server of this session has everything that was committed before, and every event of it has
 * been handed over.
 */
public final class Sync {
  private Sync() {}

  /**
   * Waits for it.
   *
   * @throws StoreException when the connection is lost meanwhile, or no answer comes
   */
  public static void await(ZooKeeperConnection connection) {
    try {
      connection.sync(connection.client());
    } catch (KeeperException e) {
      throw connection.unsynced(e);
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  static StoreException interrupted(InterruptedException e) {
    Thread.currentThread().interrupt();
    return new StoreException(Store.ZOOKEEPER, "interrupted while waiting for ZooKeeper", e);
  }
}
