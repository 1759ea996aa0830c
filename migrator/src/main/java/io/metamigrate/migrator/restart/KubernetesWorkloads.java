package io.metamigrate.migrator.restart;

import io.fabric8.kubernetes.api.model.ConfigMapVolumeSource;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Probe;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.metamigrate.migrator.deployment.Container;
import io.metamigrate.migrator.deployment.Mount;
import io.metamigrate.migrator.deployment.Mount.Storage;
import io.metamigrate.migrator.deployment.Role;
import io.metamigrate.migrator.deployment.Workload;
import io.metamigrate.migrator.deployment.Workload.Scaling;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Reads sets of pods as values for the rules. What may not be read is left out. */
final class KubernetesWorkloads {
  private final KubernetesCluster cluster;

  KubernetesWorkloads(KubernetesCluster cluster) {
    this.cluster = cluster;
  }

  /**
   * A StatefulSet.
   *
   * @param bookies those of the move, whose ids may be addresses of pods
   */
  Workload of(StatefulSet set, Role role, List<Node> bookies) {
    PodSpec pod = set.getSpec().getTemplate().getSpec();
    Set<String> claims =
        set.getSpec().getVolumeClaimTemplates().stream()
            .map(claim -> claim.getMetadata().getName())
            .collect(Collectors.toCollection(HashSet::new));
    return new Workload(
        "StatefulSet",
        set.getMetadata().getName(),
        role,
        containers(pod, claims),
        owners(set.getMetadata()),
        marks(set.getMetadata()),
        new Scaling(
            Optional.ofNullable(set.getSpec().getReplicas()).orElse(1),
            !"Parallel".equals(set.getSpec().getPodManagementPolicy()),
            readySeconds(pod),
            List.of()),
        role == Role.BOOKIE ? addressIds(bookies) : List.of());
  }

  private List<Container> containers(PodSpec pod, Set<String> claims) {
    List<Container> all = new ArrayList<>();
    pod.getInitContainers().forEach(one -> all.add(container(one, true, pod, claims)));
    pod.getContainers().forEach(one -> all.add(container(one, false, pod, claims)));
    return all;
  }

  private Container container(
      io.fabric8.kubernetes.api.model.Container one,
      boolean init,
      PodSpec pod,
      Set<String> claims) {
    String command =
        Stream.concat(one.getCommand().stream(), one.getArgs().stream())
            .collect(Collectors.joining(" "));
    Map<String, String> environment = new TreeMap<>(configMapData(TemplateLayer.configMaps(one)));
    one.getEnv().stream()
        .filter(variable -> variable.getValue() != null)
        .forEach(variable -> environment.put(variable.getName(), variable.getValue()));
    return new Container(
        one.getName(),
        init,
        command + scripts(command, one, pod),
        environment,
        one.getVolumeMounts().stream().map(mount -> mount(mount, pod, claims)).toList());
  }

  /** The content of each file of a ConfigMap that the command names by its path. */
  private String scripts(
      String command, io.fabric8.kubernetes.api.model.Container one, PodSpec pod) {
    StringBuilder text = new StringBuilder();
    for (VolumeMount mount : one.getVolumeMounts()) {
      if (!command.contains(mount.getMountPath())) {
        continue;
      }
      volume(pod, mount.getName())
          .map(Volume::getConfigMap)
          .map(ConfigMapVolumeSource::getName)
          .ifPresent(
              map ->
                  configMapData(List.of(map))
                      .forEach(
                          (file, content) -> {
                            boolean whole = command.contains(mount.getMountPath() + "/" + file);
                            if (whole || file.equals(mount.getSubPath())) {
                              text.append('\n').append(content);
                            }
                          }));
    }
    return text.toString();
  }

  private static Mount mount(VolumeMount mount, PodSpec pod, Set<String> claims) {
    String name = mount.getName();
    if (claims.contains(name)) {
      return new Mount(mount.getMountPath(), Storage.KEPT, "volume claim " + name);
    }
    Optional<Volume> volume = volume(pod, name);
    if (volume.isEmpty()) {
      return new Mount(mount.getMountPath(), Storage.LOST, "volume " + name + ", which is nowhere");
    }
    Volume found = volume.get();
    if (found.getEmptyDir() != null) {
      return new Mount(mount.getMountPath(), Storage.LOST, "emptyDir " + name);
    }
    if (found.getEphemeral() != null || found.getCsi() != null) {
      return new Mount(
          mount.getMountPath(), Storage.LOST, "volume " + name + ", which goes with the pod");
    }
    boolean given =
        found.getConfigMap() != null
            || found.getSecret() != null
            || found.getProjected() != null
            || found.getDownwardAPI() != null;
    return new Mount(
        mount.getMountPath(), given ? Storage.GIVEN : Storage.KEPT, "volume " + name);
  }

  private static Optional<Volume> volume(PodSpec pod, String name) {
    return pod.getVolumes().stream().filter(volume -> volume.getName().equals(name)).findFirst();
  }

  private static List<String> owners(ObjectMeta metadata) {
    return metadata.getOwnerReferences().stream()
        .map(owner -> owner.getKind() + " " + owner.getName())
        .toList();
  }

  /** Labels and annotations, and who has written fields. */
  private static Map<String, String> marks(ObjectMeta metadata) {
    Map<String, String> marks = new HashMap<>();
    Optional.ofNullable(metadata.getLabels()).ifPresent(marks::putAll);
    Optional.ofNullable(metadata.getAnnotations()).ifPresent(marks::putAll);
    metadata.getManagedFields().stream()
        .filter(field -> field.getManager() != null)
        .forEach(field -> marks.put("manager:" + field.getManager(), ""));
    return marks;
  }

  /** The time before which the slowest container cannot be ready. */
  private static int readySeconds(PodSpec pod) {
    return pod.getContainers().stream()
        .map(io.fabric8.kubernetes.api.model.Container::getReadinessProbe)
        .filter(probe -> probe != null)
        .map(Probe::getInitialDelaySeconds)
        .mapToInt(seconds -> seconds == null ? 0 : seconds)
        .max()
        .orElse(0);
  }

  private List<String> addressIds(List<Node> bookies) {
    List<String> ids = new ArrayList<>();
    for (Node bookie : bookies) {
      String host = bookie.id().replaceFirst(":\\d{1,5}$", "");
      Optional<String> address =
          cluster.pod(bookie.name()).map(Pod::getStatus).map(status -> status.getPodIP());
      if (address.filter(host::equals).isPresent()) {
        ids.add(bookie.id());
      }
    }
    return ids;
  }

  private SortedMap<String, String> configMapData(List<String> names) {
    try {
      return cluster.configMapData(names);
    } catch (KubernetesClientException e) {
      return new TreeMap<>();
    }
  }
}
