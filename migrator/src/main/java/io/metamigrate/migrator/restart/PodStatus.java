package io.metamigrate.migrator.restart;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The status of a node's pod as the cluster reports it.
 *
 * @param stopped nothing of it runs, and nothing will until it is started
 * @param running it runs and is not on its way out
 * @param ready it runs and reports that it is ready
 * @param words the text for it after the node's name
 */
record PodStatus(boolean stopped, boolean running, boolean ready, String words) {
  static PodStatus of(Node node, Optional<Pod> found, StatefulSet set) {
    if (found.isEmpty()) {
      return absent(SetState.ordinal(node.name()), set);
    }
    return of(found.get());
  }

  /** All pods of a Deployment as one: stopped if none is left, ready if the wanted number is. */
  static PodStatus ofAll(List<Pod> pods, StatefulSet set) {
    int wanted = set.getSpec().getReplicas();
    List<PodStatus> all = pods.stream().map(PodStatus::of).toList();
    if (all.isEmpty() && wanted == 0) {
      return new PodStatus(true, false, false, "has no pod and is scaled to 0");
    }
    long ready = all.stream().filter(PodStatus::ready).count();
    return new PodStatus(
        false,
        all.stream().anyMatch(PodStatus::running),
        ready >= wanted && wanted > 0,
        "has %d ready pods of %d".formatted(ready, wanted));
  }

  private static PodStatus of(Pod pod) {
    if (SetState.isHeld(pod)) {
      return new PodStatus(true, false, false, "has a pod that is held and has not started");
    }
    if (pod.getMetadata().getDeletionTimestamp() != null) {
      return new PodStatus(false, false, false, "has a pod that is still ending");
    }
    boolean running = pod.getStatus() != null && "Running".equals(pod.getStatus().getPhase());
    boolean ready =
        running
            && pod.getStatus().getConditions().stream()
                .anyMatch(
                    condition ->
                        "Ready".equals(condition.getType())
                            && "True".equals(condition.getStatus()));
    return new PodStatus(false, running, ready, ready ? "has a ready pod" : waiting(pod));
  }

  boolean is(NodeState wanted) {
    return wanted == NodeState.STOPPED ? stopped : running;
  }

  /**
   * Under {@code OrderedReady} ({@code StatefulSetSpec.podManagementPolicy}) the controller makes
   * no pod while one before it is held; whichever it makes later is held too, once it has seen
   * that.
   */
  private static PodStatus absent(int number, StatefulSet set) {
    int replicas = set.getSpec().getReplicas();
    if (number >= replicas) {
      return new PodStatus(true, false, false, "has no pod and its set is scaled to " + replicas);
    }
    if (SetState.holds(set) && SetState.observed(set)) {
      return new PodStatus(true, false, false, "has no pod, and a new one would be held");
    }
    return new PodStatus(
        false, false, false, "has no pod, and the controller has yet to create one");
  }

  /** Why it is not ready, as far as the pod reports it. */
  private static String waiting(Pod pod) {
    if (pod.getStatus() == null) {
      return "has a pod without a status";
    }
    Stream<String> containers =
        pod.getStatus().getContainerStatuses().stream()
            .filter(status -> status.getState() != null)
            .filter(status -> status.getState().getWaiting() != null)
            .map(status -> String.valueOf(status.getState().getWaiting().getReason()));
    Stream<String> scheduling =
        pod.getStatus().getConditions().stream()
            .filter(condition -> "False".equals(condition.getStatus()))
            .map(condition -> condition.getReason() + " " + condition.getMessage());
    return "has a pod that is "
        + pod.getStatus().getPhase()
        + Stream.concat(containers, scheduling).findFirst().map(why -> ": " + why).orElse("");
  }
}
