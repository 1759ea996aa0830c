package io.metamigrate.migrator.restart;

import io.fabric8.kubernetes.api.model.ConfigMapEnvSource;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.EnvFromSource;
import io.fabric8.kubernetes.api.model.NodeSelector;
import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeNodeAffinity;
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
   * @param there whether there is a ConfigMap of this name
   */
  List<DeploymentFinding> of(StatefulSet set, List<Pod> own, Predicate<String> there) {
    List<DeploymentFinding> found = new ArrayList<>(placement(set, own));
    PodSpec template = set.getSpec().getTemplate().getSpec();
    String name = set.getMetadata().getName();
    Stream.concat(template.getInitContainers().stream(), template.getContainers().stream())
        .forEach(container -> image(set, container).ifPresent(found::add));
    needed(template).stream()
        .filter(map -> !there.test(map))
        .forEach(map -> found.add(NextPod.lacking(set.getKind(), name, map)));
    return found;
  }

  private List<DeploymentFinding> placement(StatefulSet set, List<Pod> own) {
    List<String> nowhere = new ArrayList<>();
    List<String> elsewhere = new ArrayList<>();
    for (Pod pod : own) {
      PodPlacement placement =
          new PodPlacement(
              set.getSpec().getTemplate().getSpec(),
              places(pod),
              pods.stream().filter(one -> !isSame(one, pod)).toList(),
              nodes);
      SortedMap<String, String> refusals = new TreeMap<>();
      nodes.forEach(
          node ->
              placement
                  .refusal(node)
                  .ifPresent(why -> refusals.put(node.getMetadata().getName(), why)));
      String present = String.valueOf(pod.getSpec().getNodeName());
      if (refusals.size() == nodes.size() && !nodes.isEmpty()) {
        nowhere.add(
            "%s (%s)"
                .formatted(
                    pod.getMetadata().getName(),
                    refusals.entrySet().stream()
                        .map(one -> one.getKey() + " " + one.getValue())
                        .collect(Collectors.joining(", "))));
      } else if (refusals.containsKey(present)) {
        elsewhere.add(
            "%s (%s %s)".formatted(pod.getMetadata().getName(), present, refusals.get(present)));
      }
    }
    String name = set.getMetadata().getName();
    return Stream.of(
            Optional.of(String.join("; ", nowhere))
                .filter(text -> !text.isEmpty())
                .map(text -> NextPod.withoutNode(set.getKind(), name, text)),
            Optional.of(String.join("; ", elsewhere))
                .filter(text -> !text.isEmpty())
                .map(text -> NextPod.onAnotherNode(set.getKind(), name, text)))
        .flatMap(Optional::stream)
        .toList();
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

  /** ConfigMaps without which a pod does not start. */
  private static Set<String> needed(PodSpec template) {
    Set<String> names = new TreeSet<>();
    Stream.concat(template.getInitContainers().stream(), template.getContainers().stream())
        .forEach(
            container -> {
              container.getEnvFrom().stream()
                  .map(EnvFromSource::getConfigMapRef)
                  .filter(Objects::nonNull)
                  .filter(map -> !Boolean.TRUE.equals(map.getOptional()))
                  .map(ConfigMapEnvSource::getName)
                  .forEach(names::add);
              container.getEnv().stream()
                  .map(variable -> variable.getValueFrom())
                  .filter(Objects::nonNull)
                  .map(from -> from.getConfigMapKeyRef())
                  .filter(Objects::nonNull)
                  .filter(key -> !Boolean.TRUE.equals(key.getOptional()))
                  .forEach(key -> names.add(key.getName()));
            });
    template.getVolumes().stream()
        .map(Volume::getConfigMap)
        .filter(Objects::nonNull)
        .filter(map -> !Boolean.TRUE.equals(map.getOptional()))
        .forEach(map -> names.add(map.getName()));
    return names;
  }
}
