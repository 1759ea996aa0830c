package io.metamigrate.migrator.restart;

import static java.util.stream.Collectors.toList;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.LocalObjectReference;
import io.fabric8.kubernetes.api.model.NodeSelector;
import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.PodSpecBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeNodeAffinity;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.node.v1.Overhead;
import io.fabric8.kubernetes.api.model.node.v1.RuntimeClass;
import io.fabric8.kubernetes.api.model.node.v1.Scheduling;
import io.metamigrate.migrator.deployment.DeploymentFinding;
import io.metamigrate.migrator.deployment.NextPod;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What can keep the next pods of a set from starting once a pod of today is gone. Pure.
 *
 * @param pods all of the namespace
 * @param everywhere all of the cluster that have not ended; those of the namespace if the others
 *     may not be read
 * @param claims those of the namespace; empty if they may not be read
 * @param nodes of the cluster; empty if they may not be read
 * @param accounts those of the namespace, which always has {@code default} (Kubernetes
 *     documentation, Service Accounts); empty if they may not be read
 */
record NextPodChecks(
    List<Pod> pods,
    List<Pod> everywhere,
    List<PersistentVolumeClaim> claims,
    List<PersistentVolume> volumes,
    List<io.fabric8.kubernetes.api.model.Node> nodes,
    List<ServiceAccount> accounts,
    NamespaceLimits limits) {
  /** How many names a line gives of each kind. */
  private static final int SHOWN = 3;

  private static final Set<String> NOT_PULLED =
      Set.of("ErrImagePull", "ImagePullBackOff", "InvalidImageName", "ErrImageNeverPull");

  NextPodChecks {
    pods = List.copyOf(pods);
    everywhere = List.copyOf(everywhere);
    claims = List.copyOf(claims);
    volumes = List.copyOf(volumes);
    nodes = List.copyOf(nodes);
    accounts = List.copyOf(accounts);
  }

  /** Objects of the cluster that templates refer to. */
  interface Lookup {
    /** Whether the ConfigMap of a name has a key; empty if there is no such ConfigMap. */
    Optional<Predicate<String>> keysOfConfigMap(String name);

    /** The same of a Secret. */
    Optional<Predicate<String>> keysOfSecret(String name);

    boolean hasPriorityClass(String name);

    Optional<RuntimeClass> runtimeClass(String name);
  }

  /** All findings for the pods of a set. */
  List<DeploymentFinding> of(StatefulSet set, List<Pod> own, Lookup cluster) {
    PodSpec template = set.getSpec().getTemplate().getSpec();
    PodSpec next = withRuntimeClass(template, cluster);
    List<DeploymentFinding> found = new ArrayList<>(placement(set, next, own));
    String name = set.getMetadata().getName();
    PodResources.containers(template)
        .collect(
            Collectors.groupingBy(
                container -> String.valueOf(container.getImage()), TreeMap::new, toList()))
        .forEach((image, containers) -> image(set, image, containers).ifPresent(found::add));
    List<String> notCounted = PodPlacement.notCounted(template);
    if (!notCounted.isEmpty()) {
      found.add(NextPod.notChecked(set.getKind(), name, String.join(", ", notCounted)));
    }
    NeededObjects needed = new NeededObjects(template);
    Stream.of(
            lacking("ConfigMap", needed.configMaps(), cluster::keysOfConfigMap),
            lacking("Secret", needed.secrets(), cluster::keysOfSecret),
            lackingAccount(template),
            Stream.ofNullable(template.getPriorityClassName())
                .filter(priority -> !cluster.hasPriorityClass(priority))
                .map(priority -> "PriorityClass " + priority),
            Stream.ofNullable(template.getRuntimeClassName())
                .filter(runtime -> cluster.runtimeClass(runtime).isEmpty())
                .map(runtime -> "RuntimeClass " + runtime))
        .flatMap(what -> what)
        .forEach(what -> found.add(NextPod.lacking(set.getKind(), name, what)));
    // a pod of today also has those that its account gives it
    Stream.concat(Stream.of(template), own.stream().map(Pod::getSpec))
        .flatMap(spec -> spec.getImagePullSecrets().stream())
        .map(LocalObjectReference::getName)
        .distinct()
        .sorted()
        .filter(secret -> cluster.keysOfSecret(secret).isEmpty())
        .forEach(secret -> found.add(NextPod.lacksPullSecret(set.getKind(), name, secret)));
    SortedMap<String, List<String>> lost = lostClaims(own);
    if (!lost.isEmpty()) {
      found.add(NextPod.losesClaims(set.getKind(), name, grouped(lost)));
    }
    SortedMap<String, List<String>> refused = new TreeMap<>();
    own.stream()
        .filter(pod -> !KubernetesWorkloads.hasEnded(pod))
        .forEach(
            pod ->
                limits
                    .refusals(next, pod)
                    .forEach(
                        why ->
                            refused
                                .computeIfAbsent(why, key -> new ArrayList<>())
                                .add(pod.getMetadata().getName())));
    if (!refused.isEmpty()) {
      found.add(NextPod.notAdmitted(set.getKind(), name, grouped(refused)));
    }
    return found;
  }

  /** What the API server adds to a pod that has a runtime class. */
  private static PodSpec withRuntimeClass(PodSpec template, Lookup cluster) {
    Optional<RuntimeClass> runtime =
        Optional.ofNullable(template.getRuntimeClassName()).flatMap(cluster::runtimeClass);
    Map<String, Quantity> overhead =
        runtime
            .map(RuntimeClass::getOverhead)
            .map(Overhead::getPodFixed)
            .orElseGet(template::getOverhead);
    Optional<Scheduling> scheduling = runtime.map(RuntimeClass::getScheduling);
    return new PodSpecBuilder(template)
        .withOverhead(overhead)
        .addToNodeSelector(scheduling.map(Scheduling::getNodeSelector).orElseGet(Map::of))
        .addAllToTolerations(scheduling.map(Scheduling::getTolerations).orElseGet(List::of))
        .build();
  }

  /** Objects, or keys of them, that are not there. */
  private static Stream<String> lacking(
      String kind,
      SortedMap<String, Set<String>> needed,
      Function<String, Optional<Predicate<String>>> lookup) {
    return needed.entrySet().stream()
        .flatMap(
            one ->
                lookup
                    .apply(one.getKey())
                    .map(
                        has ->
                            one.getValue().stream()
                                .filter(has.negate())
                                .map(
                                    key ->
                                        "key %s of the %s %s".formatted(key, kind, one.getKey())))
                    .orElseGet(() -> Stream.of(kind + " " + one.getKey())));
  }

  private Stream<String> lackingAccount(PodSpec template) {
    return Stream.ofNullable(template.getServiceAccountName())
        .filter(name -> !accounts.isEmpty())
        .filter(
            name -> accounts.stream().noneMatch(one -> one.getMetadata().getName().equals(name)))
        .map(name -> "ServiceAccount " + name);
  }

  /** Claims by the reason why the next pod does not get what is in them. */
  private SortedMap<String, List<String>> lostClaims(List<Pod> own) {
    SortedMap<String, List<String>> lost = new TreeMap<>();
    if (!claims.isEmpty()) {
      own.stream()
          .filter(pod -> !KubernetesWorkloads.hasEnded(pod))
          .flatMap(NextPodChecks::claimNames)
          .distinct()
          .sorted()
          .forEach(
              name ->
                  lossOf(name)
                      .ifPresent(
                          why -> lost.computeIfAbsent(why, key -> new ArrayList<>()).add(name)));
    }
    return lost;
  }

  private Optional<String> lossOf(String name) {
    Optional<PersistentVolumeClaim> claim =
        claims.stream().filter(one -> one.getMetadata().getName().equals(name)).findFirst();
    if (claim.isEmpty()) {
      return Optional.of("is not there");
    }
    if (claim.get().getMetadata().getDeletionTimestamp() != null) {
      return Optional.of("is being deleted, which waits for the pod's end only");
    }
    return Optional.ofNullable(claim.get().getStatus())
        .filter(status -> "Lost".equals(status.getPhase()))
        .map(status -> "has lost its volume");
  }

  private static Stream<String> claimNames(Pod pod) {
    return pod.getSpec().getVolumes().stream()
        .map(Volume::getPersistentVolumeClaim)
        .filter(Objects::nonNull)
        .map(claim -> claim.getClaimName());
  }

  /** Places one pod after the other, so that each uses capacity that the later ones lack. */
  private List<DeploymentFinding> placement(StatefulSet set, PodSpec template, List<Pod> own) {
    SortedMap<String, List<String>> nowhere = new TreeMap<>();
    SortedMap<String, List<String>> elsewhere = new TreeMap<>();
    List<Pod> near =
        pods.stream()
            .filter(pod -> !KubernetesWorkloads.hasEnded(pod))
            .collect(Collectors.toCollection(ArrayList::new));
    List<Pod> all = new ArrayList<>(everywhere);
    for (Pod pod : own.stream().filter(one -> !KubernetesWorkloads.hasEnded(one)).toList()) {
      String name = pod.getMetadata().getName();
      near.removeIf(one -> isSame(one, pod));
      all.removeIf(one -> isSame(one, pod));
      PodPlacement placement =
          new PodPlacement(
              template,
              Stream.of(template, pod.getSpec())
                  .flatMap(spec -> spec.getTolerations().stream())
                  .toList(),
              places(pod),
              near,
              nodes,
              all);
      SortedMap<String, String> refusals = new TreeMap<>();
      nodes.forEach(
          node ->
              placement
                  .refusal(node)
                  .ifPresent(why -> refusals.put(node.getMetadata().getName(), why)));
      String present = String.valueOf(pod.getSpec().getNodeName());
      List<String> fitting =
          nodes.stream()
              .map(node -> node.getMetadata().getName())
              .filter(node -> !refusals.containsKey(node))
              .toList();
      boolean isNowhere = fitting.isEmpty() && !nodes.isEmpty();
      if (isNowhere) {
        SortedMap<String, List<String>> byReason = new TreeMap<>();
        refusals.forEach(
            (node, why) -> byReason.computeIfAbsent(why, key -> new ArrayList<>()).add(node));
        String reasons =
            byReason.entrySet().stream()
                .map(one -> one.getKey() + ": " + abbreviated(one.getValue(), ", "))
                .collect(Collectors.joining("; "));
        nowhere.computeIfAbsent(reasons, key -> new ArrayList<>()).add(name);
      } else if (refusals.containsKey(present)) {
        elsewhere
            .computeIfAbsent(refusals.get(present) + ": " + present, key -> new ArrayList<>())
            .add(name);
      }
      // the move stops at one without a node, so to the others it stays where it is
      Pod placed = isNowhere ? pod : next(pod, template, fitting);
      near.add(placed);
      all.add(placed);
    }
    String title = set.getMetadata().getName();
    List<DeploymentFinding> found = new ArrayList<>();
    if (!nowhere.isEmpty()) {
      found.add(NextPod.withoutNode(set.getKind(), title, grouped(nowhere)));
    }
    if (!elsewhere.isEmpty()) {
      found.add(NextPod.onAnotherNode(set.getKind(), title, grouped(elsewhere)));
    }
    return found;
  }

  /** Pods by the reason that they have in common. */
  private static String grouped(SortedMap<String, List<String>> podsByReason) {
    return abbreviated(
        podsByReason.entrySet().stream()
            .map(one -> "%s (%s)".formatted(abbreviated(one.getValue(), ", "), one.getKey()))
            .toList(),
        "; ");
  }

  /** On its node of today if that takes it. */
  private static Pod next(Pod pod, PodSpec template, List<String> fitting) {
    String present = String.valueOf(pod.getSpec().getNodeName());
    String node = fitting.isEmpty() || fitting.contains(present) ? present : fitting.get(0);
    return new PodBuilder(pod)
        .withSpec(new PodSpecBuilder(template).withNodeName(node).build())
        .build();
  }

  /** The first ones, and how many more there are. */
  private static String abbreviated(List<String> all, String separator) {
    String shown = all.stream().limit(SHOWN).collect(Collectors.joining(separator));
    return all.size() > SHOWN ? shown + " and %d more".formatted(all.size() - SHOWN) : shown;
  }

  private static boolean isSame(Pod one, Pod other) {
    return one.getMetadata().getName().equals(other.getMetadata().getName())
        && one.getMetadata().getNamespace().equals(other.getMetadata().getNamespace());
  }

  /** Where the volumes of its claims can be attached. */
  private List<NodeSelector> places(Pod pod) {
    Set<String> names = claimNames(pod).collect(Collectors.toSet());
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

  private Optional<DeploymentFinding> image(
      StatefulSet set, String image, List<Container> containers) {
    String name = set.getMetadata().getName();
    Optional<Pod> waiting = pods.stream().filter(pod -> lacks(pod, image)).findFirst();
    if (waiting.isPresent()) {
      return Optional.of(
          NextPod.notPulled(set.getKind(), name, image, waiting.get().getMetadata().getName()));
    }
    List<String> pulling =
        containers.stream()
            .filter(container -> "Always".equals(container.getImagePullPolicy()))
            .map(Container::getName)
            .toList();
    return pulling.isEmpty()
        ? Optional.empty()
        : Optional.of(NextPod.pulledAlways(set.getKind(), name, abbreviated(pulling, ", "), image));
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
}
