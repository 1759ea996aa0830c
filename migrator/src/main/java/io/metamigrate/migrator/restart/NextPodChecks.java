package io.metamigrate.migrator.restart;

import io.fabric8.kubernetes.api.model.ConfigMapEnvSource;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.EnvFromSource;
import io.fabric8.kubernetes.api.model.KeyToPath;
import io.fabric8.kubernetes.api.model.NodeSelector;
import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeNodeAffinity;
import io.fabric8.kubernetes.api.model.VolumeProjection;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.metamigrate.migrator.deployment.DeploymentFinding;
import io.metamigrate.migrator.deployment.NextPod;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What can keep the next pods of a set from starting once a pod of today is gone. Pure.
 *
 * @param pods all of the namespace
 * @param nodes of the cluster; empty if they may not be read
 */
record NextPodChecks(
    List<Pod> pods,
    List<PersistentVolumeClaim> claims,
    List<PersistentVolume> volumes,
    List<io.fabric8.kubernetes.api.model.Node> nodes) {
  /** How many names a line gives of each kind. */
  private static final int SHOWN = 3;

  private static final Set<String> NOT_PULLED =
      Set.of("ErrImagePull", "ImagePullBackOff", "InvalidImageName", "ErrImageNeverPull");

  NextPodChecks {
    pods = List.copyOf(pods);
    claims = List.copyOf(claims);
    volumes = List.copyOf(volumes);
    nodes = List.copyOf(nodes);
  }

  /**
   * All findings.
   *
   * @param own pods of the set
   * @param keys whether the ConfigMap of a name has a key; empty if there is no such ConfigMap
   */
  List<DeploymentFinding> of(
      StatefulSet set, List<Pod> own, Function<String, Optional<Predicate<String>>> keys) {
    List<DeploymentFinding> found = new ArrayList<>(placement(set, own));
    PodSpec template = set.getSpec().getTemplate().getSpec();
    String name = set.getMetadata().getName();
    Stream.concat(template.getInitContainers().stream(), template.getContainers().stream())
        .forEach(container -> image(set, container).ifPresent(found::add));
    List<String> notCounted = PodPlacement.notCounted(template);
    if (!notCounted.isEmpty()) {
      found.add(NextPod.notChecked(set.getKind(), name, String.join(", ", notCounted)));
    }
    needed(template)
        .forEach(
            (map, wanted) ->
                keys.apply(map)
                    .map(
                        has ->
                            wanted.stream()
                                .filter(has.negate())
                                .map(key -> "key %s of the ConfigMap %s".formatted(key, map)))
                    .orElseGet(() -> Stream.of("ConfigMap " + map))
                    .forEach(what -> found.add(NextPod.lacking(set.getKind(), name, what))));
    return found;
  }

  private List<DeploymentFinding> placement(StatefulSet set, List<Pod> own) {
    SortedMap<String, List<String>> nowhere = new TreeMap<>();
    SortedMap<String, List<String>> elsewhere = new TreeMap<>();
    PodSpec template = set.getSpec().getTemplate().getSpec();
    List<Pod> running = pods.stream().filter(pod -> !KubernetesWorkloads.hasEnded(pod)).toList();
    for (Pod pod : own.stream().filter(one -> !KubernetesWorkloads.hasEnded(one)).toList()) {
      PodPlacement placement =
          new PodPlacement(
              template,
              Stream.of(template, pod.getSpec())
                  .flatMap(spec -> spec.getTolerations().stream())
                  .toList(),
              places(pod),
              running.stream().filter(one -> !isSame(one, pod)).toList(),
              nodes);
      SortedMap<String, String> refusals = new TreeMap<>();
      nodes.forEach(
          node ->
              placement
                  .refusal(node)
                  .ifPresent(why -> refusals.put(node.getMetadata().getName(), why)));
      String present = String.valueOf(pod.getSpec().getNodeName());
      if (refusals.size() == nodes.size() && !nodes.isEmpty()) {
        SortedMap<String, List<String>> byReason = new TreeMap<>();
        refusals.forEach(
            (node, why) -> byReason.computeIfAbsent(why, key -> new ArrayList<>()).add(node));
        String reasons =
            byReason.entrySet().stream()
                .map(one -> one.getKey() + ": " + few(one.getValue(), ", "))
                .collect(Collectors.joining("; "));
        nowhere.computeIfAbsent(reasons, key -> new ArrayList<>()).add(pod.getMetadata().getName());
      } else if (refusals.containsKey(present)) {
        elsewhere
            .computeIfAbsent(refusals.get(present) + ": " + present, key -> new ArrayList<>())
            .add(pod.getMetadata().getName());
      }
    }
    String name = set.getMetadata().getName();
    List<DeploymentFinding> found = new ArrayList<>();
    if (!nowhere.isEmpty()) {
      found.add(NextPod.withoutNode(set.getKind(), name, grouped(nowhere)));
    }
    if (!elsewhere.isEmpty()) {
      found.add(NextPod.onAnotherNode(set.getKind(), name, grouped(elsewhere)));
    }
    return found;
  }

  /** Pods by the reason that they have in common. */
  private static String grouped(SortedMap<String, List<String>> podsByReason) {
    return few(
        podsByReason.entrySet().stream()
            .map(one -> "%s (%s)".formatted(few(one.getValue(), ", "), one.getKey()))
            .toList(),
        "; ");
  }

  /** The first ones, and how many more there are. */
  private static String few(List<String> all, String separator) {
    String shown = all.stream().limit(SHOWN).collect(Collectors.joining(separator));
    return all.size() > SHOWN ? shown + " and %d more".formatted(all.size() - SHOWN) : shown;
  }

  private static boolean isSame(Pod one, Pod other) {
    return one.getMetadata().getName().equals(other.getMetadata().getName());
  }

  /** Where the volumes of its claims can be attached. */
  private List<NodeSelector> places(Pod pod) {
    Set<String> names =
        pod.getSpec().getVolumes().stream()
            .map(Volume::getPersistentVolumeClaim)
            .filter(Objects::nonNull)
            .map(claim -> claim.getClaimName())
            .collect(Collectors.toSet());
    Set<String> bound =
        claims.stream()
            .filter(claim -> names.contains(claim.getMetadata().getName()))
            .map(claim -> String.valueOf(claim.getSpec().getVolumeName()))
            .collect(Collectors.toSet());
    return volumes.stream()
        .filter(volume -> bound.contains(volume.getMetadata().getName()))
        .map(volume -> volume.getSpec().getNodeAffinity())
        .filter(Objects::nonNull)
        .map(VolumeNodeAffinity::getRequired)
        .filter(Objects::nonNull)
        .toList();
  }

  private Optional<DeploymentFinding> image(StatefulSet set, Container container) {
    String image = String.valueOf(container.getImage());
    String name = set.getMetadata().getName();
    Optional<Pod> waiting = pods.stream().filter(pod -> lacks(pod, image)).findFirst();
    if (waiting.isPresent()) {
      return Optional.of(
          NextPod.notPulled(set.getKind(), name, image, waiting.get().getMetadata().getName()));
    }
    return "Always".equals(container.getImagePullPolicy())
        ? Optional.of(NextPod.pulledAlways(set.getKind(), name, container.getName(), image))
        : Optional.empty();
  }

  private static boolean lacks(Pod pod, String image) {
    return pod.getStatus() != null
        && Stream.concat(
                pod.getStatus().getInitContainerStatuses().stream(),
                pod.getStatus().getContainerStatuses().stream())
            .filter(status -> image.equals(status.getImage()))
            .map(ContainerStatus::getState)
            .filter(Objects::nonNull)
            .map(state -> state.getWaiting())
            .filter(Objects::nonNull)
            .anyMatch(waiting -> NOT_PULLED.contains(String.valueOf(waiting.getReason())));
  }

  /** ConfigMaps without which a pod does not start, with the keys that they must have. */
  private static SortedMap<String, Set<String>> needed(PodSpec template) {
    SortedMap<String, Set<String>> maps = new TreeMap<>();
    Stream.concat(template.getInitContainers().stream(), template.getContainers().stream())
        .forEach(
            container -> {
              container.getEnvFrom().stream()
                  .map(EnvFromSource::getConfigMapRef)
                  .filter(Objects::nonNull)
                  .filter(map -> !Boolean.TRUE.equals(map.getOptional()))
                  .map(ConfigMapEnvSource::getName)
                  .forEach(name -> keysOf(maps, name));
              container.getEnv().stream()
                  .map(variable -> variable.getValueFrom())
                  .filter(Objects::nonNull)
                  .map(from -> from.getConfigMapKeyRef())
                  .filter(Objects::nonNull)
                  .filter(key -> !Boolean.TRUE.equals(key.getOptional()))
                  .forEach(key -> keysOf(maps, key.getName()).add(key.getKey()));
            });
    for (Volume volume : template.getVolumes()) {
      Optional.ofNullable(volume.getConfigMap())
          .filter(map -> !Boolean.TRUE.equals(map.getOptional()))
          .ifPresent(map -> add(maps, map.getName(), map.getItems()));
      Optional.ofNullable(volume.getProjected()).stream()
          .flatMap(projected -> projected.getSources().stream())
          .map(VolumeProjection::getConfigMap)
          .filter(Objects::nonNull)
          .filter(map -> !Boolean.TRUE.equals(map.getOptional()))
          .forEach(map -> add(maps, map.getName(), map.getItems()));
    }
    return maps;
  }

  private static void add(SortedMap<String, Set<String>> maps, String name, List<KeyToPath> items) {
    items.stream().map(KeyToPath::getKey).forEach(keysOf(maps, name)::add);
  }

  private static Set<String> keysOf(SortedMap<String, Set<String>> maps, String name) {
    return maps.computeIfAbsent(name, key -> new TreeSet<>());
  }
}
