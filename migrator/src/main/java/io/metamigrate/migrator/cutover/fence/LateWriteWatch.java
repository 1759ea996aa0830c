package io.metamigrate.migrator.cutover.fence;

import io.metamigrate.verifier.store.Ensemble;
import io.metamigrate.verifier.store.EtcdReader;
import io.metamigrate.verifier.store.Scope;
import io.metamigrate.verifier.store.Store;
import io.metamigrate.verifier.store.StoreException;
import io.metamigrate.verifier.store.ZkPath;
import io.metamigrate.verifier.store.ZnodeReader;
import io.metamigrate.verifier.store.ZooKeeperConnection;
import io.metamigrate.verifier.store.Zxid;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.apache.curator.framework.state.ConnectionState;
import org.apache.zookeeper.AddWatchMode;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.WatchedEvent;
import org.apache.zookeeper.Watcher;
import org.apache.zookeeper.ZooKeeper;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Watches all of an ensemble once the local one is fenced. What comes before a mark of the daemon's
 * own was committed before the mark; everything after it is classified. A lost connection may have
 * hidden something, and is counted. Safe for use by several threads: events arrive in a thread of
 * their own.
 */
public final class LateWriteWatch implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(LateWriteWatch.class);
  private static final String MARK = "mark";
  private static final int MOST = 1_000;

  private final ZooKeeperConnection connection;
  private final Ensemble ensemble;
  private final ZnodeReader znodes;
  private final EtcdReader keys;
  private final Scope scope;
  private final ExecutorService classifier;
  private final CountDownLatch marked = new CountDownLatch(1);
  private final Watcher watcher = this::noticed;
  private final Set<LateWrite> found = new LinkedHashSet<>();
  private int gaps;
  private boolean armed;

  private LateWriteWatch(
      ZooKeeperConnection connection, Ensemble ensemble, EtcdReader keys, Scope scope) {
    this.connection = connection;
    this.ensemble = ensemble;
    this.znodes = ZnodeReader.over(connection, ensemble);
    this.keys = keys;
    this.scope = scope;
    this.classifier =
        Executors.newSingleThreadExecutor(
            task -> {
              Thread thread = new Thread(task, "late-writes");
              thread.setDaemon(true);
              return thread;
            });
  }

  /** A watch and the mark from which it classifies changes. */
  public record StartedWatch(LateWriteWatch watch, Zxid mark) {}

  /**
   * Begins, on a connection of its own which it closes; returns when the mark was seen.
   *
   * @throws StoreException when ZooKeeper does not answer
   */
  public static StartedWatch begin(
      ZooKeeperConnection own,
      Ensemble ensemble,
      EtcdReader keys,
      Scope scope,
      GuardedZooKeeper guarded) {
    LateWriteWatch watch = new LateWriteWatch(own, ensemble, keys, scope);
    own.curator()
        .getConnectionStateListenable()
        .addListener((curator, state) -> watch.connectionChanged(state));
    try {
      watch.setWatch();
      Zxid mark = guarded.mark(MARK);
      if (!watch.marked.await(own.settings().timeout().toMillis(), TimeUnit.MILLISECONDS)) {
        throw new StoreException(Store.ZOOKEEPER, "the watch on ZooKeeper shows nothing");
      }
      return new StartedWatch(watch, mark);
    } catch (KeeperException e) {
      watch.close();
      throw new StoreException(
          Store.ZOOKEEPER, "ZooKeeper could not be watched for late writes: " + e.code(), e);
    } catch (InterruptedException e) {
      watch.close();
      Thread.currentThread().interrupt();
      throw new StoreException(Store.ZOOKEEPER, "interrupted while watching ZooKeeper", e);
    } catch (RuntimeException e) {
      watch.close();
      throw e;
    }
  }

  /** What was written late, so far. */
  public List<LateWrite> found() {
    synchronized (found) {
      return new ArrayList<>(found);
    }
  }

  /** How many times something may have been missed. */
  public int gaps() {
    synchronized (found) {
      return gaps;
    }
  }

  private void noticed(WatchedEvent event) {
    LateWrites.WatchedChange kind =
        switch (event.getType()) {
          case NodeCreated -> LateWrites.WatchedChange.CREATED;
          case NodeDataChanged -> LateWrites.WatchedChange.CHANGED;
          case NodeDeleted -> LateWrites.WatchedChange.DELETED;
          default -> null;
        };
    if (kind == null || event.getPath() == null) {
      return;
    }
    ZkPath path = new ZkPath(event.getPath());
    if (path.equals(GuardedZooKeeper.GUARD.child(MARK))
        && kind == LateWrites.WatchedChange.CREATED) {
      armed = true;
      marked.countDown();
    } else if (armed && LateWrites.mayBeAt(scope, path)) {
      // Others who share this ZooKeeper write elsewhere, and each change takes two reads.
      classifier.execute(() -> classify(path, kind));
    }
  }

  private void classify(ZkPath path, LateWrites.WatchedChange kind) {
    try {
      LateWrites.of(scope, path, kind, znodes.read(path), keys.read(path))
          .map(late -> late.in(ensemble))
          .ifPresent(
              late -> {
                synchronized (found) {
                  if (found.size() < MOST && found.add(late)) {
                    LOG.atError().addKeyValue("change", late).log("late write on ZooKeeper");
                  }
                }
              });
    } catch (StoreException e) {
      LOG.atWarn().addKeyValue("path", path).log("a change could not be classified");
      synchronized (found) {
        gaps++;
      }
    }
  }

  private void connectionChanged(ConnectionState state) {
    if (state != ConnectionState.CONNECTED) {
      LOG.atWarn().addKeyValue("state", state).log("the watch for late writes may have a gap");
      synchronized (found) {
        gaps++;
      }
    }
    if (state == ConnectionState.RECONNECTED) {
      classifier.execute(this::watchAgain);
    }
  }

  /** A new session knows nothing of the watch of the old one. */
  private void watchAgain() {
    try {
      setWatch();
    } catch (KeeperException e) {
      LOG.atError().addKeyValue("code", e.code()).log("ZooKeeper could not be watched again");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Sets the watch in the present session; one that is set already stays as it is. */
  private void setWatch() throws KeeperException, InterruptedException {
    connection.retry(this::place);
  }

  private Watcher place(ZooKeeper client) throws KeeperException, InterruptedException {
    client.addWatch("/", watcher, AddWatchMode.PERSISTENT_RECURSIVE);
    return watcher;
  }

  /**
   * Everything that was committed so far has been received and classified when this returns, except
   * for changes in a gap.
   *
   * @throws StoreException when ZooKeeper does not answer
   */
  public void settle() {
    CountDownLatch through = new CountDownLatch(1);
    try {
      connection.retry(
          client -> {
            Watcher placed = place(client);
            connection.sync(client);
            return placed;
          });
      classifier.execute(through::countDown);
      if (!through.await(connection.settings().timeout().toMillis(), TimeUnit.MILLISECONDS)) {
        throw new StoreException(Store.ZOOKEEPER, "changes on ZooKeeper could not be classified");
      }
    } catch (KeeperException e) {
      throw new StoreException(
          Store.ZOOKEEPER, "ZooKeeper could not be watched for late writes: " + e.code(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StoreException(Store.ZOOKEEPER, "interrupted while classifying changes", e);
    }
  }

  @Override
  public void close() {
    classifier.shutdownNow();
    connection.close();
  }
}
