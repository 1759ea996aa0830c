package io.metamigrate.migrator.cutover.fence;

import io.metamigrate.verifier.store.Store;
import io.metamigrate.verifier.store.StoreException;
import io.metamigrate.verifier.store.ZooKeeperConnection;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** How long ZooKeeper takes to bring a session up to date, which is the heart of a drain. */
public final class SyncTime {
  private SyncTime() {}

  /** In seconds, once. */
  public static double measure(ZooKeeperConnection connection) {
    CountDownLatch answered = new CountDownLatch(1);
    long asked = System.nanoTime();
    connection.client().sync("/", (code, path, context) -> answered.countDown(), null);
    try {
      if (!answered.await(connection.settings().patience().toMillis(), TimeUnit.MILLISECONDS)) {
        throw new StoreException(Store.ZOOKEEPER, "ZooKeeper did not answer a sync");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StoreException(Store.ZOOKEEPER, "interrupted while waiting for ZooKeeper", e);
    }
    return (System.nanoTime() - asked) / 1e9;
  }
}
