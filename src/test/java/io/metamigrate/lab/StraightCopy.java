package io.metamigrate.lab;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.Watcher.Event.KeeperState;
import org.apache.zookeeper.ZooKeeper;
import org.apache.zookeeper.data.Stat;

/**
 * The copy that everybody would write first: every persistent znode under the same key with the
 * same bytes. It exists to show that the workload sees what such a copy breaks.
 */
public record StraightCopy(ZooKeeperServer from, EtcdServer to) {

  /** Copies; gives the number of keys. */
  public int run() throws IOException {
    CountDownLatch connected = new CountDownLatch(1);
    ZooKeeper client =
        new ZooKeeper(
            from.connect(),
            30_000,
            event -> {
              if (event.getState() == KeeperState.SyncConnected) {
                connected.countDown();
              }
            });
    try {
      if (!connected.await(30, TimeUnit.SECONDS)) {
        throw new IOException("no connection to ZooKeeper at " + from.connect());
      }
      return copy(client);
    } catch (KeeperException e) {
      throw new IOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while copying", e);
    } finally {
      close(client);
    }
  }

  /** The two keys that make the next ledger id greater than every one that ZooKeeper issued. */
  public void seedLedgerIds() throws IOException {
    EtcdKeys keys = new EtcdKeys(to.endpoint());
    keys.put("/ledgers/idgen-long", new byte[0]);
    keys.put("/ledgers/idgen-long/HOB-0000000001", new byte[0]);
  }

  private int copy(ZooKeeper client) throws IOException, KeeperException, InterruptedException {
    EtcdKeys keys = new EtcdKeys(to.endpoint());
    Deque<String> open = new ArrayDeque<>();
    open.add("/");
    int copied = 0;
    while (!open.isEmpty()) {
      String path = open.remove();
      Stat stat = new Stat();
      byte[] data = client.getData(path, false, stat);
      if (stat.getEphemeralOwner() != 0) {
        continue;
      }
      if (!path.equals("/")) {
        keys.put(path, data == null ? new byte[0] : data);
        copied++;
      }
      for (String child : client.getChildren(path, false)) {
        String next = path.equals("/") ? "/" + child : path + "/" + child;
        if (!next.equals("/zookeeper")) {
          open.add(next);
        }
      }
    }
    return copied;
  }

  private static void close(ZooKeeper client) {
    try {
      client.close();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
