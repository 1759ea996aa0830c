package io.metamigrate.migrator.cutover.fence;

import io.metamigrate.migrator.replay.LostAuthorityException;
import io.metamigrate.verifier.store.NodeData;
import io.metamigrate.verifier.store.Store;
import io.metamigrate.verifier.store.StoreException;
import io.metamigrate.verifier.store.ZkPath;
import io.metamigrate.verifier.store.ZooKeeperConnection;
import io.metamigrate.verifier.store.Zxid;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.KeeperException.Code;
import org.apache.zookeeper.Op;
import org.apache.zookeeper.OpResult;
import org.apache.zookeeper.ZooDefs.Ids;
import org.apache.zookeeper.ZooKeeper;
import org.apache.zookeeper.data.ACL;
import org.apache.zookeeper.data.Stat;

/**
 * The only writer of ZooKeeper. Every write is a multi that checks the version of {@code
 * /metamigrate}, which each new holder raises, so a process that slept can write nothing; and no
 * path is written that the plan does not name.
 */
public final class GuardedZooKeeper {
  public static final ZkPath GUARD = new ZkPath("/metamigrate");

  private static final String DRAWN = "metamigrate-";
  private static final int AT_ONCE = 100;

  private final ZooKeeperConnection connection;
  private final Runnable confirmLock;
  private final Predicate<ZkPath> named;
  private final byte[] holder;
  private int version;

  private GuardedZooKeeper(
      ZooKeeperConnection connection,
      Runnable confirmLock,
      Predicate<ZkPath> named,
      String holder) {
    this.connection = connection;
    this.confirmLock = confirmLock;
    this.named = named;
    this.holder = holder.getBytes(StandardCharsets.UTF_8);
  }

  /**
   * Takes ZooKeeper over from whoever wrote before.
   *
   * @param confirmLock throws when the lock on etcd is not this holder's any more
   * @param named the paths that may be written
   */
  public static GuardedZooKeeper take(
      ZooKeeperConnection connection,
      Runnable confirmLock,
      Predicate<ZkPath> named,
      String holder) {
    GuardedZooKeeper guarded = new GuardedZooKeeper(connection, confirmLock, named, holder);
    guarded.raise();
    return guarded;
  }

  /** The lock is asked before and after, so that one who thaws in between learns it. */
  private synchronized void raise() {
    confirmLock.run();
    try {
      ZooKeeper client = connection.client();
      if (client.exists(GUARD.value(), false) == null) {
        try {
          client.create(GUARD.value(), holder, openAcl(), CreateMode.PERSISTENT);
        } catch (KeeperException.NodeExistsException e) {
          // Another holder was first; its version is raised like any other.
        }
      }
      Stat stat = client.setData(GUARD.value(), holder, -1);
      version = stat.getVersion();
    } catch (KeeperException e) {
      throw failure(GUARD, e);
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
    confirmLock.run();
  }

  /** One write among others. */
  public sealed interface Change {
    ZkPath path();

    /** Create a node for everybody, as Pulsar and BookKeeper do. */
    record Create(ZkPath path, NodeData data, boolean container) implements Change {}

    /** Create a node with this access list. */
    record CreateFenced(ZkPath path) implements Change {}

    /** Set the data of a node that has this version. */
    record Set(ZkPath path, NodeData data, int version) implements Change {}

    /** Delete a node that has this data version. */
    record Delete(ZkPath path, int version) implements Change {}
  }

  /** Writes one; answers OK or why the server refused. */
  public Code write(Change change) {
    return write(List.of(change));
  }

  /** Writes all or nothing; answers OK or the first refusal. */
  public synchronized Code write(List<Change> changes) {
    for (Change change : changes) {
      if (!named.test(change.path())) {
        throw new IllegalStateException(
            "the plan does not name " + change.path() + ", so it is not written");
      }
    }
    Code code = attempt(changes);
    if (code == Code.INVALIDACL) {
      // Not ours: the guard's version moved. The lock decides who is the holder.
      raise();
      code = attempt(changes);
      if (code == Code.INVALIDACL) {
        throw new LostAuthorityException(
            "%s on ZooKeeper was raised by another process; nothing was written".formatted(GUARD));
      }
    }
    return code;
  }

  /** INVALIDACL, which no write here can bring, stands for a guard that moved. */
  private Code attempt(List<Change> changes) {
    List<Op> ops = new ArrayList<>();
    ops.add(Op.check(GUARD.value(), version));
    changes.forEach(change -> ops.add(op(change)));
    try {
      connection.client().multi(ops);
      return Code.OK;
    } catch (KeeperException e) {
      List<OpResult> results = e.getResults();
      if (results == null || results.isEmpty()) {
        throw failure(changes.isEmpty() ? GUARD : changes.get(0).path(), e);
      }
      if (error(results.get(0)) != Code.OK) {
        return Code.INVALIDACL;
      }
      return results.stream()
          .map(GuardedZooKeeper::error)
          .filter(code -> code != Code.OK && code != Code.RUNTIMEINCONSISTENCY)
          .findFirst()
          .orElseThrow(() -> failure(changes.get(0).path(), e));
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  private static Code error(OpResult result) {
    return result instanceof OpResult.ErrorResult error ? Code.get(error.getErr()) : Code.OK;
  }

  private static Op op(Change change) {
    String path = change.path().value();
    if (change instanceof Change.Create create) {
      return Op.create(
          path,
          create.data().bytes(),
          openAcl(),
          create.container() ? CreateMode.CONTAINER : CreateMode.PERSISTENT);
    }
    if (change instanceof Change.CreateFenced) {
      return Op.create(path, new byte[0], SavedAcl.list(SavedAcl.FENCE), CreateMode.PERSISTENT);
    }
    if (change instanceof Change.Set set) {
      return Op.setData(path, set.data().bytes(), set.version());
    }
    return Op.delete(path, ((Change.Delete) change).version());
  }

  /**
   * Sets an access list, which cannot be part of a multi: it follows a fresh check of the lock.
   * Answers OK, NONODE or NOAUTH.
   */
  synchronized Code setAcl(ZkPath path, List<SavedAcl> acl) {
    if (!named.test(path)) {
      throw new IllegalStateException("the plan does not name " + path + ", so it is not fenced");
    }
    confirmLock.run();
    try {
      connection.client().setACL(path.value(), SavedAcl.list(acl), -1);
      return Code.OK;
    } catch (KeeperException.NoNodeException | KeeperException.NoAuthException e) {
      return e.code();
    } catch (KeeperException e) {
      throw failure(path, e);
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  /**
   * Makes a child of {@code /metamigrate} anew; answers its zxid. A watch sees it after everything
   * that was committed before.
   */
  public Zxid mark(String name) {
    ZkPath mark = GUARD.child(name);
    write(new Change.Delete(mark, -1));
    Code code = write(new Change.Create(mark, NodeData.EMPTY, false));
    if (code != Code.OK) {
      throw new StoreException(
          Store.ZOOKEEPER, "ZooKeeper refused to create " + mark + ": " + code);
    }
    try {
      Stat stat = connection.client().exists(mark.value(), false);
      if (stat == null) {
        throw new StoreException(Store.ZOOKEEPER, mark + " is gone as soon as it was made");
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
  public synchronized void draw(ZkPath parent, long numbers) {
    if (!named.test(parent)) {
      throw new IllegalStateException("the plan does not name " + parent);
    }
    try {
      ZooKeeper client = connection.client();
      discard(
          parent,
          client.getChildren(parent.value(), false).stream()
              .filter(name -> name.startsWith(DRAWN))
              .toList());
      for (long left = numbers; left > 0; left -= AT_ONCE) {
        List<Op> ops = new ArrayList<>();
        ops.add(Op.check(GUARD.value(), version));
        for (long i = 0; i < Math.min(left, AT_ONCE); i++) {
          ops.add(
              Op.create(
                  parent.child(DRAWN).value(),
                  new byte[0],
                  openAcl(),
                  CreateMode.PERSISTENT_SEQUENTIAL));
        }
        List<String> made = new ArrayList<>();
        for (OpResult result : client.multi(ops)) {
          if (result instanceof OpResult.CreateResult create) {
            // The client of a chroot gives the path of a multi's result with the chroot.
            made.add(create.getPath().substring(create.getPath().lastIndexOf('/') + 1));
          }
        }
        discard(parent, made);
      }
    } catch (KeeperException e) {
      throw failure(parent, e);
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  private void discard(ZkPath parent, List<String> names)
      throws KeeperException, InterruptedException {
    if (names.isEmpty()) {
      return;
    }
    List<Op> ops = new ArrayList<>();
    ops.add(Op.check(GUARD.value(), version));
    names.forEach(name -> ops.add(Op.delete(parent.child(name).value(), -1)));
    connection.client().multi(ops);
  }

  /** Deletes {@code /metamigrate} and what is below it; nothing can be written afterwards. */
  public synchronized void leave() {
    try {
      ZooKeeper client = connection.client();
      for (String name : client.getChildren(GUARD.value(), false)) {
        write(new Change.Delete(GUARD.child(name), -1));
      }
      client.delete(GUARD.value(), version);
    } catch (KeeperException.NoNodeException e) {
      // It is gone already.
    } catch (KeeperException e) {
      throw failure(GUARD, e);
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  private static List<ACL> openAcl() {
    return new ArrayList<>(Ids.OPEN_ACL_UNSAFE);
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
