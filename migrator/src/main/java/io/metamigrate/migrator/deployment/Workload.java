package io.metamigrate.migrator.deployment;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * One set of pods or one service of compose as it is described now.
 *
 * @param kind {@code StatefulSet}, {@code Deployment}, {@code service}, ...
 * @param containers those that run first included
 * @param owners what made it and would undo changes, as {@code PulsarCluster prod}
 * @param marks labels and annotations, the value empty for a manager of fields
 * @param scaling how many there are and who changes that
 * @param addressIds ids of bookies whose host is an address that changes with the pod or container
 */
public record Workload(
    String kind,
    String name,
    Role role,
    List<Container> containers,
    List<String> owners,
    Map<String, String> marks,
    Scaling scaling,
    List<String> addressIds) {
  /**
   * How many there are.
   *
   * @param replicas pods or containers that are wanted
   * @param ordered whether the controller starts the next one only when the one before is ready
   * @param readySeconds the least time that the probes of one take until it can be ready
   * @param scaledBy names of what changes the number by itself
   */
  public record Scaling(int replicas, boolean ordered, int readySeconds, List<String> scaledBy) {
    public Scaling {
      scaledBy = List.copyOf(scaledBy);
    }

    /** A single one that nothing scales. */
    public static Scaling one() {
      return new Scaling(1, false, 0, List.of());
    }
  }

  public Workload {
    requireNonNull(role, "role");
    containers = List.copyOf(containers);
    owners = List.copyOf(owners);
    marks = Map.copyOf(marks);
    addressIds = List.copyOf(addressIds);
  }

  /** The same with these mounts in each of its containers, too. */
  public Workload withMounts(List<Mount> more) {
    return more.isEmpty()
        ? this
        : new Workload(
            kind,
            name,
            role,
            containers.stream().map(container -> container.withMounts(more)).toList(),
            owners,
            marks,
            scaling,
            addressIds);
  }

  /** The containers that serve. */
  Stream<Container> servers() {
    return containers.stream().filter(container -> !container.init());
  }

  /** The one that runs the component; a sidecar does not name it in its command. */
  Optional<Container> server() {
    String word = role == Role.BROKER ? "broker" : role == Role.BOOKIE ? "bookie" : "autorecovery";
    return servers()
        .filter(container -> container.command().contains(word))
        .findFirst()
        .or(() -> servers().findFirst());
  }

  /** For messages: {@code StatefulSet bookie}. */
  String title() {
    return kind + " " + name;
  }
}
