package io.metamigrate.migrator.run;

import io.metamigrate.migrator.config.Configuration;
import io.metamigrate.migrator.phase.Checkpoint;
import io.metamigrate.migrator.plan.Finding;
import io.metamigrate.verifier.catalog.Catalogue;
import io.metamigrate.verifier.store.NodeData;
import io.metamigrate.verifier.store.Scope;
import io.metamigrate.verifier.store.ZkPath;
import io.metamigrate.verifier.store.Znode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Compares the configuration of a move with its record on etcd. The configuration is a proposal: if
 * both differ, nothing is changed and both values are named.
 */
public final class DeclaredMove {
  /** The scope of the configuration is not the one that was copied. */
  static final String SCOPE_CHANGED = "SCOPE_CHANGED";

  private DeclaredMove() {}

  /**
   * Refuses a configuration for another move than etcd's; reads only.
   *
   * @throws BlockedException with both values of each contradiction
   */
  public static void require(Stores stores, Configuration configuration, Checkpoint checkpoint) {
    List<Finding> found = new ArrayList<>(contradictions(checkpoint, configuration));
    if (configuration.scope().toScope().contains(Catalogue.INSTANCE_ID)) {
      otherZooKeeper(
              stores.znodes().read(Catalogue.INSTANCE_ID).map(Znode::data),
              stores.keys().read(Catalogue.INSTANCE_ID).map(entry -> entry.data()))
          .ifPresent(found::add);
    }
    refuse(found);
  }

  /** The same without a ZooKeeper. */
  public static void require(Configuration configuration, Checkpoint checkpoint) {
    refuse(contradictions(checkpoint, configuration));
  }

  private static void refuse(List<Finding> found) {
    if (!found.isEmpty()) {
      throw new BlockedException(found);
    }
  }

  private static List<Finding> contradictions(Checkpoint checkpoint, Configuration configuration) {
    return contradictions(
        checkpoint,
        configuration.cluster().name().orElse(checkpoint.cluster()),
        configuration.scope().toScope());
  }

  /** A refusal of requests that name another cluster than that of the move. Pure. */
  public static BlockedException otherCluster(String otherCluster, String ownCluster) {
    return new BlockedException(List.of(otherMove(otherCluster, ownCluster)));
  }

  /** What the checkpoint contradicts. Pure. */
  static List<Finding> contradictions(Checkpoint checkpoint, String cluster, Scope scope) {
    List<Finding> found = new ArrayList<>();
    if (!checkpoint.cluster().equals(cluster)) {
      found.add(otherMove(checkpoint.cluster(), cluster));
    }
    if (!isSame(checkpoint.scope(), scope)) {
      found.add(
          Finding.blocker(
              SCOPE_CHANGED,
              "metamigrate/checkpoint",
              "the move on etcd has the scope %s, the configuration has %s"
                  .formatted(text(checkpoint.scope()), text(scope)),
              "restore the scope that was copied; to copy another one, delete the copy with"
                  + " `migrate abort --clean` and its record with `etcdctl del --prefix"
                  + " metamigrate/`, or use an empty etcd"));
    }
    return found;
  }

  private static Finding otherMove(String otherCluster, String ownCluster) {
    return Finding.blocker(
        "OTHER_MOVE",
        "metamigrate/checkpoint",
        "etcd holds the move of cluster %s, this is %s".formatted(otherCluster, ownCluster),
        "use the configuration of the right cluster: two Pulsar clusters cannot share one"
            + " etcd");
  }

  /** The instance id of BookKeeper is written once in the life of a cluster. Pure. */
  static Optional<Finding> otherZooKeeper(Optional<NodeData> source, Optional<NodeData> target) {
    if (source.isEmpty() || target.isEmpty() || source.get().equals(target.get())) {
      return Optional.empty();
    }
    return Optional.of(
        Finding.blocker(
            "SOURCE_IS_ANOTHER",
            Catalogue.INSTANCE_ID.value(),
            "ZooKeeper is of the BookKeeper instance %s, etcd holds a copy of %s"
                .formatted(text(source.get()), text(target.get())),
            "correct source.zookeeper or target.etcd: these two stores belong to different"
                + " clusters"));
  }

  private static String text(NodeData data) {
    return new String(data.bytes(), StandardCharsets.UTF_8);
  }

  private static boolean isSame(Scope a, Scope b) {
    return Set.copyOf(a.include()).equals(Set.copyOf(b.include()))
        && Set.copyOf(a.exclude()).equals(Set.copyOf(b.exclude()));
  }

  private static String text(Scope scope) {
    String included = names(scope.include());
    return scope.exclude().isEmpty() ? included : included + " without " + names(scope.exclude());
  }

  private static String names(List<ZkPath> paths) {
    return paths.stream().map(ZkPath::value).sorted().collect(Collectors.joining(", "));
  }
}
