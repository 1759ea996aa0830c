package io.metamigrate.migrator.cutover.fence;

import io.metamigrate.migrator.cutover.fence.MirrorPlan.MirrorChange;
import io.metamigrate.migrator.replay.LostAuthorityException;
import io.metamigrate.verifier.store.EtcdEntry;
import io.metamigrate.verifier.store.StoreException;
import io.metamigrate.verifier.store.ZkPath;
import io.metamigrate.verifier.store.Znode;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.zookeeper.KeeperException.Code;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Shows bookies that are on etcd to brokers that are on ZooKeeper. etcd is asked twenty times a
 * second, which costs next to nothing and cannot be lost like a watch; ZooKeeper is read when
 * something changed there, and once a second. A store that does not answer is asked again, and the
 * mirrors stay meanwhile. For one thread, which starts and closes it; the mirroring runs in a
 * thread of its own, whose failure {@link #fatal} returns to any thread.
 */
public final class RegistrationBridge implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(RegistrationBridge.class);
  private static final long PAUSE_MILLIS = 50;
  private static final long FULL_EVERY_NANOS = 1_000_000_000L;

  private final Registrations registrations;
  private final GuardedZooKeeper zookeeper;
  private final Supplier<SortedSet<ZkPath>> listed;
  private final Consumer<SortedSet<ZkPath>> list;
  private final Thread thread;
  private volatile boolean closed;
  private volatile Optional<String> fatal = Optional.empty();

  /**
   * Prepares; {@link #start} begins.
   *
   * @param listed the mirrors that are the daemon's, as persisted
   * @param list persists them
   */
  public RegistrationBridge(
      Registrations registrations,
      GuardedZooKeeper zookeeper,
      Supplier<SortedSet<ZkPath>> listed,
      Consumer<SortedSet<ZkPath>> list) {
    this.registrations = registrations;
    this.zookeeper = zookeeper;
    this.listed = listed;
    this.list = list;
    this.thread = new Thread(this::run, "registration-bridge");
    this.thread.setDaemon(true);
  }

  /**
   * Reconciles once, so that a failure reaches the caller, then continues in a thread of its own.
   */
  public void start() {
    reconcile(registrations.bookiesOnEtcd());
    thread.start();
  }

  /** Why it stopped by itself. */
  public Optional<String> fatal() {
    return fatal;
  }

  private void run() {
    Map<ZkPath, EtcdEntry> before = Map.of();
    boolean settled = false;
    long full = System.nanoTime();
    while (!closed) {
      try {
        Map<ZkPath, EtcdEntry> now = registrations.bookiesOnEtcd();
        boolean due = System.nanoTime() - full > FULL_EVERY_NANOS;
        if (!settled || due || !now.equals(before)) {
          settled = reconcile(now);
          before = now;
          full = System.nanoTime();
        }
        TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
      } catch (StoreException e) {
        LOG.atWarn().addKeyValue("cause", e.getMessage()).log("the bridge tries again");
        settled = false;
        pauseAfterFailure();
      } catch (LostAuthorityException | ForeignMirrorException e) {
        fatal = Optional.of(String.valueOf(e.getMessage()));
        LOG.atError().addKeyValue("cause", e.getMessage()).log("the bridge ends");
        return;
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }

  /**
   * One pass; answers whether nothing is left to wait for.
   *
   * @throws ForeignMirrorException if a znode of others is in the place of a mirror
   * @throws LostAuthorityException if another process claimed ZooKeeper
   * @throws StoreException if ZooKeeper does not answer
   */
  private boolean reconcile(Map<ZkPath, EtcdEntry> etcd) {
    Map<ZkPath, Znode> znodes = registrations.bookiesOnZooKeeper();
    boolean settled = true;
    for (MirrorChange change : MirrorPlan.plan(etcd, znodes, listed.get())) {
      settled &= carryOut(change);
    }
    return settled;
  }

  private boolean carryOut(MirrorChange change) {
    if (change instanceof MirrorChange.CreateMirror create) {
      listed(create.path(), true);
      Code code = zookeeper.write(new ZnodeWrite.Create(create.path(), create.data(), false));
      log(change, code);
      return code == Code.OK;
    }
    if (change instanceof MirrorChange.Update update) {
      Code code =
          zookeeper.write(new ZnodeWrite.Set(update.path(), update.data(), update.version()));
      log(change, code);
      return code == Code.OK;
    }
    if (change instanceof MirrorChange.DeleteMirror remove) {
      Code code = zookeeper.write(new ZnodeWrite.Delete(remove.path(), remove.version()));
      log(change, code);
      if (code == Code.OK || code == Code.NONODE) {
        listed(remove.path(), false);
        return true;
      }
      return false;
    }
    if (change instanceof MirrorChange.Unlist) {
      listed(change.path(), false);
      return true;
    }
    if (change instanceof MirrorChange.Foreign) {
      throw new ForeignMirrorException(
          "znode %s is persistent and not the daemon's, so the bookie on etcd cannot be shown to brokers; find out who made it, and delete it"
              .formatted(change.path()));
    }
    return false;
  }

  private void listed(ZkPath path, boolean present) {
    SortedSet<ZkPath> mirrors = new TreeSet<>(listed.get());
    if (present ? mirrors.add(path) : mirrors.remove(path)) {
      list.accept(mirrors);
    }
  }

  /** Deletes every listed mirror, whatever is on etcd; the bridge must be closed. */
  public static void removeAll(
      Registrations registrations,
      GuardedZooKeeper zookeeper,
      SortedSet<ZkPath> listed,
      Consumer<SortedSet<ZkPath>> list) {
    Map<ZkPath, Znode> znodes = new TreeMap<>(registrations.bookiesOnZooKeeper());
    SortedSet<ZkPath> left = new TreeSet<>(listed);
    for (ZkPath path : listed) {
      Znode znode = znodes.get(path);
      if (znode == null || znode.isEphemeral()) {
        left.remove(path);
        continue;
      }
      Code code = zookeeper.write(new ZnodeWrite.Delete(path, znode.version()));
      if (code == Code.OK || code == Code.NONODE) {
        left.remove(path);
      }
    }
    list.accept(left);
  }

  private static void log(MirrorChange change, Code code) {
    LOG.atInfo()
        .addKeyValue("path", change.path())
        .addKeyValue("what", change.getClass().getSimpleName())
        .addKeyValue("answer", code)
        .log("mirror");
  }

  private void pauseAfterFailure() {
    try {
      TimeUnit.MILLISECONDS.sleep(10 * PAUSE_MILLIS);
    } catch (InterruptedException e) {
      closed = true;
      Thread.currentThread().interrupt();
    }
  }

  /** Stops mirroring; the mirrors stay. */
  @Override
  public void close() {
    closed = true;
    thread.interrupt();
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** A foreign znode occupies the path of a mirror. */
  static final class ForeignMirrorException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    ForeignMirrorException(String message) {
      super(message);
    }
  }
}
