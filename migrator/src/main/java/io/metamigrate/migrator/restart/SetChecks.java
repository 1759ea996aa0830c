package io.metamigrate.migrator.restart;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.metamigrate.migrator.deployment.PendingChanges;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** What of a StatefulSet itself, apart from its containers, would break a move. Pure. */
final class SetChecks {
  private SetChecks() {}

  static List<Obstacle> of(StatefulSet set, List<Pod> pods) {
    List<Obstacle> found = new ArrayList<>();
    Optional.ofNullable(set.getSpec().getOrdinals())
        .map(ordinals -> ordinals.getStart())
        .filter(start -> start > 0)
        .ifPresent(
            start ->
                found.add(
                    Obstacle.blocker(
                        "statefulset " + set.getMetadata().getName(),
                        "numbers its pods from %d (spec.ordinals.start), and this driver stops a pod by scaling to its number"
                            .formatted(start),
                        "use the command driver, or a set that counts from 0")));
    List<String> older =
        isMoved(set) || !SetState.observed(set)
            ? List.of()
            : pods.stream()
                .filter(pod -> pod.getMetadata().getDeletionTimestamp() == null)
                .filter(pod -> !SetState.isCurrent(set, pod))
                .map(pod -> pod.getMetadata().getName())
                .sorted()
                .toList();
    if (!older.isEmpty()) {
      found.add(
          Obstacle.of(
              PendingChanges.of(
                  "StatefulSet",
                  set.getMetadata().getName(),
                  "has pods that were made from an earlier template ("
                      + older.stream().collect(Collectors.joining(", "))
                      + ")")));
    }
    return List.copyOf(found);
  }

  /** In the middle of a move the pods differ, since one after the other gets its new settings. */
  private static boolean isMoved(StatefulSet set) {
    return SetState.isPinned(set)
        || SetState.holds(set)
        || !SetState.stopped(set).isEmpty()
        || SetState.savedReplicas(set).isPresent()
        || TemplateLayer.isOn(set);
  }
}
