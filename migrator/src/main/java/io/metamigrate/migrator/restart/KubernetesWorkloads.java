package io.metamigrate.migrator.restart;

import io.fabric8.kubernetes.api.model.LimitRange;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.ResourceQuota;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.batch.v1.CronJob;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.node.v1.RuntimeClass;
import io.fabric8.kubernetes.api.model.scheduling.v1.PriorityClass;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.AppsAPIGroupDSL;
import io.fabric8.kubernetes.client.dsl.BatchAPIGroupDSL;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
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
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Reads sets of pods as values for the rules, and remembers what it was not allowed to read. */
final class KubernetesWorkloads implements NextPodChecks.Lookup {
  private static final ResourceDefinitionContext VERTICAL =
      new ResourceDefinitionContext.Builder()
          .withGroup("autoscaling.k8s.io")
          .withVersion("v1")
          .withKind("VerticalPodAutoscaler")
          .withPlural("verticalpodautoscalers")
          .withNamespaced(true)
          .build();
  private static final Set<String> ENDED = Set.of("Succeeded", "Failed");
  private static final int FORBIDDEN = 403;
  private static final int NOT_FOUND = 404;

  private final KubernetesCluster cluster;
  private final PodContainers containers;
  private final SortedSet<String> notRead = new TreeSet<>();

  KubernetesWorkloads(KubernetesCluster cluster) {
    this.cluster = cluster;
    this.containers = new PodContainers(this::configMapData);
  }

  /**
   * A StatefulSet that the move drives.
   *
   * @param bookies those of the move, whose ids may be addresses of pods
   */
  Workload of(StatefulSet set, Role role, List<Node> bookies) {
    return of(set, role, scalers(set), role == Role.BOOKIE ? addressIds(bookies) : List.of());
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
        containers.of(pod, claims),
        owners(set.getMetadata()),
        marks(set.getMetadata(), set.getSpec().getTemplate().getMetadata()),
        new Scaling(
            Optional.ofNullable(set.getSpec().getReplicas()).orElse(1),
            isOrdered(set),
            readySeconds(pod) + (isOrdered(set) ? seconds(set.getSpec().getMinReadySeconds()) : 0),
            scalers),
        addressIds);
  }

  private static boolean isOrdered(StatefulSet set) {
    return !"Parallel".equals(set.getSpec().getPodManagementPolicy());
  }

  /** What runs in the namespace and the move does not drive. */
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
        .filter(set -> !isNone(set.getSpec().getReplicas()))
        .forEach(set -> others.add(of(set, Role.OTHER, List.of(), List.of())));
    List<Deployment> deployments =
        read(
            "apps/deployments: list",
            () -> apps.deployments().inNamespace(namespace).list().getItems(),
            List.<Deployment>of());
    deployments.stream()
        .filter(one -> !driven.contains(one.getMetadata().getName()))
        .filter(one -> !isNone(one.getSpec().getReplicas()))
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
    others.addAll(
        pods(
            driven,
            deployments.stream()
                .map(one -> one.getMetadata().getName())
                .collect(Collectors.toSet())));
    return others;
  }

  private static boolean isNone(@Nullable Integer replicas) {
    return replicas != null && replicas == 0;
  }

  /** Pods that nothing made, or a kind of set that is not read; those of one set are one. */
  private List<Workload> pods(Collection<String> driven, Set<String> deployments) {
    Map<String, Workload> pods = new TreeMap<>();
    for (Pod pod : cluster.client().pods().inNamespace(cluster.namespace()).list().getItems()) {
      ObjectMeta metadata = pod.getMetadata();
      Optional<OwnerReference> owner = metadata.getOwnerReferences().stream().findFirst();
      if (hasEnded(pod) || owner.filter(one -> isRead(one, deployments)).isPresent()) {
        continue;
      }
      String kind = owner.map(OwnerReference::getKind).orElse(pod.getKind());
      String name = owner.map(OwnerReference::getName).orElse(metadata.getName());
      if (!driven.contains(name)) {
        pods.putIfAbsent(kind + name, other(kind, name, metadata, pod.getSpec()));
      }
    }
    return List.copyOf(pods.values());
  }

  static boolean hasEnded(Pod pod) {
    return pod.getStatus() != null && ENDED.contains(String.valueOf(pod.getStatus().getPhase()));
  }

  /** Whether the owner of a pod is one of the sets and jobs that are read themselves. */
  private static boolean isRead(OwnerReference owner, Set<String> deployments) {
    boolean apps = owner.getApiVersion().startsWith("apps/");
    return switch (owner.getKind()) {
      case "StatefulSet", "DaemonSet" -> apps;
      case "ReplicaSet" ->
          apps && deployments.contains(owner.getName().replaceFirst("-[^-]+$", ""));
      case "Job" -> owner.getApiVersion().startsWith("batch/");
      default -> false;
    };
  }

  /** Those that may still run, and those that are started again by their schedule. */
  private List<Workload> jobs() {
    BatchAPIGroupDSL batch = cluster.client().batch();
    String namespace = cluster.namespace();
    List<Workload> jobs = new ArrayList<>();
    read(
            "batch/jobs: list",
            () -> batch.v1().jobs().inNamespace(namespace).list().getItems(),
            List.<Job>of())
        .stream()
        .filter(job -> !Boolean.TRUE.equals(job.getSpec().getSuspend()) && !hasEnded(job))
        .forEach(
            job ->
                jobs.add(other("Job", job.getMetadata(), job.getSpec().getTemplate().getSpec())));
    read(
            "batch/cronjobs: list",
            () -> batch.v1().cronjobs().inNamespace(namespace).list().getItems(),
            List.<CronJob>of())
        .stream()
        .filter(job -> !Boolean.TRUE.equals(job.getSpec().getSuspend()))
        .forEach(
            job ->
                jobs.add(
                    other(
                        "CronJob",
                        job.getMetadata(),
                        job.getSpec().getJobTemplate().getSpec().getTemplate().getSpec())));
    return jobs;
  }

  private static boolean hasEnded(Job job) {
    return job.getStatus() != null
        && (job.getStatus().getCompletionTime() != null
            || job.getStatus().getConditions().stream()
                .anyMatch(one -> one.getType().equals("Failed") && one.getStatus().equals("True")));
  }

  private Workload other(String kind, ObjectMeta metadata, PodSpec pod) {
    return other(kind, metadata.getName(), metadata, pod);
  }

  private Workload other(String kind, String name, ObjectMeta metadata, PodSpec pod) {
    return new Workload(
        kind,
        name,
        Role.OTHER,
        containers.of(pod, Set.of()),
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

  /** Autoscalers of that set; none if they may not be listed. */
  private List<String> scalers(StatefulSet set) {
    return Stream.concat(horizontal(set).stream(), vertical(set).stream()).toList();
  }

  private List<String> horizontal(StatefulSet set) {
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
                .filter(
                    scaler ->
                        isOf(
                            set,
                            scaler.getSpec().getScaleTargetRef().getKind(),
                            scaler.getSpec().getScaleTargetRef().getName()))
                .map(
                    scaler ->
                        "the autoscaler "
                            + scaler.getMetadata().getName()
                            + owners(scaler.getMetadata()).stream()
                                .map(owner -> ", which " + owner + " makes again")
                                .collect(Collectors.joining()))
                .toList(),
        List.of());
  }

  /** Those that restart pods to give them other resources; most clusters have no such kind. */
  private List<String> vertical(StatefulSet set) {
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
                .filter(
                    scaler ->
                        isOf(
                            set,
                            scaler.get("spec", "targetRef", "kind"),
                            scaler.get("spec", "targetRef", "name")))
                .filter(scaler -> !isPassive(scaler.get("spec", "updatePolicy", "updateMode")))
                .map(scaler -> "the VerticalPodAutoscaler " + scaler.getMetadata().getName())
                .toList(),
        List.of());
  }

  private static boolean isOf(StatefulSet set, @Nullable Object kind, @Nullable Object name) {
    return set.getKind().equals(kind) && set.getMetadata().getName().equals(name);
  }

  /** The default restarts pods. */
  private static boolean isPassive(@Nullable Object updateMode) {
    return "Off".equals(updateMode) || "Initial".equals(updateMode);
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
        .flatMap(one -> Stream.of(one.getReadinessProbe(), one.getStartupProbe()))
        .filter(Objects::nonNull)
        .mapToInt(probe -> seconds(probe.getInitialDelaySeconds()))
        .max()
        .orElse(0);
  }

  private static int seconds(@Nullable Integer given) {
    return given == null ? 0 : given;
  }

  private List<String> addressIds(List<Node> bookies) {
    List<String> ids = new ArrayList<>();
    for (Node bookie : bookies) {
      String host = bookie.id().replaceFirst(":\\d{1,5}$", "").replaceAll("[\\[\\]]", "");
      boolean isAddress =
          cluster
              .pod(bookie.name())
              .filter(pod -> !Boolean.TRUE.equals(pod.getSpec().getHostNetwork()))
              .map(Pod::getStatus)
              .filter(
                  status ->
                      host.equals(status.getPodIP())
                          || status.getPodIPs().stream()
                              .anyMatch(address -> host.equals(address.getIp())))
              .isPresent();
      if (isAddress) {
        ids.add(bookie.id());
      }
    }
    return ids;
  }

  /** What the pods that follow today's depend on; what may not be read is left out. */
  NextPodChecks nextPods() {
    KubernetesClient client = cluster.client();
    String namespace = cluster.namespace();
    List<Pod> pods = client.pods().inNamespace(namespace).list().getItems();
    List<io.fabric8.kubernetes.api.model.Node> nodes =
        read(
            "nodes: list",
            () -> client.nodes().list().getItems(),
            List.<io.fabric8.kubernetes.api.model.Node>of());
    List<ResourceQuota> quotas =
        read(
            "resourcequotas: list",
            () -> client.resourceQuotas().inNamespace(namespace).list().getItems(),
            List.<ResourceQuota>of());
    return new NextPodChecks(
        pods,
        (nodes.isEmpty()
                ? pods
                : read(
                    "pods of all namespaces: list",
                    () -> client.pods().inAnyNamespace().list().getItems(),
                    pods))
            .stream().filter(pod -> !hasEnded(pod)).toList(),
        read(
            "persistentvolumeclaims: list",
            () -> client.persistentVolumeClaims().inNamespace(namespace).list().getItems(),
            List.<PersistentVolumeClaim>of()),
        read(
            "persistentvolumes: list",
            () -> client.persistentVolumes().list().getItems(),
            List.<PersistentVolume>of()),
        nodes,
        read(
            "serviceaccounts: list",
            () -> client.serviceAccounts().inNamespace(namespace).list().getItems(),
            List.<ServiceAccount>of()),
        new NamespaceLimits(
            quotas,
            read(
                "limitranges: list",
                () -> client.limitRanges().inNamespace(namespace).list().getItems(),
                List.<LimitRange>of()),
            NamespaceLimits.selectByPriority(quotas) ? defaultPriority() : Optional.empty()));
  }

  private Optional<String> defaultPriority() {
    return read(
            "priorityclasses: list",
            () -> cluster.client().scheduling().v1().priorityClasses().list().getItems(),
            List.<PriorityClass>of())
        .stream()
        .filter(one -> Boolean.TRUE.equals(one.getGlobalDefault()))
        .map(one -> one.getMetadata().getName())
        .findFirst();
  }

  /** Also true if the account may not read it. */
  @Override
  public boolean hasPriorityClass(String name) {
    return read(
        "priorityclasses: get",
        () -> cluster.client().scheduling().v1().priorityClasses().withName(name).get() != null,
        true);
  }

  /**
   * One that may not be read is taken to be there and to add nothing. The client's own method asks
   * for {@code node.k8s.io/v1beta1}, which Kubernetes 1.25 removed.
   */
  @Override
  public Optional<RuntimeClass> runtimeClass(String name) {
    return read(
        "runtimeclasses: get",
        () ->
            Optional.ofNullable(
                cluster.client().resources(RuntimeClass.class).withName(name).get()),
        Optional.of(new RuntimeClass()));
  }

  /** One that may not be read is taken to be there and to have every key. */
  @Override
  public Optional<Predicate<String>> keysOfConfigMap(String name) {
    return read(
        "configmaps: get",
        () ->
            Optional.ofNullable(
                    cluster
                        .client()
                        .configMaps()
                        .inNamespace(cluster.namespace())
                        .withName(name)
                        .get())
                .map(map -> hasKey(map.getData(), map.getBinaryData())),
        Optional.of(key -> true));
  }

  /** The same of a Secret; its values are not looked at. */
  @Override
  public Optional<Predicate<String>> keysOfSecret(String name) {
    return read(
        "secrets: get",
        () ->
            Optional.ofNullable(
                    cluster
                        .client()
                        .secrets()
                        .inNamespace(cluster.namespace())
                        .withName(name)
                        .get())
                .map(secret -> hasKey(secret.getData(), null)),
        Optional.of(key -> true));
  }

  private static Predicate<String> hasKey(
      @Nullable Map<String, String> data, @Nullable Map<String, String> more) {
    return key ->
        (data != null && data.containsKey(key)) || (more != null && more.containsKey(key));
  }

  private SortedMap<String, String> configMapData(String name) {
    return read(
        "configmaps: get",
        () -> cluster.configMapData(List.of(name)),
        new TreeMap<String, String>());
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
