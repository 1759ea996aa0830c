package io.metamigrate.migrator.restart;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.apps.StatefulSetUpdateStrategy;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What the driver keeps in a StatefulSet itself, so that it is written in one step with the change
 * that it speaks of and any later process finds it: the replica count and the update strategy that
 * the operator had, which pods are stopped, and whether new pods are held.
 *
 * <p>A held pod asks for a node that does not exist. So the controller makes it, and nothing starts
 * it.
 */
final class SetState {
  static final String REPLICAS = "metamigrate.io/replicas";
  static final String STOPPED = "metamigrate.io/stopped";
  static final String STRATEGY = "metamigrate.io/update-strategy";
  static final String HOLD = "metamigrate.io/hold";

  private static final String REVISION = "controller-revision-hash";
  private static final String ON_DELETE = "OnDelete";

  private SetState() {}

  /** From now on only the driver replaces pods; the operator's strategy is saved. */
  static void pin(StatefulSet set) {
    StatefulSetUpdateStrategy own = set.getSpec().getUpdateStrategy();
    if (own != null && ON_DELETE.equals(own.getType())) {
      return;
    }
    annotations(set).put(STRATEGY, Serialization.asJson(own));
    StatefulSetUpdateStrategy pinned = new StatefulSetUpdateStrategy();
    pinned.setType(ON_DELETE);
    set.getSpec().setUpdateStrategy(pinned);
  }

  /** Gives the operator's strategy back, which must not make the controller restart a pod. */
  static void unpin(StatefulSet set) {
    String saved = annotations(set).remove(STRATEGY);
    if (saved != null) {
      set.getSpec()
          .setUpdateStrategy(Serialization.unmarshal(saved, StatefulSetUpdateStrategy.class));
    }
  }

  static boolean isPinned(StatefulSet set) {
    return annotations(set).containsKey(STRATEGY);
  }

  /** New pods are held, that of this number until its start. */
  static void hold(StatefulSet set, int number) {
    SortedSet<Integer> stopped = stopped(set);
    stopped.add(number);
    stopped(set, stopped);
    set.getSpec().getTemplate().getSpec().getNodeSelector().put(HOLD, "until-start");
  }

  /** New pods are not held; those of other numbers that are stopped have their held ones. */
  static void release(StatefulSet set, int number) {
    SortedSet<Integer> stopped = stopped(set);
    stopped.remove(number);
    stopped(set, stopped);
    set.getSpec().getTemplate().getSpec().getNodeSelector().remove(HOLD);
  }

  static boolean holds(StatefulSet set) {
    return set.getSpec().getTemplate().getSpec().getNodeSelector().containsKey(HOLD);
  }

  static boolean isHeld(Pod pod) {
    return pod.getSpec().getNodeSelector().containsKey(HOLD) && pod.getSpec().getNodeName() == null;
  }

  static boolean isPodOf(String set, String name) {
    return name.matches(Pattern.quote(set) + "-\\d{1,6}");
  }

  /** The pod's number in its set. */
  static int ordinal(String pod) {
    return Integer.parseInt(pod.substring(pod.lastIndexOf('-') + 1));
  }

  /** The numbers of the pods that the driver has to keep stopped. */
  static SortedSet<Integer> stopped(StatefulSet set) {
    return Stream.of(annotations(set).getOrDefault(STOPPED, "").split(","))
        .filter(number -> !number.isEmpty())
        .map(Integer::valueOf)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  static void stopped(StatefulSet set, SortedSet<Integer> numbers) {
    if (numbers.isEmpty()) {
      annotations(set).remove(STOPPED);
    } else {
      annotations(set)
          .put(STOPPED, numbers.stream().map(String::valueOf).collect(Collectors.joining(",")));
    }
  }

  /** Scales down until this pod is gone; how many there were is saved in the same write. */
  static void scaleBelow(StatefulSet set, int number) {
    annotations(set).putIfAbsent(REPLICAS, Integer.toString(set.getSpec().getReplicas()));
    SortedSet<Integer> stopped = stopped(set);
    stopped.add(number);
    scale(set, stopped);
  }

  /**
   * Scales up until this pod is there, and with it those before it; not up to one behind it that is
   * stopped. Nothing if the driver has not scaled.
   */
  static void scaleUpTo(StatefulSet set, int number) {
    if (savedReplicas(set).isPresent()) {
      SortedSet<Integer> stopped = stopped(set);
      stopped.headSet(number + 1).clear();
      scale(set, stopped);
    }
  }

  /** How many there were before the driver scaled; empty if it has not. */
  static Optional<Integer> savedReplicas(StatefulSet set) {
    return Optional.ofNullable(annotations(set).get(REPLICAS)).map(Integer::valueOf);
  }

  /** A set has its first pods and no others: as many as come before the first that is stopped. */
  private static void scale(StatefulSet set, SortedSet<Integer> stopped) {
    int own = savedReplicas(set).orElseThrow();
    stopped(set, stopped);
    set.getSpec().setReplicas(stopped.isEmpty() ? own : Math.min(own, stopped.first()));
    if (stopped.isEmpty()) {
      annotations(set).remove(REPLICAS);
    }
  }

  /** Whether the controller has seen the set as it is. */
  static boolean observed(StatefulSet set) {
    return set.getStatus() != null
        && set.getStatus().getObservedGeneration() != null
        && set.getStatus().getObservedGeneration() >= set.getMetadata().getGeneration();
  }

  /** Whether the pod was made from the set's template as it is; the set must be observed. */
  static boolean isCurrent(StatefulSet set, Pod pod) {
    String wanted = set.getStatus() == null ? null : set.getStatus().getUpdateRevision();
    return wanted != null && wanted.equals(pod.getMetadata().getLabels().get(REVISION));
  }

  private static Map<String, String> annotations(StatefulSet set) {
    return set.getMetadata().getAnnotations();
  }
}
