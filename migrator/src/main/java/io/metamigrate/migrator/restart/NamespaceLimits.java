package io.metamigrate.migrator.restart;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.LimitRange;
import io.fabric8.kubernetes.api.model.LimitRangeItem;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodAffinityTerm;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.PodSpecBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceQuota;
import io.fabric8.kubernetes.api.model.ScopedResourceSelectorRequirement;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Whether the API server admits the pod that follows one of today, by the quotas and ranges of its
 * namespace. A running pod is asked by neither (Kubernetes documentation, Limit Ranges and Resource
 * Quotas), so one that was set later shows only in the window. Pure.
 *
 * @param defaultPriority the priority class of pods that name none; empty if there is none
 */
record NamespaceLimits(
    List<ResourceQuota> quotas, List<LimitRange> ranges, Optional<String> defaultPriority) {
  private static final List<String> COMPUTED =
      List.of("cpu", "memory", "requests.cpu", "requests.memory", "limits.cpu", "limits.memory");
  private static final List<String> COUNTED = List.of("pods", "count/pods");
  private static final String LIMITS = "limits.";
  private static final String PRIORITY_CLASS = "PriorityClass";
  private static final String EXISTS = "Exists";

  NamespaceLimits {
    quotas = List.copyOf(quotas);
    ranges = List.copyOf(ranges);
  }

  /**
   * Why the next pod would be refused, a line each.
   *
   * @param template what it is made from
   * @param present the pod that it follows, which is gone by then
   */
  List<String> refusals(PodSpec template, Pod present) {
    PodSpec next = withDefaults(template);
    List<String> refusals = new ArrayList<>();
    ranges.forEach(
        range ->
            range
                .getSpec()
                .getLimits()
                .forEach(
                    item ->
                        refusal(item, next)
                            .map(why -> "LimitRange " + range.getMetadata().getName() + why)
                            .ifPresent(refusals::add)));
    quotas.stream()
        .filter(quota -> applies(quota, next))
        .forEach(
            quota ->
                refusal(quota, next, present.getSpec())
                    .map(why -> "ResourceQuota " + quota.getMetadata().getName() + why)
                    .ifPresent(refusals::add));
    return refusals;
  }

  /** What a range gives a container that names no value of its own. */
  private PodSpec withDefaults(PodSpec template) {
    List<LimitRangeItem> items =
        ranges.stream()
            .flatMap(range -> range.getSpec().getLimits().stream())
            .filter(item -> "Container".equals(item.getType()))
            .toList();
    return new PodSpecBuilder(template)
        .withPriorityClassName(
            Optional.ofNullable(template.getPriorityClassName())
                .or(() -> defaultPriority)
                .orElse(null))
        .withContainers(
            template.getContainers().stream().map(one -> withDefaults(one, items)).toList())
        .withInitContainers(
            template.getInitContainers().stream().map(one -> withDefaults(one, items)).toList())
        .build();
  }

  private static Container withDefaults(Container container, List<LimitRangeItem> items) {
    Map<String, Quantity> limits = new HashMap<>();
    Map<String, Quantity> requests = new HashMap<>();
    for (LimitRangeItem item : items) {
      putAll(limits, item.getDefault());
      putAll(requests, item.getDefaultRequest());
    }
    Optional.ofNullable(container.getResources())
        .ifPresent(
            own -> {
              putAll(limits, own.getLimits());
              // a request is the limit by default, before any range is asked
              putAll(requests, own.getLimits());
              putAll(requests, own.getRequests());
            });
    return new ContainerBuilder(container)
        .editOrNewResources()
        .withLimits(limits)
        .withRequests(requests)
        .endResources()
        .build();
  }

  private static void putAll(Map<String, Quantity> all, @Nullable Map<String, Quantity> more) {
    if (more != null) {
      all.putAll(more);
    }
  }

  private static Optional<String> refusal(LimitRangeItem item, PodSpec next) {
    if ("Pod".equals(item.getType())) {
      return refusal(item, "its pod", PodResources.requests(next), PodResources.limits(next));
    }
    return "Container".equals(item.getType())
        ? PodResources.containers(next)
            .flatMap(
                one ->
                    refusal(
                        item,
                        "container " + one.getName(),
                        PodResources.of(one, true),
                        PodResources.of(one, false))
                        .stream())
            .findFirst()
        : Optional.empty();
  }

  private static Optional<String> refusal(
      LimitRangeItem item,
      String what,
      SortedMap<String, BigDecimal> requests,
      SortedMap<String, BigDecimal> limits) {
    SortedMap<String, BigDecimal> least = amounts(item.getMin());
    SortedMap<String, BigDecimal> most = amounts(item.getMax());
    Stream<String> below =
        least.entrySet().stream()
            .filter(one -> !requests.containsKey(one.getKey()) || isLess(requests, one))
            .map(
                one ->
                    " requires a request of %s or more, but %s has %s"
                        .formatted(
                            PodResources.text(one.getKey(), one.getValue()),
                            what,
                            shown(requests, one.getKey())));
    Stream<String> above =
        most.entrySet().stream()
            .filter(one -> !limits.containsKey(one.getKey()) || isMore(limits, one))
            .map(
                one ->
                    " allows a limit of %s or less, but %s has %s"
                        .formatted(
                            PodResources.text(one.getKey(), one.getValue()),
                            what,
                            shown(limits, one.getKey())));
    Stream<String> apart =
        amounts(item.getMaxLimitRequestRatio()).entrySet().stream()
            .filter(one -> isApart(requests.get(one.getKey()), limits.get(one.getKey()), one))
            .map(
                one ->
                    " allows a limit of at most %s times the request for %s, but %s has %s and %s"
                        .formatted(
                            one.getValue().toPlainString(),
                            one.getKey(),
                            what,
                            shown(requests, one.getKey()),
                            shown(limits, one.getKey())));
    return Stream.of(below, above, apart).flatMap(Function.identity()).findFirst();
  }

  /** Whether one of both is missing or zero, or the limit is too many times the request. */
  private static boolean isApart(
      @Nullable BigDecimal request,
      @Nullable BigDecimal limit,
      Map.Entry<String, BigDecimal> ratio) {
    return request == null
        || limit == null
        || request.signum() == 0
        || limit.signum() == 0
        || limit.compareTo(request.multiply(ratio.getValue())) > 0;
  }

  private static boolean isLess(
      SortedMap<String, BigDecimal> given, Map.Entry<String, BigDecimal> bound) {
    return given.getOrDefault(bound.getKey(), BigDecimal.ZERO).compareTo(bound.getValue()) < 0;
  }

  private static boolean isMore(
      SortedMap<String, BigDecimal> given, Map.Entry<String, BigDecimal> bound) {
    return given.getOrDefault(bound.getKey(), BigDecimal.ZERO).compareTo(bound.getValue()) > 0;
  }

  private static String shown(SortedMap<String, BigDecimal> amounts, String resource) {
    return Optional.ofNullable(amounts.get(resource))
        .map(amount -> PodResources.text(resource, amount))
        .orElse("none");
  }

  private static SortedMap<String, BigDecimal> amounts(@Nullable Map<String, Quantity> given) {
    return given == null ? new TreeMap<>() : PodResources.amounts(given);
  }

  /** Whether a quota selects pods by priority class. */
  static boolean selectByPriority(List<ResourceQuota> quotas) {
    return quotas.stream()
        .flatMap(NamespaceLimits::requirements)
        .anyMatch(one -> one.getScopeName().equals(PRIORITY_CLASS));
  }

  private static boolean applies(ResourceQuota quota, PodSpec pod) {
    return requirements(quota).allMatch(one -> isIn(one, pod));
  }

  /** The requirements of its scopes and of its scope selector. */
  private static Stream<ScopedResourceSelectorRequirement> requirements(ResourceQuota quota) {
    return Stream.concat(
        quota.getSpec().getScopes().stream()
            .map(scope -> new ScopedResourceSelectorRequirement(EXISTS, scope, List.of())),
        Optional.ofNullable(quota.getSpec().getScopeSelector()).stream()
            .flatMap(selector -> selector.getMatchExpressions().stream()));
  }

  private static boolean isIn(ScopedResourceSelectorRequirement one, PodSpec pod) {
    boolean limited = pod.getActiveDeadlineSeconds() != null;
    boolean effort =
        PodResources.containers(pod)
            .allMatch(
                container ->
                    PodResources.of(container, true).isEmpty()
                        && PodResources.of(container, false).isEmpty());
    return switch (one.getScopeName()) {
      case "Terminating" -> limited;
      case "NotTerminating" -> !limited;
      case "BestEffort" -> effort;
      case "NotBestEffort" -> !effort;
      case PRIORITY_CLASS ->
          PodPlacement.holds(
              Optional.ofNullable(pod.getPriorityClassName())
                  .map(name -> Map.of(PRIORITY_CLASS, name))
                  .orElseGet(Map::of),
              PRIORITY_CLASS,
              one.getOperator(),
              one.getValues());
      case "CrossNamespacePodAffinity" -> PodPlacement.terms(pod).anyMatch(NamespaceLimits::leaves);
      default -> false;
    };
  }

  /** Whether a term names pods of other namespaces. */
  private static boolean leaves(PodAffinityTerm term) {
    return !term.getNamespaces().isEmpty() || term.getNamespaceSelector() != null;
  }

  private static Optional<String> refusal(ResourceQuota quota, PodSpec next, PodSpec present) {
    Map<String, BigDecimal> hard = amounts(quota.getSpec().getHard());
    Map<String, BigDecimal> used =
        amounts(
            Optional.ofNullable(quota.getStatus()).map(status -> status.getUsed()).orElse(null));
    Stream<String> unnamed =
        COMPUTED.stream()
            .filter(hard::containsKey)
            .flatMap(
                name ->
                    PodResources.containers(next)
                        .filter(one -> !names(one, name))
                        .map(
                            one ->
                                " needs a value for %s of container %s"
                                    .formatted(name, one.getName())));
    Stream<String> exceeded =
        Stream.concat(COMPUTED.stream(), COUNTED.stream())
            .filter(hard::containsKey)
            .filter(
                name ->
                    used.getOrDefault(name, BigDecimal.ZERO)
                            .subtract(applies(quota, present) ? of(present, name) : BigDecimal.ZERO)
                            .add(of(next, name))
                            .compareTo(hard.getOrDefault(name, BigDecimal.ZERO))
                        > 0)
            .map(
                name ->
                    " allows %s, of which %s is used, the present pod's included"
                        .formatted(
                            PodResources.text(name, hard.getOrDefault(name, BigDecimal.ZERO)),
                            PodResources.text(name, used.getOrDefault(name, BigDecimal.ZERO))));
    return Stream.concat(unnamed, exceeded).findFirst();
  }

  private static boolean names(Container container, String resource) {
    return PodResources.of(container, !resource.startsWith(LIMITS))
        .containsKey(resource.substring(resource.indexOf('.') + 1));
  }

  private static BigDecimal of(PodSpec pod, String resource) {
    if (COUNTED.contains(resource)) {
      return BigDecimal.ONE;
    }
    SortedMap<String, BigDecimal> all =
        resource.startsWith(LIMITS) ? PodResources.limits(pod) : PodResources.requests(pod);
    return all.getOrDefault(resource.substring(resource.indexOf('.') + 1), BigDecimal.ZERO);
  }
}
