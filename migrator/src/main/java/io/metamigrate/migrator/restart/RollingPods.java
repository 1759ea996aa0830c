package io.metamigrate.migrator.restart;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.metamigrate.migrator.restart.KubernetesCluster.Eviction;
import java.util.Optional;
import java.util.SortedSet;
import java.util.function.BooleanSupplier;

/**
 * Stops and starts one pod of a StatefulSet that keeps running. Each call does the next action that
 * is missing and depends only on the state of the cluster, so any process can repeat it.
 */
final class RollingPods {
  private final KubernetesCluster cluster;
  private final Node node;
  private final int number;
  private final BooleanSupplier brokersDown;

  /**
   * @param brokersDown whether this driver keeps the brokers at zero, so that a disruption budget
   *     has nothing left to protect; asked only if one refuses
   */
  RollingPods(KubernetesCluster cluster, Node node, BooleanSupplier brokersDown) {
    this.cluster = cluster;
    this.node = node;
    this.number = SetState.ordinal(node.name());
    this.brokersDown = brokersDown;
  }

  /** Holds new pods first, and waits until the controller knows, before the old pod goes. */
  StepOutcome stop(StatefulSet present) {
    Optional<Pod> found = cluster.pod(node.name());
    PodStatus status = PodStatus.of(node, found, present);
    if (status.stopped() && SetState.stopped(present).contains(number)) {
      return StepOutcome.done(node + " " + status.words());
    }
    StatefulSet set =
        cluster.change(
            name(present),
            wanted -> {
              SetState.pin(wanted);
              SetState.hold(wanted, number);
            });
    if (!SetState.observed(set)) {
      return StepOutcome.notYet("the controller has not seen that new pods are held");
    }
    if (found.isEmpty() || found.get().getMetadata().getDeletionTimestamp() != null) {
      return StepOutcome.notYet(node + " " + status.words());
    }
    Eviction eviction = cluster.evict(found.get(), false);
    if (eviction == Eviction.GONE) {
      return StepOutcome.notYet("the pod of " + node + " has gone");
    }
    if (eviction == Eviction.ALLOWED) {
      cluster.event(set, "MetadataMoveStop", node + " is stopped: its pod is evicted and held");
      return StepOutcome.notYet(node + " is evicted");
    }
    if (!brokersDown.getAsBoolean()) {
      return StepOutcome.notYet(
          "a PodDisruptionBudget does not allow the eviction of " + node.name() + " now");
    }
    cluster.delete(found.get());
    cluster.event(
        set,
        "MetadataMoveStop",
        node
            + " is stopped although its disruption budget forbids it: the brokers are scaled to"
            + " zero, so nothing serves");
    return StepOutcome.notYet(node + " is deleted");
  }

  /** Lets new pods go first, and waits until the controller knows, before the held pod goes. */
  StepOutcome start(StatefulSet present) {
    StatefulSet set = cluster.change(name(present), wanted -> SetState.release(wanted, number));
    if (!SetState.observed(set)) {
      return StepOutcome.notYet("the controller has not seen that pods may start");
    }
    releaseUnstoppedPods(set);
    Optional<Pod> found = cluster.pod(node.name());
    if (found.isEmpty() || found.get().getMetadata().getDeletionTimestamp() != null) {
      return StepOutcome.notYet(node + " " + PodStatus.of(node, found, set).words());
    }
    Pod pod = found.get();
    if (SetState.isHeld(pod)) {
      cluster.delete(pod);
      cluster.event(set, "MetadataMoveStart", node + " is started: its pod is no longer held");
      return StepOutcome.notYet(node + " is let go");
    }
    return SetState.isCurrent(set, pod)
        ? StepOutcome.done(node + " has a pod of the current template")
        : StepOutcome.failed(
            node + " runs with the settings that it had before; stop it, then start it");
  }

  /**
   * Pods that the driver did not stop, and that died and were created again while new ones were
   * held.
   */
  private void releaseUnstoppedPods(StatefulSet set) {
    SortedSet<Integer> stopped = SetState.stopped(set);
    cluster.podsOf(set).stream()
        .filter(SetState::isHeld)
        .filter(pod -> pod.getMetadata().getDeletionTimestamp() == null)
        .filter(pod -> !pod.getMetadata().getName().equals(node.name()))
        .filter(pod -> !stopped.contains(SetState.ordinal(pod.getMetadata().getName())))
        .forEach(cluster::delete);
  }

  private static String name(StatefulSet set) {
    return set.getMetadata().getName();
  }
}
