package io.metamigrate.migrator.cutover.fence;

import io.metamigrate.migrator.restart.StepOutcome;
import io.metamigrate.verifier.store.Store;
import io.metamigrate.verifier.store.StoreException;
import io.metamigrate.verifier.store.ZkPath;
import io.metamigrate.verifier.store.ZooKeeperConnection;
import io.metamigrate.verifier.store.ZooKeeperSettings;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.KeeperException.Code;
import org.apache.zookeeper.ZooDefs.Ids;
import org.apache.zookeeper.ZooKeeper;

/** Keeps brokers from starting on ZooKeeper, by access lists. Safe for use by several threads. */
public final class Fence {
  /** The start of a line about a fence that is not in place. */
  public static final String GONE = "the fence is gone at";

  private static final String PROBE = "metamigrate-probe";

  private final ZooKeeperConnection connection;
  private final GuardedZooKeeper guarded;
  private final Reaping reaping;

  public Fence(ZooKeeperConnection connection, GuardedZooKeeper guarded) {
    this.connection = connection;
    this.guarded = guarded;
    this.reaping = new Reaping(connection, guarded);
  }

  /** The access lists as they are; what is not there is left out. */
  public Map<ZkPath, List<SavedAcl>> read(Collection<ZkPath> paths) {
    return new AccessLists(connection).read(paths);
  }

  /** Whether this list is the fence's and not one that the operator may want back. */
  public static boolean isFence(List<SavedAcl> acl) {
    return acl.equals(SavedAcl.FENCE);
  }

  /** Fences each; empty if the fence is in place everywhere, else the reason. */
  public Optional<String> raise(Collection<ZkPath> paths) {
    for (ZkPath path : paths) {
      Reaping.RaiseResult kept = reaping.keep(path);
      if (kept.refused().isPresent()) {
        return Optional.of(
            "ZooKeeper refused to fence %s: %s%s"
                .formatted(
                    path,
                    kept.refused().get(),
                    kept.refused().get() == Code.NOTEMPTY
                        ? ", something is registered below it"
                        : ""));
      }
      if (kept.raised()) {
        continue;
      }
      Code code = guarded.setAcl(path, SavedAcl.FENCE);
      if (code == Code.NONODE) {
        // It was an empty container and was removed: created again with the fence, so that no other
        // client creates it.
        code = guarded.write(new ZnodeWrite.CreateFenced(path));
      }
      if (code != Code.OK) {
        return Optional.of("ZooKeeper refused to fence " + path + ": " + code);
      }
    }
    return Optional.empty();
  }

  /** Creates again, fenced, what ZooKeeper has removed; empty unless ZooKeeper refused. */
  public Optional<String> recreate(Collection<ZkPath> paths) {
    Set<ZkPath> there = read(paths).keySet();
    return raise(paths.stream().filter(path -> !there.contains(path)).toList());
  }

  /** The present state of the fence, as a sentence. */
  public String seen(Collection<ZkPath> paths) {
    List<ZkPath> gaps = gaps(paths);
    return gaps.isEmpty()
        ? "the fence is in place at %d nodes of ZooKeeper".formatted(paths.size())
        : GONE + " " + gaps;
  }

  /** The nodes that should be fenced and are not. */
  public List<ZkPath> gaps(Collection<ZkPath> paths) {
    Map<ZkPath, List<SavedAcl>> now = read(paths);
    return paths.stream().filter(path -> !SavedAcl.FENCE.equals(now.get(path))).toList();
  }

  /**
   * Restores what was saved, wherever the fence is in place; safe to repeat. Elsewhere the list is
   * set as it is, so that a process that lost the lock can no longer raise the fence there.
   *
   * @throws StoreException if ZooKeeper refuses or fails
   */
  public void lift(Map<ZkPath, List<SavedAcl>> saved) {
    Map<ZkPath, List<SavedAcl>> now = read(saved.keySet());
    now.forEach(
        (path, acl) -> {
          if (!isFence(acl)) {
            guarded.setAcl(path, acl);
          } else {
            Code code = guarded.setAcl(path, saved.getOrDefault(path, acl));
            if (code != Code.OK && code != Code.NONODE) {
              throw new StoreException(
                  Store.ZOOKEEPER, "ZooKeeper refused to lift the fence at " + path + ": " + code);
            }
          }
          reaping.release(path, isFence(acl) ? saved.getOrDefault(path, acl) : acl);
        });
  }

  /**
   * Tries to get past it, from a second session without any rights of the daemon's.
   *
   * @param hooked whether the operator's own hook keeps writers away; then a session that cannot
   *     even be opened proves it as well, while the daemon's own is served
   */
  public StepOutcome prove(Collection<ZkPath> paths, boolean hooked) {
    if (!isServed()) {
      return StepOutcome.notYet("ZooKeeper does not answer the daemon itself");
    }
    try (UnprivilegedSession session =
        new UnprivilegedSession(ZooKeeperConnection.open(unprivileged()))) {
      List<String> open = new ArrayList<>();
      for (ZkPath path : paths) {
        Code code = probe(session.connection().client(), path);
        ProbeResult result = resultOf(code, hooked);
        if (result == ProbeResult.UNKNOWN) {
          return StepOutcome.notYet("no answer to a second session at " + path + ": " + code);
        }
        if (result == ProbeResult.GOT_PAST) {
          open.add(path + " (" + code + ")");
        }
      }
      return open.isEmpty()
          ? StepOutcome.done(
              "a second session could not create anything at " + paths.size() + " nodes")
          : StepOutcome.failed("a second session got past the fence at " + String.join(", ", open));
    } catch (StoreException e) {
      return hooked && isServed()
          ? StepOutcome.done("a second session could not be opened")
          : StepOutcome.notYet("no second session: " + e.getMessage());
    }
  }

  /** The result of a second session's write. */
  enum ProbeResult {
    KEPT_OUT,
    GOT_PAST,
    UNKNOWN
  }

  /**
   * What the answer proves. A node that is absent was reaped a moment ago. A hook may refuse in any
   * way, but a server that went away has refused nothing. Pure.
   */
  static ProbeResult resultOf(Code code, boolean hooked) {
    if (code == Code.NOAUTH) {
      return ProbeResult.KEPT_OUT;
    }
    if (ZooKeeperConnection.isConnection(code) || (code == Code.NONODE && !hooked)) {
      return ProbeResult.UNKNOWN;
    }
    return hooked && code != Code.OK ? ProbeResult.KEPT_OUT : ProbeResult.GOT_PAST;
  }

  /**
   * Its close is not waited for: ZooKeeper's client sleeps 100 ms there (ClientCnxnSocketNIO,
   * 3.9.5), and producers wait.
   */
  private record UnprivilegedSession(ZooKeeperConnection connection) implements AutoCloseable {
    @Override
    public void close() {
      Thread leaving = new Thread(connection::close, "fence-probe-leaves");
      leaving.setDaemon(true);
      leaving.start();
    }
  }

  /** A server that is away keeps everybody out, which proves nothing. */
  private boolean isServed() {
    try {
      connection.client().exists("/", false);
      return true;
    } catch (KeeperException e) {
      return false;
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  private static Code probe(ZooKeeper client, ZkPath path) {
    String probe = path.child(PROBE).value();
    try {
      client.create(probe, new byte[0], new ArrayList<>(Ids.OPEN_ACL_UNSAFE), CreateMode.EPHEMERAL);
      client.delete(probe, -1);
      return Code.OK;
    } catch (KeeperException e) {
      return e.code();
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  private ZooKeeperSettings unprivileged() {
    ZooKeeperSettings own = connection.settings();
    Map<String, String> client = new HashMap<>(own.client());
    client.put("zookeeper.sasl.client", "false");
    return new ZooKeeperSettings(own.connect(), Optional.empty(), client, own.timeout());
  }

  private static StoreException interrupted(InterruptedException e) {
    Thread.currentThread().interrupt();
    return new StoreException(Store.ZOOKEEPER, "interrupted while fencing ZooKeeper", e);
  }
}
