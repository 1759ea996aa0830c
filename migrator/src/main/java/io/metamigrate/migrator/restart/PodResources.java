package io.metamigrate.migrator.restart;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What a pod asks for, as the scheduler counts it: the sum of its containers, or its largest init
 * container if that is more, and its overhead. Init containers that keep running count as
 * containers (Kubernetes documentation, Sidecar Containers). Pure.
 */
final class PodResources {
  private static final BigDecimal MEBIBYTE = BigDecimal.valueOf(1024L * 1024);

  private PodResources() {}

  static SortedMap<String, BigDecimal> requests(PodSpec pod) {
    SortedMap<String, BigDecimal> all = sum(pod, true);
    Optional.ofNullable(pod.getOverhead())
        .ifPresent(overhead -> amounts(overhead).forEach((name, one) -> add(all, name, one)));
    return all;
  }

  static SortedMap<String, BigDecimal> limits(PodSpec pod) {
    SortedMap<String, BigDecimal> all = sum(pod, false);
    amounts(Objects.requireNonNullElseGet(pod.getOverhead(), Map::of))
        .forEach((name, one) -> all.computeIfPresent(name, (key, sum) -> sum.add(one)));
    return all;
  }

  /**
   * A container's own; what it limits and does not request, it requests (Kubernetes documentation,
   * Resource Management for Pods and Containers).
   */
  static SortedMap<String, BigDecimal> of(Container container, boolean requests) {
    Optional<ResourceRequirements> own = Optional.ofNullable(container.getResources());
    SortedMap<String, BigDecimal> all =
        amounts(own.map(ResourceRequirements::getLimits).orElseGet(Map::of));
    if (requests) {
      all.putAll(amounts(own.map(ResourceRequirements::getRequests).orElseGet(Map::of)));
    }
    return all;
  }

  static SortedMap<String, BigDecimal> amounts(Map<String, Quantity> quantities) {
    return quantities.entrySet().stream()
        .collect(
            Collectors.toMap(
                Map.Entry::getKey,
                one -> one.getValue().getNumericalAmount(),
                (one, other) -> one,
                TreeMap::new));
  }

  /** For messages: {@code cpu 1.5}, {@code memory 4096Mi}. */
  static String text(String resource, BigDecimal amount) {
    boolean bytes = resource.endsWith("memory") || resource.endsWith("storage");
    return resource
        + " "
        + (bytes
            ? amount.divide(MEBIBYTE, 0, RoundingMode.CEILING).toPlainString() + "Mi"
            : amount.stripTrailingZeros().toPlainString());
  }

  static Stream<Container> containers(PodSpec pod) {
    return Stream.concat(pod.getInitContainers().stream(), pod.getContainers().stream());
  }

  private static SortedMap<String, BigDecimal> sum(PodSpec pod, boolean requests) {
    SortedMap<String, BigDecimal> all = new TreeMap<>();
    Stream.concat(
            pod.getContainers().stream(),
            pod.getInitContainers().stream().filter(PodResources::keepsRunning))
        .forEach(one -> of(one, requests).forEach((name, amount) -> add(all, name, amount)));
    pod.getInitContainers().stream()
        .filter(one -> !keepsRunning(one))
        .forEach(
            one ->
                of(one, requests)
                    .forEach((name, amount) -> all.merge(name, amount, BigDecimal::max)));
    return all;
  }

  private static boolean keepsRunning(Container init) {
    return "Always".equals(init.getRestartPolicy());
  }

  private static void add(SortedMap<String, BigDecimal> all, String name, BigDecimal amount) {
    all.merge(name, amount, BigDecimal::add);
  }
}
