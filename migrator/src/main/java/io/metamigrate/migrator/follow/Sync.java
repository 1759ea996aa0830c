package io.metamigrate.migrator.follow;

import io.metamigrate.verifier.store.Store;
import io.metamigrate.verifier.store.StoreException;
import io.metamigrate.verifier.store.ZooKeeperConnection;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.KeeperException.Code;
import org.apache.zookeeper.ZooKeeper;

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
      through(connection.client(), connection.settings().patience());
    } catch (KeeperException e) {
      throw new StoreException(
          Store.ZOOKEEPER,
          "ZooKeeper at %s did not answer a sync: %s".formatted(connection.settings(), e.code()),
          e);
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  /** The same for a client whose failures the caller judges. */
  public static void through(ZooKeeper client, Duration patience)
      throws KeeperException, InterruptedException {
    CompletableFuture<Code> behindTheEvents = new CompletableFuture<>();
    client.sync("/", (rc, path, context) -> behindTheEvents.complete(Code.get(rc)), null);
    Code code;
    try {
      code = behindTheEvents.get(patience.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      throw new IllegalStateException(e);
    } catch (TimeoutException e) {
      code = Code.OPERATIONTIMEOUT;
    }
    if (code != Code.OK) {
      throw KeeperException.create(code);
    }
  }

  static StoreException interrupted(InterruptedException e) {
    Thread.currentThread().interrupt();
    return new StoreException(Store.ZOOKEEPER, "interrupted while waiting for ZooKeeper", e);
  }
}
