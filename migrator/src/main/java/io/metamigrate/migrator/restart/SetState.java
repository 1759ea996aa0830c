package io.metamigrate.migrator.restart;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.apps.StatefulSetUpdateStrategy;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.Map;
import java.util.Optional;

/**
 * What the driver keeps in a StatefulSet itself, so that it is written in one step with the change
 * that it speaks of and any later process finds it: the replica count and the update strategy that
 * the operator had, and whether new pods are held.
 *
 * <p>A held pod asks for a node that does not exist. So the controller makes it, and nothing starts
 * it.
 */
final class SetState {
  static final String REPLICAS = "metamigrate.io/replicas";
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

  static boolean pinned(StatefulSet set) {
    return annotations(set).containsKey(STRATEGY);
  }

  static void hold(StatefulSet set) {
    set.getSpec().getTemplate().getSpec().getNodeSelector().put(HOLD, "until-start");
  }

  static void release(StatefulSet set) {
    set.getSpec().getTemplate().getSpec().getNodeSelector().remove(HOLD);
  }

  static boolean holds(StatefulSet set) {
    return set.getSpec().getTemplate().getSpec().getNodeSelector().containsKey(HOLD);
  }

  static boolean held(Pod pod) {
    return pod.getSpec().getNodeSelector().containsKey(HOLD) && pod.getSpec().getNodeName() == null;
  }

  /** Scales to zero; how many there were is saved in the same write. */
  static void scaleToZero(StatefulSet set) {
    if (set.getSpec().getReplicas() > 0) {
      annotations(set).put(REPLICAS, Integer.toString(set.getSpec().getReplicas()));
      set.getSpec().setReplicas(0);
    }
  }

  /** How many there were before the driver scaled to zero; empty where it did not. */
  static Optional<Integer> savedReplicas(StatefulSet set) {
    return Optional.ofNullable(annotations(set).get(REPLICAS)).map(Integer::valueOf);
  }

  static void scaleBack(StatefulSet set) {
    savedReplicas(set).ifPresent(replicas -> set.getSpec().setReplicas(replicas));
    annotations(set).remove(REPLICAS);
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
