package io.metamigrate.migrator.follow;

import io.metamigrate.verifier.store.Scope;
import io.metamigrate.verifier.store.Store;
import io.metamigrate.verifier.store.StoreException;
import io.metamigrate.verifier.store.ZkPath;
import io.metamigrate.verifier.store.ZooKeeperConnection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.state.ConnectionState;
import org.apache.curator.framework.state.ConnectionStateListener;
import org.apache.zookeeper.AddWatchMode;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.WatchedEvent;
import org.apache.zookeeper.Watcher;
import org.apache.zookeeper.Watcher.Event.EventType;
import org.apache.zookeeper.Watcher.Event.KeeperState;
import org.apache.zookeeper.ZooKeeper;

/**
 * Changes by one persistent recursive watch on the whole tree (ZooKeeper 3.6 and later). A server
 * sends no events for what a client missed while it was away (DataTree.setWatches re-adds recursive
 * watches without looking), so every lost connection is a gap. For one thread, which takes from it;
 * ZooKeeper's event thread fills it.
 */
final class WatchFeed implements ChangeFeed {
  /** Beyond this many waiting paths a comparison of the stores is cheaper than the list. */
  private static final int MAX_QUEUED = 500_000;

  /** A waiting path takes about 250 bytes; all of them may take a sixth of the heap. */
  private static final int BYTES_EACH = 1_500;

  private final ZooKeeperConnection connection;
  private final Scope scope;
  private final Map<String, Long> waiting = new LinkedHashMap<>();
  private final Watcher watcher = this::noticed;
  private final ConnectionStateListener listener = this::connectionChanged;
  private final long mostWaiting =
      Math.min(MAX_QUEUED, Runtime.getRuntime().maxMemory() / BYTES_EACH);
  private long gaps = 1;
  private long handledGaps;
  private long watchedSession;

  WatchFeed(ZooKeeperConnection connection, Scope scope) {
    this.connection = connection;
    this.scope = scope;
    connection.curator().getConnectionStateListenable().addListener(listener);
  }

  @Override
  public List<ChangedPath> take(int most, Duration wait) throws InterruptedException {
    long deadline = System.nanoTime() + wait.toNanos();
    synchronized (waiting) {
      long left = deadline - System.nanoTime();
      while (waiting.isEmpty() && gaps == handledGaps && left > 0) {
        TimeUnit.NANOSECONDS.timedWait(waiting, left);
        left = deadline - System.nanoTime();
      }
      List<ChangedPath> taken = new ArrayList<>(Math.min(most, waiting.size()));
      Iterator<Map.Entry<String, Long>> oldest = waiting.entrySet().iterator();
      while (oldest.hasNext() && taken.size() < most) {
        Map.Entry<String, Long> next = oldest.next();
        taken.add(new ChangedPath(new ZkPath(next.getKey()), next.getValue()));
        oldest.remove();
      }
      return taken;
    }
  }

  @Override
  public boolean takeGap() {
    long seen;
    synchronized (waiting) {
      if (gaps == handledGaps) {
        return false;
      }
      seen = gaps;
    }
    watch();
    synchronized (waiting) {
      // A connection that was lost meanwhile has counted one more.
      handledGaps = seen;
    }
    return true;
  }

  /** Sets the watch on the present session, once for each session. */
  private void watch() {
    ZooKeeper client = connection.client();
    try {
      if (client.getSessionId() != watchedSession || watchedSession == 0) {
        client.addWatch("/", watcher, AddWatchMode.PERSISTENT_RECURSIVE);
        watchedSession = client.getSessionId();
      }
    } catch (KeeperException e) {
      throw new StoreException(
          Store.ZOOKEEPER,
          "ZooKeeper at %s could not be watched: %s".formatted(connection.settings(), e.code()),
          e);
    } catch (InterruptedException e) {
      throw Sync.interrupted(e);
    }
  }

  @Override
  public long waiting() {
    synchronized (waiting) {
      return waiting.size();
    }
  }

  @Override
  public void catchUp() {
    Sync.await(connection);
  }

  private void noticed(WatchedEvent event) {
    if (event.getType() == EventType.None) {
      // In the order of the events: a sync that is answered after this has the gap counted.
      if (event.getState() != KeeperState.SyncConnected) {
        markGap();
      }
      return;
    }
    if (event.getPath() == null) {
      return;
    }
    ZkPath path = new ZkPath(event.getPath());
    if (!scope.contains(path) || !LiveChange.isFollowed(path)) {
      return;
    }
    synchronized (waiting) {
      if (waiting.size() >= mostWaiting) {
        waiting.clear();
        gaps++;
      }
      waiting.putIfAbsent(path.value(), System.nanoTime());
      waiting.notifyAll();
    }
  }

  @Override
  public void markGap() {
    synchronized (waiting) {
      gaps++;
      waiting.notifyAll();
    }
  }

  private void connectionChanged(CuratorFramework curator, ConnectionState state) {
    if (state != ConnectionState.CONNECTED) {
      markGap();
    }
  }

  @Override
  public void close() {
    connection.curator().getConnectionStateListenable().removeListener(listener);
  }
}
