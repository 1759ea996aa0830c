package io.metamigrate.migrator.restart;

import io.fabric8.kubernetes.api.model.Affinity;
import io.fabric8.kubernetes.api.model.ConfigMapVolumeSource;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.EnvVarSource;
import io.fabric8.kubernetes.api.model.NodeAffinity;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Probe;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.batch.v1.CronJob;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.AppsAPIGroupDSL;
import io.fabric8.kubernetes.client.dsl.BatchAPIGroupDSL;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import io.metamigrate.migrator.deployment.ConfigurationFile;
import io.metamigrate.migrator.deployment.Container;
import io.metamigrate.migrator.deployment.Mount;
import io.metamigrate.migrator.deployment.Mount.Storage;
import io.metamigrate.migrator.deployment.Role;
import io.metamigrate.migrator.deployment.Workload;
import io.metamigrate.migrator.deployment.Workload.Scaling;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Reads sets of pods as values for the rules, and remembers what it was not allowed to read. */
final class KubernetesWorkloads {
  private static final ResourceDefinitionContext VERTICAL =
      new ResourceDefinitionContext.Builder()
          .withGroup("autoscaling.k8s.io")
          .withVersion("v1")
          .withKind("VerticalPodAutoscaler")
          .withPlural("verticalpodautoscalers")
          .withNamespaced(true)
          .build();
  private static final int FORBIDDEN = 403;
  private static final int NOT_FOUND = 404;
  private static final String HOST_LABEL = "kubernetes.io/hostname";

  private final KubernetesCluster cluster;
  private final SortedSet<String> notRead = new TreeSet<>();

  KubernetesWorkloads(KubernetesCluster cluster) {
    this.cluster = cluster;
  }

  /**
   * A StatefulSet that the move drives.
   *
   * @param bookies those of the move, whose ids may be addresses of pods
   */
  Workload of(StatefulSet set, Role role, List<Node> bookies) {
    return of(
        set,
        role,
        scalers(set.getMetadata().getName()),
        role == Role.BOOKIE ? addressIds(bookies) : List.of());
  }

  private Workload of(StatefulSet set, Role role, List<String> scalers, List<String> addressIds) {
    PodSpec pod = set.getSpec().getTemplate().getSpec();
    Set<String> claims =
        set.getSpec().getVolumeClaimTemplates().stream()
            .map(claim -> claim.getMetadata().getName())
            .collect(Collectors.toCollection(HashSet::new));
    return new Workload(
        set.getKind(),
        set.getMetadata().getName(),
        role,
        containers(pod, claims),
        owners(set.getMetadata()),
        marks(set.getMetadata(), set.getSpec().getTemplate().getMetadata()),
        new Scaling(
            Optional.ofNullable(set.getSpec().getReplicas()).orElse(1),
            !"Parallel".equals(set.getSpec().getPodManagementPolicy()),
            readySeconds(pod),
            scalers),
        addressIds);
  }

  /** The sets and deployments of the namespace that the move does not drive. */
  List<Workload> others(Collection<String> driven) {
    AppsAPIGroupDSL apps = cluster.client().apps();
    String namespace = cluster.namespace();
    List<Workload> others = new ArrayList<>();
    read(
            "apps/statefulsets: list",
            () -> apps.statefulSets().inNamespace(namespace).list().getItems(),
            List.<StatefulSet>of())
        .stream()
        .filter(set -> !driven.contains(set.getMetadata().getName()))
        .forEach(set -> others.add(of(set, Role.OTHER, List.of(), List.of())));
    read(
            "apps/deployments: list",
            () -> apps.deployments().inNamespace(namespace).list().getItems(),
            List.<Deployment>of())
        .stream()
        .filter(one -> !driven.contains(one.getMetadata().getName()))
        .forEach(
            one ->
                others.add(
                    other("Deployment", one.getMetadata(), one.getSpec().getTemplate().getSpec())));
    read(
            "apps/daemonsets: list",
            () -> apps.daemonSets().inNamespace(namespace).list().getItems(),
            List.<DaemonSet>of())
        .stream()
        .filter(one -> !driven.contains(one.getMetadata().getName()))
        .forEach(
            one ->
                others.add(
                    other("DaemonSet", one.getMetadata(), one.getSpec().getTemplate().getSpec())));
    others.addAll(jobs());
    return others;
  }

  /** Those that have not ended, and those that are started again by their schedule. */
  private List<Workload> jobs() {
    BatchAPIGroupDSL batch = cluster.client().batch();
    String namespace = cluster.namespace();
    List<Workload> jobs = new ArrayList<>();
    read(
            "batch/jobs: list",
            () -> batch.v1().jobs().inNamespace(namespace).list().getItems(),
            List.<Job>of())
        .stream()
        .filter(job -> job.getStatus() == null || job.getStatus().getCompletionTime() == null)
        .forEach(
            job ->
                jobs.add(other("Job", job.getMetadata(), job.getSpec().getTemplate().getSpec())));
    read(
            "batch/cronjobs: list",
            () -> batch.v1().cronjobs().inNamespace(namespace).list().getItems(),
            List.<CronJob>of())
        .forEach(
            job ->
                jobs.add(
                    other(
                        "CronJob",
                        job.getMetadata(),
                        job.getSpec().getJobTemplate().getSpec().getTemplate().getSpec())));
    return jobs;
  }

  private Workload other(String kind, ObjectMeta metadata, PodSpec pod) {
    return new Workload(
        kind,
        metadata.getName(),
        Role.OTHER,
        containers(pod, Set.of()),
        owners(metadata),
        marks(metadata),
        Scaling.one(),
        List.of());
  }

  /** A Deployment as a set; empty if it may not be read, which is remembered. */
  Optional<StatefulSet> deployment(String name) {
    return read("apps/deployments: get", () -> cluster.deployment(name), Optional.empty());
  }

  /** What is there under the name of a StatefulSet that is not. */
  Obstacle missing(String name) {
    AppsAPIGroupDSL apps = cluster.client().apps();
    String namespace = cluster.namespace();
    boolean deployment =
        read(
            "apps/deployments: get",
            () -> apps.deployments().inNamespace(namespace).withName(name).get() != null,
            false);
    if (deployment) {
      return isNoStatefulSet(name, "a Deployment, whose pods have no names that stay");
    }
    boolean daemonSet =
        read(
            "apps/daemonsets: get",
            () -> apps.daemonSets().inNamespace(namespace).withName(name).get() != null,
            false);
    if (daemonSet) {
      return isNoStatefulSet(name, "a DaemonSet, whose pods come with the hosts");
    }
    Optional<OwnerReference> another =
        read("pods: get", () -> cluster.pod(name + "-0"), Optional.<Pod>empty()).stream()
            .flatMap(pod -> pod.getMetadata().getOwnerReferences().stream())
            .findFirst();
    return another.isPresent()
        ? isNoStatefulSet(
            name,
            "a %s of %s, as the owner of pod %s-0 shows"
                .formatted(another.get().getKind(), another.get().getApiVersion(), name))
        : Obstacle.blocker(
            "statefulset " + name,
            "is not in namespace " + namespace,
            "name the right one in cutover.driver");
  }

  private static Obstacle isNoStatefulSet(String name, String what) {
    return Obstacle.blocker(
        "statefulset " + name,
        "is " + what + "; this driver restarts StatefulSets only (NO_STATEFULSET)",
        "see NO_STATEFULSET in runbooks/deployments.md for what to do with each kind");
  }

  /** Autoscalers of that set; none where they may not be listed. */
  private List<String> scalers(String set) {
    return Stream.concat(horizontal(set).stream(), vertical(set).stream()).toList();
  }

  private List<String> horizontal(String set) {
    return read(
        "autoscaling/horizontalpodautoscalers: list",
        () ->
            cluster
                .client()
                .autoscaling()
                .v1()
                .horizontalPodAutoscalers()
                .inNamespace(cluster.namespace())
                .list()
                .getItems()
                .stream()
                .filter(scaler -> set.equals(scaler.getSpec().getScaleTargetRef().getName()))
                .map(scaler -> "the autoscaler " + scaler.getMetadata().getName())
                .toList(),
        List.of());
  }

  /** Those that restart pods to give them other resources; most clusters have no such kind. */
  private List<String> vertical(String set) {
    return read(
        "autoscaling.k8s.io/verticalpodautoscalers: list",
        () ->
            cluster
                .client()
                .genericKubernetesResources(VERTICAL)
                .inNamespace(cluster.namespace())
                .list()
                .getItems()
                .stream()
                .filter(scaler -> set.equals(scaler.get("spec", "targetRef", "name")))
                .filter(scaler -> !isPassive(scaler.get("spec", "updatePolicy", "updateMode")))
                .map(scaler -> "the VerticalPodAutoscaler " + scaler.getMetadata().getName())
                .toList(),
        List.of());
  }

  /** The default restarts pods. */
  private static boolean isPassive(@Nullable Object updateMode) {
    return "Off".equals(updateMode) || "Initial".equals(updateMode);
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
    one.getEnv()
        .forEach(
            variable ->
                value(variable).ifPresent(value -> environment.put(variable.getName(), value)));
    return new Container(
        one.getName(),
        init,
        command + scripts(command, one, pod),
        environment,
        one.getVolumeMounts().stream().map(mount -> mount(mount, pod, claims)).toList(),
        ConfigurationFile.of(command, environment, configurationFiles(one, pod)));
  }

  /** Its own, or that of a ConfigMap's key; one of a secret is not read. */
  private Optional<String> value(EnvVar variable) {
    return Optional.ofNullable(variable.getValue())
        .or(
            () ->
                Optional.ofNullable(variable.getValueFrom())
                    .map(EnvVarSource::getConfigMapKeyRef)
                    .map(key -> configMapData(List.of(key.getName())).get(key.getKey())));
  }

  /** Configuration files that are mounted from ConfigMaps, by their paths in the container. */
  private Map<String, String> configurationFiles(
      io.fabric8.kubernetes.api.model.Container one, PodSpec pod) {
    Map<String, String> files = new TreeMap<>();
    for (VolumeMount mount : one.getVolumeMounts()) {
      Optional<String> map =
          volume(pod, mount.getName())
              .map(Volume::getConfigMap)
              .map(ConfigMapVolumeSource::getName);
      if (map.isPresent()) {
        configMapData(List.of(map.get()))
            .forEach(
                (file, content) -> {
                  if (mount.getSubPath() == null) {
                    files.put(mount.getMountPath() + "/" + file, content);
                  } else if (mount.getSubPath().equals(file)) {
                    files.put(mount.getMountPath(), content);
                  }
                });
      }
    }
    files.keySet().removeIf(path -> !ConfigurationFile.isOne(path));
    return files;
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
    if (found.getHostPath() != null && !isPinned(pod)) {
      return new Mount(
          mount.getMountPath(), Storage.HOST, "folder " + found.getHostPath().getPath());
    }
    return new Mount(mount.getMountPath(), given ? Storage.GIVEN : Storage.KEPT, "volume " + name);
  }

  /** Whether the pod names its host, or a requirement on nodes that does. */
  private static boolean isPinned(PodSpec pod) {
    return pod.getNodeName() != null
        || pod.getNodeSelector().containsKey(HOST_LABEL)
        || Optional.ofNullable(pod.getAffinity())
            .map(Affinity::getNodeAffinity)
            .map(NodeAffinity::getRequiredDuringSchedulingIgnoredDuringExecution)
            .stream()
            .flatMap(required -> required.getNodeSelectorTerms().stream())
            .flatMap(
                term ->
                    Stream.concat(
                        term.getMatchExpressions().stream(), term.getMatchFields().stream()))
            .anyMatch(
                one -> one.getKey().equals(HOST_LABEL) || one.getKey().equals("metadata.name"));
  }

  private static Optional<Volume> volume(PodSpec pod, String name) {
    return pod.getVolumes().stream().filter(volume -> volume.getName().equals(name)).findFirst();
  }

  private static List<String> owners(ObjectMeta metadata) {
    return metadata.getOwnerReferences().stream()
        .map(owner -> owner.getKind() + " " + owner.getName())
        .toList();
  }

  /** Labels and annotations, those of the pods included, and who has written fields. */
  private static Map<String, String> marks(ObjectMeta metadata, @Nullable ObjectMeta pods) {
    Map<String, String> marks = new HashMap<>(marks(metadata));
    if (pods != null) {
      Optional.ofNullable(pods.getLabels()).ifPresent(own -> own.forEach(marks::putIfAbsent));
      Optional.ofNullable(pods.getAnnotations()).ifPresent(own -> own.forEach(marks::putIfAbsent));
    }
    return marks;
  }

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
          cluster
              .pod(bookie.name())
              .filter(pod -> !Boolean.TRUE.equals(pod.getSpec().getHostNetwork()))
              .map(Pod::getStatus)
              .map(status -> status.getPodIP());
      if (address.filter(host::equals).isPresent()) {
        ids.add(bookie.id());
      }
    }
    return ids;
  }

  private SortedMap<String, String> configMapData(List<String> names) {
    return read(
        "configmaps: get", () -> cluster.configMapData(names), new TreeMap<String, String>());
  }

  /** Resources with the verbs that this user lacks. */
  SortedSet<String> notRead() {
    return Collections.unmodifiableSortedSet(notRead);
  }

  private <T> T read(String what, Supplier<T> question, T otherwise) {
    try {
      return question.get();
    } catch (KubernetesClientException e) {
      if (e.getCode() == NOT_FOUND) {
        // An older server, which has no such objects.
        return otherwise;
      }
      if (e.getCode() != FORBIDDEN) {
        throw e;
      }
      notRead.add(what);
      return otherwise;
    }
  }
}
