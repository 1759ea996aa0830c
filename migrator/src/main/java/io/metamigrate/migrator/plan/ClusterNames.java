package io.metamigrate.migrator.plan;

import java.util.Collection;
import java.util.List;
import java.util.Optional;

/** Whether the configured name is that of the cluster whose stores and brokers answer. Pure. */
public final class ClusterNames {
  /** The finding's id. */
  public static final String ID = "CLUSTER_NOT_THERE";

  private ClusterNames() {}

  /**
   * The finding if the name is wrong or ambiguous. A broker's own name decides; otherwise the name
   * must be in the list, or the list must have one name only.
   *
   * @param configured {@code cluster.name}, if it is given
   * @param own the distinct {@code clusterName} of the brokers that answered
   * @param listed names below {@code /admin/clusters} but {@code global}, of both stores
   */
  public static Optional<Finding> fault(
      Optional<String> configured, List<String> own, Collection<String> listed) {
    if (own.size() > 1) {
      return Optional.of(
          Finding.blocker(
              ID,
              "clusterName",
              "the brokers name different clusters: " + String.join(", ", own),
              "these brokers are not one cluster; name only those of the cluster that moves"));
    }
    if (configured.isEmpty() && own.isEmpty() && listed.size() > 1) {
      return Optional.of(
          Finding.blocker(
              ID,
              "cluster.name",
              "cluster.name is not given, no broker reports its own, and /admin/clusters has %s"
                  .formatted(String.join(", ", listed)),
              "set cluster.name, or pass --cluster, with the name of the cluster to move"));
    }
    return configured.flatMap(
        name ->
            own.isEmpty()
                ? missing(name, listed)
                : Optional.of(own.get(0))
                    .filter(is -> !is.equals(name))
                    .map(is -> other(name, is)));
  }

  private static Finding other(String name, String own) {
    return Finding.blocker(
        ID,
        "cluster.name",
        "cluster.name is %s, but the brokers' own clusterName is %s".formatted(name, own),
        "give --cluster %s, or the stores and brokers of %s".formatted(own, name));
  }

  private static Optional<Finding> missing(String name, Collection<String> listed) {
    return listed.isEmpty() || listed.contains(name)
        ? Optional.empty()
        : Optional.of(
            Finding.blocker(
                ID,
                "cluster.name",
                "cluster.name is %s, but /admin/clusters has %s"
                    .formatted(name, String.join(", ", listed)),
                "give the name as it is there, or the ZooKeeper of " + name));
  }
}
