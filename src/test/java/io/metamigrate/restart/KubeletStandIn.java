package io.metamigrate.restart;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerStateBuilder;
import io.fabric8.kubernetes.api.model.ContainerStatusBuilder;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodConditionBuilder;
import io.fabric8.kubernetes.api.model.PodStatus;
import io.fabric8.kubernetes.api.model.PodStatusBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.List;
import java.util.Map;
import java.util.Timer;
import java.util.TimerTask;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One node, and the little of a kubelet that the driver can see: a pod bound to the node runs a
 * process with its first container's environment, read from the ConfigMaps at that moment; it is
 * ready when the process reports it; when it is deleted the process is stopped and the pod goes.
 */
final class KubeletStandIn implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(KubeletStandIn.class);
  private static final String NODE = "node-1";

  private final KubernetesClient client;
  private final Function<String, PodProcess> processes;
  private final Map<String, RunningPod> running = new ConcurrentHashMap<>();
  private final Timer rounds = new Timer("kubelet-stand-in", true);
  private final ExecutorService stopping =
      Executors.newCachedThreadPool(task -> new Thread(task, "kubelet-stand-in-stops"));

  private record RunningPod(PodProcess process, Map<String, String> environment, Pod pod) {}

  /**
   * @param processes makes what runs in the pod of that name
   */
  KubeletStandIn(KubernetesClient client, Function<String, PodProcess> processes) {
    this.client = client;
    this.processes = processes;
    client.resource(node()).create();
    // admission taints a new node as not ready, and the controller that would lift that is not here
    client.nodes().withName(NODE).edit(KubeletStandIn::untainted);
    rounds.schedule(
        new TimerTask() {
          @Override
          public void run() {
            round();
          }
        },
        0,
        100);
  }

  /** What the pod's process was started with. */
  Map<String, String> environmentOf(String pod) {
    return running.values().stream()
        .filter(one -> one.pod().getMetadata().getName().equals(pod))
        .map(RunningPod::environment)
        .findFirst()
        .orElseThrow(() -> new AssertionError("pod " + pod + " does not run"));
  }

  /** Restarts the container in its pod, as after a crash: its environment is read again. */
  void crash(String name) {
    running.forEach(
        (uid, one) -> {
          if (one.pod().getMetadata().getName().equals(name)) {
            one.process().stop();
            running.remove(uid);
          }
        });
  }

  @Override
  public void close() {
    rounds.cancel();
    stopping.shutdownNow();
    running.values().forEach(one -> one.process().stop());
  }

  private void round() {
    try {
      client
          .pods()
          .inAnyNamespace()
          .withField("spec.nodeName", NODE)
          .list()
          .getItems()
          .forEach(this::poll);
    } catch (RuntimeException e) {
      // and asked again in the next round, as a kubelet does
      LOG.atInfo().setCause(e).log("kubelet round failed");
    }
  }

  private void poll(Pod pod) {
    String uid = pod.getMetadata().getUid();
    if (pod.getMetadata().getDeletionTimestamp() != null) {
      RunningPod one = running.remove(uid);
      if (one != null) {
        stopping.execute(
            () -> {
              one.process().stop();
              gone(pod);
            });
      }
      return;
    }
    RunningPod one =
        running.computeIfAbsent(
            uid,
            fresh -> {
              Map<String, String> environment = environment(pod);
              PodProcess process = processes.apply(pod.getMetadata().getName());
              process.start(environment);
              return new RunningPod(process, environment, pod);
            });
    PodStatus status = status(pod, one.process().ready());
    if (!answers(pod, status)) {
      pod.setStatus(status);
      client.resource(pod).updateStatus();
    }
  }

  private void gone(Pod pod) {
    try {
      client.resource(pod).withGracePeriod(0).delete();
    } catch (KubernetesClientException e) {
      // deleted by another client
    }
  }

  private Map<String, String> environment(Pod pod) {
    Container container = pod.getSpec().getContainers().get(0);
    Map<String, String> environment = new TreeMap<>();
    container
        .getEnvFrom()
        .forEach(
            from -> {
              ConfigMap map =
                  client
                      .configMaps()
                      .inNamespace(pod.getMetadata().getNamespace())
                      .withName(from.getConfigMapRef().getName())
                      .require();
              environment.putAll(map.getData());
            });
    container
        .getEnv()
        .forEach(
            variable ->
                environment.put(
                    variable.getName(), variable.getValue() == null ? "" : variable.getValue()));
    return environment;
  }

  private static boolean answers(Pod pod, PodStatus wanted) {
    return pod.getStatus() != null
        && wanted.getPhase().equals(pod.getStatus().getPhase())
        && ready(pod.getStatus()) == ready(wanted);
  }

  private static boolean ready(PodStatus status) {
    return status.getConditions().stream()
        .anyMatch(one -> "Ready".equals(one.getType()) && "True".equals(one.getStatus()));
  }

  private static PodStatus status(Pod pod, boolean ready) {
    String name = pod.getSpec().getContainers().get(0).getName();
    return new PodStatusBuilder(pod.getStatus())
        .withPhase("Running")
        .removeMatchingFromConditions(condition -> "Ready".equals(condition.getType()))
        .addToConditions(
            new PodConditionBuilder()
                .withType("Ready")
                .withStatus(ready ? "True" : "False")
                .withReason(ready ? null : "ContainersNotReady")
                .build())
        .withContainerStatuses(
            new ContainerStatusBuilder()
                .withName(name)
                .withImage("stand-in")
                .withImageID("stand-in")
                .withReady(ready)
                .withRestartCount(0)
                .withState(new ContainerStateBuilder().withNewRunning().endRunning().build())
                .build())
        .build();
  }

  private static Node untainted(Node node) {
    node.getSpec().setTaints(List.of());
    return node;
  }

  private static Node node() {
    Map<String, Quantity> room =
        Map.of(
            "cpu", new Quantity("64"),
            "memory", new Quantity("64Gi"),
            "pods", new Quantity("100"));
    return new NodeBuilder()
        .withNewMetadata()
        .withName(NODE)
        .addToLabels("kubernetes.io/hostname", NODE)
        .endMetadata()
        .withNewStatus()
        .withCapacity(room)
        .withAllocatable(room)
        .addNewCondition()
        .withType("Ready")
        .withStatus("True")
        .endCondition()
        .endStatus()
        .build();
  }
}
