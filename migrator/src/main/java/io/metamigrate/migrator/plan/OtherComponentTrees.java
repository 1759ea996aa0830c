package io.metamigrate.migrator.plan;

import io.metamigrate.verifier.store.ZkPath;
import io.metamigrate.verifier.store.Znode;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * What components other than brokers and bookies left in the tree, and whether it proves that they
 * are used. Cluster initialisation leaves some bare nodes that prove nothing. For one thread.
 */
public final class OtherComponentTrees {
  private static final int MAX_LISTED = 20;
  private static final Set<String> CREATED_BY_INITIALIZATION =
      Set.of(
          "/stream",
          "/stream/metadata",
          "/stream/servers",
          "/stream/servers/available",
          "/stream/storage",
          "/stream/assignment",
          "/stream/controller");
  private static final Set<String> CLUSTER_ROOTS = Set.of("ledgers", "managed-ledgers", "admin");

  private final TreeUse functions = new TreeUse();
  private final TreeUse packages = new TreeUse();
  private final TreeUse tableService = new TreeUse();
  private final TreeUse serviceUnits = new TreeUse();
  private final Set<String> otherClusters = new TreeSet<>();
  private Optional<String> upstreamMigration = Optional.empty();

  /**
   * One of these trees: whether it is there, and what lies in it beyond the bare nodes. For one
   * thread.
   */
  public static final class TreeUse {
    private boolean present;
    private long nodes;
    private Optional<ZkPath> live = Optional.empty();
    private Optional<ZkPath> first = Optional.empty();

    private void addBare() {
      present = true;
    }

    private void used(Znode znode) {
      present = true;
      nodes++;
      first = first.or(() -> Optional.of(znode.path()));
      if (znode.isEphemeral()) {
        live = live.or(() -> Optional.of(znode.path()));
      }
    }

    public boolean isPresent() {
      return present;
    }

    /** Nodes that initialisation does not leave. */
    public long nodes() {
      return nodes;
    }

    /** The first of them. */
    public Optional<ZkPath> first() {
      return first;
    }

    /** The first that belongs to a living session. */
    public Optional<ZkPath> live() {
      return live;
    }
  }

  void add(Znode znode) {
    String path = znode.path().value();
    List<String> parts = List.of(path.substring(1).split("/", -1));
    switch (parts.get(0)) {
      case "stream" -> take(tableService, znode, CREATED_BY_INITIALIZATION.contains(path));
      case "service_unit_state" -> take(serviceUnits, znode, parts.size() < 4);
      case "pulsar" -> pulsar(znode, parts);
      default -> {
        if (parts.size() == 2
            && CLUSTER_ROOTS.contains(parts.get(1))
            && !isOwn(parts.get(0))
            && otherClusters.size() < MAX_LISTED) {
          otherClusters.add("/" + parts.get(0));
        }
      }
    }
  }

  private void pulsar(Znode znode, List<String> parts) {
    if (parts.size() < 2) {
      return;
    }
    switch (parts.get(1)) {
      case "functions" -> take(functions, znode, parts.size() == 2);
      case "packages" -> take(packages, znode, parts.size() == 2);
      case "migration-coordinator" -> {
        if (parts.size() == 3 && parts.get(2).equals("migration")) {
          upstreamMigration = Optional.of(new String(znode.data().bytes(), StandardCharsets.UTF_8));
        }
      }
      default -> {
        // of no interest here
      }
    }
  }

  /** {@code /ledgers/ledgers} is a trap of its own, not another cluster. */
  private static boolean isOwn(String root) {
    return CLUSTER_ROOTS.contains(root);
  }

  private static void take(TreeUse use, Znode znode, boolean bare) {
    if (bare) {
      use.addBare();
    } else {
      use.used(znode);
    }
  }

  public TreeUse functions() {
    return functions;
  }

  public TreeUse packages() {
    return packages;
  }

  public TreeUse tableService() {
    return tableService;
  }

  /** Bundle states of the load manager that keeps them in the metadata store. */
  public TreeUse serviceUnits() {
    return serviceUnits;
  }

  /** Paths below which another Pulsar cluster lives. */
  public Set<String> otherClusters() {
    return Set.copyOf(otherClusters);
  }

  /** The state that Pulsar's own migration recorded. */
  public Optional<String> upstreamMigration() {
    return upstreamMigration;
  }
}
