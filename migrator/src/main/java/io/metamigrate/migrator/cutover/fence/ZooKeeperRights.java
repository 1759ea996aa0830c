package io.metamigrate.migrator.cutover.fence;

import io.metamigrate.migrator.cutover.fence.Identities.Permission;
import io.metamigrate.verifier.catalog.Catalogue;
import io.metamigrate.verifier.store.Store;
import io.metamigrate.verifier.store.StoreException;
import io.metamigrate.verifier.store.ZkPath;
import io.metamigrate.verifier.store.ZooKeeperConnection;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.ZooDefs.Perms;
import org.apache.zookeeper.data.Stat;

/**
 * Whether ZooKeeper's access lists let the daemon do what a cutover does there, found by reading
 * them. A server that ignores its access lists ({@code zookeeper.skipACL}, ZooKeeper
 * Administrator's Guide) cannot be detected this way. Safe for use by several threads.
 */
public final class ZooKeeperRights {
  /** In the line about a path at which the fence cannot be raised. */
  public static final String FENCING = "change the access list";

  private static final int CHILDREN = Perms.CREATE | Perms.DELETE;

  private final ZooKeeperConnection connection;
  private final Identities identities;

  /** Asks ZooKeeper who the daemon is. */
  public ZooKeeperRights(ZooKeeperConnection connection) {
    this.connection = connection;
    this.identities = Identities.of(connection.settings());
  }

  /**
   * What was found.
   *
   * @param missing rights that are needed and not there, a line for each
   * @param notVerifiable what could not be determined, a line for each
   */
  public record RightsReport(List<String> missing, List<String> notVerifiable) {
    public RightsReport {
      missing = List.copyOf(missing);
      notVerifiable = List.copyOf(notVerifiable);
    }
  }

  /**
   * For the way to etcd and back before the point of no return.
   *
   * @param fence the nodes that will be fenced
   * @param more parents below which a znode will be made and removed
   */
  public RightsReport forCutover(Collection<ZkPath> fence, Collection<ZkPath> more) {
    Map<ZkPath, Integer> needs = new LinkedHashMap<>();
    needs.put(ZkPath.ROOT, CHILDREN);
    needs.put(Catalogue.AVAILABLE, CHILDREN);
    needs.put(Catalogue.READONLY, CHILDREN);
    more.forEach(path -> needs.put(path, CHILDREN));
    fence.forEach(path -> needs.merge(path, Perms.ADMIN, (a, b) -> a | b));
    return compare(needs);
  }

  /** For a reverse migration, which may write to any node that is copied. */
  public RightsReport forRollback(Collection<ZkPath> sample) {
    Map<ZkPath, Integer> needs = new LinkedHashMap<>();
    sample.forEach(path -> needs.put(path, Perms.WRITE | CHILDREN));
    return compare(needs);
  }

  private RightsReport compare(Map<ZkPath, Integer> needs) {
    List<String> missing = new ArrayList<>();
    List<String> notVerifiable = new ArrayList<>();
    needs.forEach(
        (path, permissions) ->
            acl(path)
                .ifPresent(
                    acl -> {
                      Permission answer = identities.may(acl, permissions);
                      if (answer == Permission.NO) {
                        missing.add(
                            "ZooKeeper at %s: no right to %s at %s; grant it to the user of source.sasl"
                                .formatted(connection.settings(), names(permissions), path));
                      } else if (answer == Permission.UNKNOWN) {
                        notVerifiable.add(
                            "whether ZooKeeper at %s lets this tool %s at %s (server before 3.7, or an access list of another kind)"
                                .formatted(connection.settings(), names(permissions), path));
                      }
                    }));
    return new RightsReport(missing, notVerifiable);
  }

  private static String names(int permissions) {
    List<String> names = new ArrayList<>();
    if ((permissions & Perms.WRITE) != 0) {
      names.add("write");
    }
    if ((permissions & CHILDREN) != 0) {
      names.add("create and delete children");
    }
    if ((permissions & Perms.ADMIN) != 0) {
      names.add(FENCING);
    }
    return String.join(" and ", names);
  }

  private Optional<List<SavedAcl>> acl(ZkPath path) {
    try {
      return Optional.of(SavedAcl.of(connection.client().getACL(path.value(), new Stat())));
    } catch (KeeperException.NoNodeException e) {
      return Optional.empty();
    } catch (KeeperException.NoAuthException e) {
      // The list itself is hidden from who may neither read nor administer the node.
      return Optional.of(List.of());
    } catch (KeeperException e) {
      throw new StoreException(
          Store.ZOOKEEPER, "the access list of " + path + " cannot be read: " + e.code(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StoreException(Store.ZOOKEEPER, "interrupted while reading access lists", e);
    }
  }
}
