package io.metamigrate.migrator.restart;

import io.fabric8.kubernetes.api.model.Affinity;
import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeAffinity;
import io.fabric8.kubernetes.api.model.NodeSelector;
import io.fabric8.kubernetes.api.model.NodeSelectorRequirement;
import io.fabric8.kubernetes.api.model.NodeSelectorTerm;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodAffinity;
import io.fabric8.kubernetes.api.model.PodAffinityTerm;
import io.fabric8.kubernetes.api.model.PodAntiAffinity;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Taint;
import io.fabric8.kubernetes.api.model.Toleration;
import io.fabric8.kubernetes.api.model.WeightedPodAffinityTerm;
import java.math.BigDecimal;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Whether a node takes the pod that follows a pod, by what the scheduler requires: cordons, taints,
 * node selector, required node affinity and anti-affinity, where volumes are, and free CPU, memory
 * and other resources. {@link #notCounted} is not counted. Pure.
 *
 * @param template what the next pod is made from
 * @param tolerations those of the template, and those that the cluster gives its pods
 * @param volumes where the volumes of the pod can be attached
 * @param others pods that keep running
 * @param nodes all of them, for what the others are on
 * @param everywhere pods of all namespaces that keep running, for what they take of a node
 */
record PodPlacement(
    PodSpec template,
    List<Toleration> tolerations,
    List<NodeSelector> volumes,
    Collection<Pod> others,
    List<Node> nodes,
    Collection<Pod> everywhere) {
  private static final String CORDONED = "node.kubernetes.io/unschedulable";
  private static final List<String> KEEPS_OUT = List.of("NoSchedule", "NoExecute");

  PodPlacement {
    tolerations = List.copyOf(tolerations);
    volumes = List.copyOf(volumes);
    others = List.copyOf(others);
    nodes = List.copyOf(nodes);
    everywhere = List.copyOf(everywhere);
  }

  /** What the scheduler requires for such a pod, too, and this does not look at. */
  static List<String> notCounted(PodSpec template) {
    boolean affinity =
        Optional.ofNullable(template.getAffinity())
            .map(Affinity::getPodAffinity)
            .filter(one -> !one.getRequiredDuringSchedulingIgnoredDuringExecution().isEmpty())
            .isPresent();
    boolean spread =
        template.getTopologySpreadConstraints().stream()
            .anyMatch(one -> "DoNotSchedule".equals(one.getWhenUnsatisfiable()));
    boolean port =
        template.getContainers().stream()
            .flatMap(container -> container.getPorts().stream())
            .anyMatch(one -> one.getHostPort() != null);
    return Stream.of(
            affinity ? "podAffinity" : "",
            spread ? "topologySpreadConstraints" : "",
            port ? "hostPort" : "")
        .filter(name -> !name.isEmpty())
        .toList();
  }

  /** Why the node does not take it; empty if it does. */
  Optional<String> refusal(Node node) {
    Taint cordon = new Taint("NoSchedule", CORDONED, null, null);
    if (Boolean.TRUE.equals(node.getSpec().getUnschedulable()) && !isTolerated(cordon)) {
      return Optional.of("cordoned");
    }
    Optional<Taint> taint =
        node.getSpec().getTaints().stream()
            .filter(one -> KEEPS_OUT.contains(one.getEffect()) && !isTolerated(one))
            .findFirst();
    if (taint.isPresent()) {
      return Optional.of("taint %s:%s".formatted(taint.get().getKey(), taint.get().getEffect()));
    }
    if (!labels(node).entrySet().containsAll(template.getNodeSelector().entrySet())) {
      return Optional.of("no match of nodeSelector " + template.getNodeSelector());
    }
    if (!required().stream().allMatch(one -> matches(one, node))) {
      return Optional.of("no match of node affinity");
    }
    if (!volumes.stream().allMatch(one -> matches(one, node))) {
      return Optional.of("volume cannot be attached");
    }
    return antiAffinity()
        .filter(term -> !isFree(term, node))
        .findFirst()
        .map(term -> "another pod that anti-affinity excludes")
        .or(() -> lacks(node));
  }

  /** A resource of which the node has too little left; what it does not report is not counted. */
  private Optional<String> lacks(Node node) {
    if (node.getStatus() == null || node.getStatus().getAllocatable() == null) {
      return Optional.empty();
    }
    SortedMap<String, BigDecimal> free = PodResources.amounts(node.getStatus().getAllocatable());
    everywhere.stream()
        .filter(pod -> isOn(pod, node))
        .forEach(pod -> needs(pod.getSpec()).forEach((name, one) -> take(free, name, one)));
    return needs(template).entrySet().stream()
        .filter(
            one -> free.getOrDefault(one.getKey(), one.getValue()).compareTo(one.getValue()) < 0)
        .map(one -> "not free: " + PodResources.text(one.getKey(), one.getValue()))
        .findFirst();
  }

  private static void take(SortedMap<String, BigDecimal> free, String name, BigDecimal amount) {
    free.computeIfPresent(name, (key, left) -> left.subtract(amount));
  }

  /** What it requests, and its own place among the pods of a node. */
  private static SortedMap<String, BigDecimal> needs(PodSpec pod) {
    SortedMap<String, BigDecimal> needs = PodResources.requests(pod);
    needs.put("pods", BigDecimal.ONE);
    return needs;
  }

  private boolean isTolerated(Taint taint) {
    return tolerations.stream().anyMatch(one -> tolerates(one, taint));
  }

  private static boolean tolerates(Toleration one, Taint taint) {
    boolean exists = "Exists".equals(one.getOperator());
    boolean key = isEmpty(one.getKey()) ? exists : taint.getKey().equals(one.getKey());
    boolean value = exists || orEmpty(one.getValue()).equals(orEmpty(taint.getValue()));
    return key && value && (isEmpty(one.getEffect()) || taint.getEffect().equals(one.getEffect()));
  }

  private List<NodeSelector> required() {
    return Optional.ofNullable(template.getAffinity())
        .map(Affinity::getNodeAffinity)
        .map(NodeAffinity::getRequiredDuringSchedulingIgnoredDuringExecution)
        .stream()
        .toList();
  }

  /** All terms about other pods, also those that are only preferred. */
  static Stream<PodAffinityTerm> terms(PodSpec pod) {
    Optional<PodAffinity> near =
        Optional.ofNullable(pod.getAffinity()).map(Affinity::getPodAffinity);
    Optional<PodAntiAffinity> apart =
        Optional.ofNullable(pod.getAffinity()).map(Affinity::getPodAntiAffinity);
    return Stream.of(
            near.map(PodAffinity::getRequiredDuringSchedulingIgnoredDuringExecution),
            apart.map(PodAntiAffinity::getRequiredDuringSchedulingIgnoredDuringExecution),
            near.map(PodAffinity::getPreferredDuringSchedulingIgnoredDuringExecution)
                .map(PodPlacement::terms),
            apart
                .map(PodAntiAffinity::getPreferredDuringSchedulingIgnoredDuringExecution)
                .map(PodPlacement::terms))
        .flatMap(Optional::stream)
        .flatMap(List::stream);
  }

  private static List<PodAffinityTerm> terms(List<WeightedPodAffinityTerm> weighted) {
    return weighted.stream().map(WeightedPodAffinityTerm::getPodAffinityTerm).toList();
  }

  private Stream<PodAffinityTerm> antiAffinity() {
    return Optional.ofNullable(template.getAffinity())
        .map(Affinity::getPodAntiAffinity)
        .map(PodAntiAffinity::getRequiredDuringSchedulingIgnoredDuringExecution)
        .stream()
        .flatMap(List::stream);
  }

  /** Whether no other pod that the term selects is on a node of the same place. */
  private boolean isFree(PodAffinityTerm term, Node node) {
    String place = labels(node).get(term.getTopologyKey());
    return place == null
        || others.stream()
            .filter(pod -> selects(term.getLabelSelector(), pod))
            .flatMap(pod -> nodes.stream().filter(one -> isOn(pod, one)))
            .noneMatch(one -> Objects.equals(place, labels(one).get(term.getTopologyKey())));
  }

  static boolean isOn(Pod pod, Node node) {
    return node.getMetadata().getName().equals(pod.getSpec().getNodeName());
  }

  private static boolean selects(@Nullable LabelSelector selector, Pod pod) {
    Map<String, String> labels =
        Optional.ofNullable(pod.getMetadata().getLabels()).orElseGet(Map::of);
    return selector != null
        && labels
            .entrySet()
            .containsAll(
                Optional.ofNullable(selector.getMatchLabels()).orElseGet(Map::of).entrySet())
        && selector.getMatchExpressions().stream()
            .allMatch(one -> holds(labels, one.getKey(), one.getOperator(), one.getValues()));
  }

  /** One of its terms has to hold, and of that each requirement. */
  private static boolean matches(NodeSelector selector, Node node) {
    return selector.getNodeSelectorTerms().stream().anyMatch(term -> matches(term, node));
  }

  private static boolean matches(NodeSelectorTerm term, Node node) {
    Map<String, String> fields = Map.of("metadata.name", node.getMetadata().getName());
    return term.getMatchExpressions().stream().allMatch(one -> holds(labels(node), one))
        && term.getMatchFields().stream().allMatch(one -> holds(fields, one));
  }

  private static boolean holds(Map<String, String> labels, NodeSelectorRequirement one) {
    return holds(labels, one.getKey(), one.getOperator(), one.getValues());
  }

  /** {@code Gt} and {@code Lt} compare numbers; they are taken for fulfilled. */
  static boolean holds(
      Map<String, String> labels, String key, String operator, List<String> values) {
    String value = labels.get(key);
    return switch (operator) {
      case "In" -> value != null && values.contains(value);
      case "NotIn" -> value == null || !values.contains(value);
      case "Exists" -> value != null;
      case "DoesNotExist" -> value == null;
      default -> true;
    };
  }

  private static Map<String, String> labels(Node node) {
    Map<String, String> labels = new HashMap<>();
    Optional.ofNullable(node.getMetadata().getLabels()).ifPresent(labels::putAll);
    return labels;
  }

  private static boolean isEmpty(@Nullable String text) {
    return text == null || text.isEmpty();
  }

  private static String orEmpty(@Nullable String text) {
    return text == null ? "" : text;
  }
}
