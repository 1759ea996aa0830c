package io.metamigrate.migrator.cutover.fence;

import io.metamigrate.migrator.replay.LostAuthorityException;
import io.metamigrate.verifier.store.NodeData;
import io.metamigrate.verifier.store.SourceSnapshot;
import io.metamigrate.verifier.store.Store;
import io.metamigrate.verifier.store.StoreException;
import io.metamigrate.verifier.store.ZkPath;
import io.metamigrate.verifier.store.ZooKeeperConnection;
import io.metamigrate.verifier.store.Zxid;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.KeeperException.Code;
import org.apache.zookeeper.Op;
import org.apache.zookeeper.OpResult;
import org.apache.zookeeper.ZooKeeper;
import org.apache.zookeeper.data.Stat;

/**
 * The only writer of ZooKeeper. Every write is a multi that raises the version of {@code
 * /metamigrate} from the one that this holder left there, so a process that slept can write
 * nothing; and no path is written that the plan does not name.
 *
 * <p>While the connection fails a write is sent again, up to the settings' timeout, and takes
 * effect once: if only the answer of the first was lost, the version and the mark that it left in
 * {@code /metamigrate} show it.
 *
 * <p>Safe for use by several threads: that of the steps and that of the bridge write through it.
 */
public final class GuardedZooKeeper {
  public static final ZkPath GUARD = new ZkPath("/metamigrate");

  /** The copy of the move, by which a rollback without etcd resumes. */
  public static final ZkPath COPY = SourceSnapshot.MOVE;

  private static final String ALLOCATED = "metamigrate-";

  /** Begins the data of the guard while a holder has it that has no lock on etcd. */
  private static final String WITHOUT_LOCK = "without etcd: ";

  private static final int AT_ONCE = 100;

  private final ZooKeeperConnection connection;
  private final Runnable confirmLock;
  private final Predicate<ZkPath> named;
  private final boolean locked;
  private final String holder;
  private int version;
  private long writes;

  private GuardedZooKeeper(
      ZooKeeperConnection connection,
      Runnable confirmLock,
      Predicate<ZkPath> named,
      boolean locked,
      String holder) {
    this.connection = connection;
    this.confirmLock = confirmLock;
    this.named = named;
    this.locked = locked;
    this.holder = (locked ? "" : WITHOUT_LOCK) + holder + " " + UUID.randomUUID();
  }

  /**
   * Takes ZooKeeper over from whoever wrote before.
   *
   * @param confirmLock throws when the lock on etcd is not this holder's any more, or etcd was
   *     given up; asked once more if another process takes ZooKeeper over meanwhile
   * @param named the paths that may be written
   */
  public static GuardedZooKeeper take(
      ZooKeeperConnection connection,
      Runnable confirmLock,
      Predicate<ZkPath> named,
      String holder) {
    GuardedZooKeeper guarded = new GuardedZooKeeper(connection, confirmLock, named, true, holder);
    guarded.raise(true);
    return guarded;
  }

  /**
   * The same without etcd. The guard is the only lock then: whoever raises it next has ZooKeeper,
   * and a holder of the lock on etcd, which may come back, does not raise it again.
   */
  public static GuardedZooKeeper takeWithoutLock(
      ZooKeeperConnection connection, Predicate<ZkPath> named, String holder) {
    GuardedZooKeeper guarded = new GuardedZooKeeper(connection, () -> {}, named, false, holder);
    guarded.raise(true);
    return guarded;
  }

  /** Whether the last holder had no lock on etcd. */
  public static boolean isWithoutLock(byte[] guard) {
    return new String(guard, StandardCharsets.UTF_8).startsWith(WITHOUT_LOCK);
  }

  /**
   * Asks whether ZooKeeper is still this holder's. One that holds the lock on etcd too raises it
   * again after any other such process, but not after one that has declared etcd gone.
   *
   * @throws LostAuthorityException if it is not
   */
  public void requireHeld() {
    try {
      byte[] found =
          connection.retry(
              client -> {
                connection.sync(client);
                return client.getData(GUARD.value(), false, new Stat());
              });
      boolean held =
          locked
              ? !isWithoutLock(found)
              : new String(found, StandardCharsets.UTF_8).startsWith(holder);
      if (!held) {
        throw lost();
      }
    } catch (KeeperException.NoNodeException e) {
      throw lost();
    } catch (KeeperException e) {
      throw failure(GUARD, e);
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  private static LostAuthorityException lost() {
    return new LostAuthorityException(
        "another process took ZooKeeper over (%s), and this one has written nothing since; wait until the other has ended, and if it did not finish, run its command again"
            .formatted(GUARD));
  }

  /**
   * The lock is asked before and after, so that a process that was frozen in between notices.
   *
   * @param first whether this holder takes over; else it raises again what it had
   */
  private synchronized void raise(boolean first) {
    try {
      version = connection.retry(client -> raised(client, first)).getVersion();
    } catch (KeeperException e) {
      throw failure(GUARD, e);
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
    confirmLock.run();
  }

  /** The guard changes only if no other holder has raised it since the lock was asked. */
  private Stat raised(ZooKeeper client, boolean first)
      throws KeeperException, InterruptedException {
    while (true) {
      Stat seen = new Stat();
      try {
        byte[] found = client.getData(GUARD.value(), false, seen);
        if (!first && isWithoutLock(found)) {
          throw lost();
        }
        confirmLock.run();
        return client.setData(GUARD.value(), bytes(holder), seen.getVersion());
      } catch (KeeperException.BadVersionException e) {
        // Another holder was faster: the lock is asked again.
      } catch (KeeperException.NoNodeException e) {
        if (!first) {
          throw e;
        }
        confirmLock.run();
        create(client);
      }
    }
  }

  private void create(ZooKeeper client) throws KeeperException, InterruptedException {
    try {
      client.create(GUARD.value(), bytes(holder), ZnodeWrite.openAcl(), CreateMode.PERSISTENT);
    } catch (KeeperException.NodeExistsException e) {
      // Another holder was first; its version is raised like any other.
    }
  }

  /** Whether no other holder has taken ZooKeeper over since. */
  public synchronized boolean isCurrent() {
    try {
      byte[] found = connection.retry(client -> client.getData(GUARD.value(), false, new Stat()));
      return new String(found, StandardCharsets.UTF_8).startsWith(holder);
    } catch (KeeperException.NoNodeException e) {
      return false;
    } catch (KeeperException e) {
      throw failure(GUARD, e);
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  /** Writes one; answers OK or why the server refused. */
  public Code write(ZnodeWrite change) {
    return write(List.of(change));
  }

  /**
   * Writes all or nothing; answers OK or the first refusal. Safe to call from several threads.
   *
   * @throws LostAuthorityException if another process raised the guard; nothing was written
   * @throws StoreException if ZooKeeper does not answer
   */
  public synchronized Code write(List<? extends ZnodeWrite> changes) {
    for (ZnodeWrite change : changes) {
      if (!named.test(change.path())) {
        throw new IllegalStateException(
            "the plan does not name " + change.path() + ", so it is not written");
      }
    }
    Code code = attempt(changes);
    if (code == Code.INVALIDACL) {
      if (!locked) {
        throw lost();
      }
      // Not ours: the guard's version moved. The lock decides who is the holder.
      raise(false);
      code = attempt(changes);
      if (code == Code.INVALIDACL) {
        throw lost();
      }
    }
    return code;
  }

  /** INVALIDACL, which no write here can cause, means that the guard moved. */
  private Code attempt(List<? extends ZnodeWrite> changes) {
    ZkPath path = changes.isEmpty() ? GUARD : changes.get(0).path();
    try {
      once(changes.stream().map(ZnodeWrite::op).toList());
      return Code.OK;
    } catch (KeeperException e) {
      if (isGuard(e)) {
        return Code.INVALIDACL;
      }
      return Stream.ofNullable(e.getResults())
          .flatMap(List::stream)
          .map(GuardedZooKeeper::error)
          .filter(code -> code != Code.OK && code != Code.RUNTIMEINCONSISTENCY)
          .findFirst()
          .orElseThrow(() -> failure(path, e));
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  /**
   * Carries all of this out, once, and raises the guard; the results, or none if they were lost
   * with the connection.
   */
  private List<OpResult> once(List<Op> ops) throws KeeperException, InterruptedException {
    byte[] sign = bytes(holder + " " + ++writes);
    List<Op> guarded = new ArrayList<>();
    guarded.add(Op.setData(GUARD.value(), sign, version));
    guarded.addAll(ops);
    List<OpResult> results;
    try {
      results = connection.retry(client -> client.multi(guarded));
    } catch (KeeperException e) {
      if (!isGuard(e) || !isThere(sign)) {
        throw e;
      }
      results = List.of();
    }
    version++;
    return results.isEmpty() ? results : results.subList(1, results.size());
  }

  /** Whether a write with this sign was the last that was carried out. */
  private boolean isThere(byte[] sign) throws KeeperException, InterruptedException {
    Stat stat = new Stat();
    byte[] found = connection.retry(client -> client.getData(GUARD.value(), false, stat));
    return Arrays.equals(found, sign) && stat.getVersion() == version + 1;
  }

  /** Whether it was the guard that refused, which is always asked first. */
  private static boolean isGuard(KeeperException e) {
    List<OpResult> results = e.getResults();
    return results != null && !results.isEmpty() && error(results.get(0)) != Code.OK;
  }

  private static Code error(OpResult result) {
    return result instanceof OpResult.ErrorResult error ? Code.get(error.getErr()) : Code.OK;
  }

  /**
   * Sets an access list, which cannot be part of a multi. Each attempt reads the list, confirms the
   * lock, and sets the list only if nobody has set it since the read; so one that was frozen in
   * between changes nothing once the next holder has set it. Answers OK, NONODE or NOAUTH.
   */
  synchronized Code setAcl(ZkPath path, List<SavedAcl> acl) {
    if (!named.test(path)) {
      throw new IllegalStateException("the plan does not name " + path + ", so it is not fenced");
    }
    try {
      while (true) {
        try {
          connection.retry(client -> readAndSet(client, path, acl));
          return Code.OK;
        } catch (KeeperException.BadVersionException e) {
          // Another process was faster: checked again, and the lock is asked again.
          requireLock();
        }
      }
    } catch (KeeperException.NoNodeException | KeeperException.NoAuthException e) {
      return e.code();
    } catch (KeeperException e) {
      throw failure(path, e);
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  /** Without etcd the guard is the lock. */
  private void requireLock() {
    if (locked) {
      confirmLock.run();
    } else {
      requireHeld();
    }
  }

  private Stat readAndSet(ZooKeeper client, ZkPath path, List<SavedAcl> acl)
      throws KeeperException, InterruptedException {
    Stat seen = new Stat();
    client.getACL(path.value(), seen);
    requireLock();
    return client.setACL(path.value(), SavedAcl.list(acl), seen.getAversion());
  }

  /**
   * Creates a child of {@code /metamigrate} again; answers its zxid. A watch sees it after
   * everything that was committed before.
   *
   * @throws StoreException if ZooKeeper refuses or fails
   */
  public Zxid mark(String name) {
    ZkPath mark = GUARD.child(name);
    write(new ZnodeWrite.Delete(mark, -1));
    Code code = write(new ZnodeWrite.Create(mark, NodeData.EMPTY, false));
    if (code != Code.OK) {
      throw new StoreException(
          Store.ZOOKEEPER, "ZooKeeper refused to create " + mark + ": " + code);
    }
    try {
      Stat stat = connection.retry(client -> client.exists(mark.value(), false));
      if (stat == null) {
        throw new StoreException(Store.ZOOKEEPER, mark + " was removed right after its creation");
      }
      return new Zxid(stat.getCzxid());
    } catch (KeeperException e) {
      throw failure(mark, e);
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  /**
   * Draws this many numbers from a parent of sequential nodes, by creating children and deleting
   * them; what a killed process left is deleted first.
   */
  public synchronized void allocate(ZkPath parent, long numbers) {
    if (!named.test(parent)) {
      throw new IllegalStateException("the plan does not name " + parent);
    }
    try {
      discard(parent, allocated(parent));
      for (long left = numbers; left > 0; left -= AT_ONCE) {
        List<Op> ops = new ArrayList<>();
        for (long i = 0; i < Math.min(left, AT_ONCE); i++) {
          ops.add(
              Op.create(
                  parent.child(ALLOCATED).value(),
                  new byte[0],
                  ZnodeWrite.openAcl(),
                  CreateMode.PERSISTENT_SEQUENTIAL));
        }
        List<String> made = new ArrayList<>();
        for (OpResult result : once(ops)) {
          if (result instanceof OpResult.CreateResult create) {
            // The client of a chroot gives the path of a multi's result with the chroot.
            made.add(create.getPath().substring(create.getPath().lastIndexOf('/') + 1));
          }
        }
        discard(parent, made.isEmpty() ? allocated(parent) : made);
      }
    } catch (KeeperException e) {
      throw failure(parent, e);
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  private List<String> allocated(ZkPath parent) throws KeeperException, InterruptedException {
    return connection.retry(client -> client.getChildren(parent.value(), false)).stream()
        .filter(name -> name.startsWith(ALLOCATED))
        .toList();
  }

  private void discard(ZkPath parent, List<String> names)
      throws KeeperException, InterruptedException {
    if (!names.isEmpty()) {
      once(names.stream().map(name -> Op.delete(parent.child(name).value(), -1)).toList());
    }
  }

  /**
   * Deletes {@code /metamigrate} and what is below it, the copy of the move last, except for the
   * epoch of a move that has passed the point of no return, which stays; nothing else can be
   * written afterwards.
   *
   * @throws StoreException if ZooKeeper refuses or fails
   */
  public synchronized void leave() {
    try {
      boolean stays = false;
      List<String> names =
          new ArrayList<>(connection.retry(client -> client.getChildren(GUARD.value(), false)));
      names.sort(Comparator.comparing(name -> name.equals(COPY.name())));
      for (String name : names) {
        ZkPath child = GUARD.child(name);
        if (child.equals(SourceSnapshot.EPOCH)) {
          stays = true;
        } else {
          Code code = write(new ZnodeWrite.Delete(child, -1));
          if (code != Code.OK && code != Code.NONODE) {
            throw new StoreException(
                Store.ZOOKEEPER, "ZooKeeper refused to delete " + child + ": " + code);
          }
        }
      }
      if (stays) {
        return;
      }
      connection.retry(
          client -> {
            client.delete(GUARD.value(), version);
            return GUARD;
          });
    } catch (KeeperException.NoNodeException e) {
      // It is gone already.
    } catch (KeeperException e) {
      throw failure(GUARD, e);
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private StoreException failure(ZkPath path, KeeperException e) {
    return new StoreException(
        Store.ZOOKEEPER,
        "ZooKeeper at %s refused to write %s: %s".formatted(connection.settings(), path, e.code()),
        e);
  }

  private static StoreException interrupted(InterruptedException e) {
    Thread.currentThread().interrupt();
    return new StoreException(Store.ZOOKEEPER, "interrupted while writing to ZooKeeper", e);
  }
}
