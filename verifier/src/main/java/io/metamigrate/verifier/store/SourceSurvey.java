package io.metamigrate.verifier.store;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.ZooDefs;
import org.apache.zookeeper.ZooKeeper;
import org.apache.zookeeper.data.ACL;
import org.apache.zookeeper.data.Stat;

/** Asks ZooKeeper what the tree itself does not show. Reads only. */
public final class SourceSurvey {
  private static final Duration TIMEOUT = Duration.ofSeconds(5);
  private static final int MAX_LISTED = 10;
  private static final int MAX_OUT_OF_SCOPE = 200;
  private static final int DEPTH_OUT_OF_SCOPE = 2;

  /** A znode with two of these children is a root of BookKeeper's, whatever its name is. */
  private static final Set<String> LEDGER_ROOT_MARKS =
      Set.of("available", "cookies", "INSTANCEID", "LAYOUT", "idgen", "underreplication");

  private static final List<String> CLUSTER_ROOTS = List.of("ledgers", "managed-ledgers");

  private SourceSurvey() {}

  /**
   * The result of a sample of ACLs.
   *
   * @param read how many znodes had a readable ACL
   * @param restricted the first of them that are not open to the world
   * @param enforced whether a session without credentials was refused if the ACL demands it; empty
   *     if none of them restricts reading
   */
  public record Acls(
      long read, List<String> restricted, long restrictedCount, Optional<Boolean> enforced) {
    public Acls {
      restricted = List.copyOf(restricted);
    }
  }

  /** The ACLs of these paths; what vanished or refuses is left out. */
  public static Acls acls(ZooKeeperConnection connection, Iterable<ZkPath> sample) {
    ZooKeeper client = connection.client();
    List<String> restricted = new ArrayList<>();
    Optional<ZkPath> secret = Optional.empty();
    long read = 0;
    long count = 0;
    for (ZkPath path : sample) {
      Optional<List<ACL>> acl = acl(client, path);
      if (acl.isEmpty()) {
        continue;
      }
      read++;
      int permissions = worldPermissions(acl.get());
      if (permissions != ZooDefs.Perms.ALL) {
        count++;
        if (restricted.size() < MAX_LISTED) {
          restricted.add(path.value());
        }
        if (secret.isEmpty() && (permissions & ZooDefs.Perms.READ) == 0) {
          secret = Optional.of(path);
        }
      }
    }
    return new Acls(
        read, restricted, count, secret.flatMap(path -> refused(connection.settings(), path)));
  }

  private static Optional<List<ACL>> acl(ZooKeeper client, ZkPath path) {
    try {
      return Optional.of(client.getACL(path.value(), new Stat()));
    } catch (KeeperException e) {
      return Optional.empty();
    } catch (InterruptedException e) {
      throw ZnodeReader.interrupted(e);
    }
  }

  private static int worldPermissions(List<ACL> acls) {
    return acls.stream()
        .filter(acl -> acl.getId().getScheme().equals("world"))
        .mapToInt(ACL::getPerms)
        .reduce(0, (a, b) -> a | b);
  }

  /** Whether a session without credentials may not read this; empty if it cannot connect. */
  private static Optional<Boolean> refused(ZooKeeperSettings settings, ZkPath path) {
    ZooKeeperSettings anonymous =
        new ZooKeeperSettings(
            settings.connect(),
            Optional.empty(),
            Map.of("zookeeper.sasl.client", "false"),
            TIMEOUT);
    try (ZooKeeperConnection connection = ZooKeeperConnection.open(anonymous)) {
      connection.client().getData(path.value(), false, new Stat());
      return Optional.of(false);
    } catch (KeeperException.NoAuthException e) {
      return Optional.of(true);
    } catch (KeeperException | StoreException e) {
      return Optional.empty();
    } catch (InterruptedException e) {
      throw ZnodeReader.interrupted(e);
    }
  }

  /**
   * Paths of the same ZooKeeper, outside the chroot, below which another cluster lives; empty if
   * the tree above the chroot cannot be read. Without a chroot there is nothing outside.
   */
  public static Optional<List<String>> clustersOutsideChroot(ZooKeeperSettings settings) {
    int slash = settings.connect().indexOf('/');
    if (slash < 0) {
      return Optional.of(List.of());
    }
    String chroot = settings.connect().substring(slash);
    ZooKeeperSettings whole =
        new ZooKeeperSettings(
            settings.connect().substring(0, slash),
            settings.digest(),
            settings.client(),
            settings.timeout());
    try (ZooKeeperConnection connection = ZooKeeperConnection.open(whole)) {
      return Optional.of(clusters(ZnodeReader.over(connection), new ZkPath(chroot)));
    } catch (StoreException e) {
      return Optional.empty();
    }
  }

  private static List<String> clusters(ZnodeReader reader, ZkPath chroot) {
    List<String> found = new ArrayList<>();
    List<ZkPath> level = List.of(ZkPath.ROOT);
    for (int depth = 0; depth <= DEPTH_OUT_OF_SCOPE && !level.isEmpty(); depth++) {
      List<ZkPath> next = new ArrayList<>();
      List<List<String>> children = reader.children(level);
      for (int i = 0; i < level.size(); i++) {
        if (children.get(i).stream().anyMatch(CLUSTER_ROOTS::contains)
            || children.get(i).stream().filter(LEDGER_ROOT_MARKS::contains).count() > 1) {
          found.add(level.get(i).value());
          continue;
        }
        for (String name : children.get(i)) {
          ZkPath child = level.get(i).child(name);
          if (!child.equals(chroot)
              && !name.equals("zookeeper")
              && next.size() < MAX_OUT_OF_SCOPE) {
            next.add(child);
          }
        }
      }
      level = next;
    }
    return found;
  }
}
