package io.metamigrate.migrator.restart;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.metamigrate.migrator.config.KubernetesDriverConfig.Layout;
import java.time.Duration;
import java.util.Collection;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * Restarts pods of StatefulSets. A node's name is its pod. AutoRecovery may be a Deployment, which
 * is scaled as a whole: its name is the node's, since its pods have none that stay.
 *
 * <p>Bookies go pod by pod: a stop evicts the pod, within the disruption budgets unless the driver
 * keeps the brokers at zero, and holds the one that the controller makes in its place; a start lets
 * it go. The pods of every other set are scaled: a stop takes the pod away and those behind it, a
 * start brings back the pod and those before it, and who stops all of a set's pods scales it to
 * zero. A start is done when the pod is ready and the caller's own proof, its registration, is
 * there.
 *
 * <p>What must outlive the daemon is written into the StatefulSet together with the change itself;
 * see {@link SetState} and {@link TemplateLayer}. Under the pod management policy {@code
 * OrderedReady} several stopped pods are started in the order of their numbers: the controller
 * makes one only when all before it are ready, and a start lets those go too that have no pod yet.
 * Safe for use by several threads.
 */
public final class KubernetesDriver implements RestartDriver {
  private static final Duration INTERVAL = Duration.ofMillis(300);

  private final KubernetesCluster cluster;
  private final Map<Component, String> sets;
  private final Layout layout;
  private final Predicate<Node> registered;
  private final Poller timeout;

  /** What each set was given by this process. */
  private final Map<String, Consumer<StatefulSet>> layers = new ConcurrentHashMap<>();

  /**
   * @param client is closed with the driver
   * @param sets the StatefulSet of each component that there is
   * @param registered whether the cluster reports that the node serves; asked only when its pod is
   *     ready
   * @param timeout after which an action that has not ended has failed
   */
  public KubernetesDriver(
      KubernetesClient client,
      String namespace,
      Layout layout,
      Map<Component, String> sets,
      Predicate<Node> registered,
      Duration timeout) {
    this.cluster = new KubernetesCluster(client, namespace);
    this.sets = new EnumMap<>(sets);
    this.layout = layout;
    this.registered = registered;
    this.timeout = new Poller(timeout, INTERVAL);
  }

  @Override
  public StepOutcome stop(Node node) {
    return timeout.until(
        "stop of " + node,
        guarded(
            node,
            set -> usesRollingPods(node) ? rollingPods(node).stop(set) : scaleDown(node, set)));
  }

  @Override
  public StepOutcome configure(Node node, Settings settings) {
    return timeout.until(
        "configure of " + node, guarded(node, set -> applySettings(node, set, settings)));
  }

  @Override
  public StepOutcome start(Node node) {
    return timeout.until(
        "start of " + node,
        guarded(
            node,
            set -> {
              Optional<String> taken = revertedByAnother(set);
              if (taken.isPresent()) {
                return StepOutcome.failed(taken.get());
              }
              StepOutcome begun =
                  usesRollingPods(node) ? rollingPods(node).start(set) : scaleUp(node, set);
              return begun.isDone() ? serves(node, set) : begun;
            }));
  }

  @Override
  public StepOutcome probe(Node node, NodeState wanted) {
    return guarded(
            node,
            set -> {
              PodStatus status = status(node, set);
              return status.is(wanted)
                  ? StepOutcome.done(node + " " + status.words())
                  : StepOutcome.notYet(node + " " + status.words());
            })
        .get();
  }

  /** The variables of the set's containers, its template, and the objects that it reads. */
  @Override
  public NodeConfiguration configuration(Node node) {
    String name = sets.get(node.component());
    if (name == null) {
      return NodeConfiguration.unknown("no StatefulSet is named for " + node.component().label());
    }
    try {
      return set(node, name)
          .map(this::configuration)
          .orElseGet(
              () ->
                  NodeConfiguration.unknown(
                      "no StatefulSet " + name + " in " + cluster.namespace()));
    } catch (KubernetesClientException e) {
      return NodeConfiguration.unknown(KubernetesFailure.of(node, e).text());
    }
  }

  private NodeConfiguration configuration(StatefulSet set) {
    Map<String, String> variables = new TreeMap<>();
    Map<String, String> digests = new TreeMap<>();
    for (Container container : set.getSpec().getTemplate().getSpec().getContainers()) {
      variables(container).forEach(variables::putIfAbsent);
      for (String map : TemplateLayer.configMaps(container)) {
        digests.put(
            "ConfigMap " + map,
            NodeConfiguration.digest(Serialization.asJson(cluster.configMapData(List.of(map)))));
      }
    }
    digests.put(
        "template of " + name(set),
        NodeConfiguration.digest(Serialization.asJson(set.getSpec().getTemplate())));
    int own = SetState.savedReplicas(set).orElseGet(() -> set.getSpec().getReplicas());
    return NodeConfiguration.of(variables, digests, Optional.of(own));
  }

  /** Pods of a StatefulSet are always restarted. */
  @Override
  public boolean startsAgain(Node node) {
    return true;
  }

  @Override
  public void confirmBefore(Runnable confirm) {
    cluster.confirmBefore(confirm);
  }

  @Override
  public List<Obstacle> check(Collection<Node> nodes) {
    return new KubernetesRehearsal(cluster, layout, sets).of(nodes);
  }

  @Override
  public void close() {
    cluster.close();
  }

  /** Pods of AutoRecovery need no names, so it may be a Deployment, which the node is named as. */
  private Optional<StatefulSet> set(Node node, String name) {
    Optional<StatefulSet> set = cluster.statefulSet(name);
    return set.isEmpty() && mayBeDeployment(node.component()) && node.name().equals(name)
        ? cluster.deployment(name)
        : set;
  }

  static boolean mayBeDeployment(Component component) {
    return component == Component.AUTORECOVERY;
  }

  private static boolean usesRollingPods(Node node) {
    return node.component() == Component.BOOKIE;
  }

  private RollingPods rollingPods(Node node) {
    return new RollingPods(cluster, node, this::brokersAreAtZero);
  }

  /** By this driver, and without a pod left. */
  private boolean brokersAreAtZero() {
    return Optional.ofNullable(sets.get(Component.BROKER))
        .flatMap(cluster::statefulSet)
        .filter(set -> SetState.savedReplicas(set).isPresent())
        .filter(set -> set.getSpec().getReplicas() == 0)
        .filter(set -> cluster.podsOf(set).isEmpty())
        .isPresent();
  }

  private PodStatus status(Node node, StatefulSet set) {
    return DeploymentView.isDeployment(set)
        ? PodStatus.ofAll(cluster.podsOf(set), set)
        : PodStatus.of(node, cluster.pod(node.name()), set);
  }

  /** The pod's number in its set; a Deployment goes as a whole. */
  private static int number(Node node, StatefulSet set) {
    return DeploymentView.isDeployment(set) ? 0 : SetState.ordinal(node.name());
  }

  private StepOutcome scaleDown(Node node, StatefulSet present) {
    int number = number(node, present);
    StatefulSet set = present;
    boolean scales = number < present.getSpec().getReplicas();
    if (scales || SetState.savedReplicas(present).isPresent()) {
      set = cluster.change(name(present), wanted -> SetState.scaleBelow(wanted, number));
    }
    if (scales) {
      cluster.event(set, "MetadataMoveStop", node + " is stopped: " + scaled(set));
    }
    PodStatus status = status(node, set);
    return status.is(NodeState.STOPPED)
        ? StepOutcome.done(node + " " + status.words())
        : StepOutcome.notYet(node + " " + status.words());
  }

  private StepOutcome scaleUp(Node node, StatefulSet present) {
    int number = number(node, present);
    if (SetState.stopped(present).contains(number)) {
      StatefulSet set = cluster.change(name(present), wanted -> SetState.scaleUpTo(wanted, number));
      cluster.event(set, "MetadataMoveStart", node + " is started: " + scaled(set));
      return StepOutcome.notYet(node + " is started: " + scaled(set));
    }
    int replicas = present.getSpec().getReplicas();
    return number < replicas
        ? StepOutcome.done(scaled(present))
        : StepOutcome.failed(
            "%s was scaled to %d by another client; scale it back, then start again"
                .formatted(name(present), replicas));
  }

  private static String scaled(StatefulSet set) {
    return name(set) + " is scaled to " + set.getSpec().getReplicas();
  }

  /** The pod is ready and registered; then the operator's update strategy can come back. */
  private StepOutcome serves(Node node, StatefulSet set) {
    PodStatus status = status(node, set);
    if (!status.ready()) {
      return StepOutcome.notYet(node + " " + status.words());
    }
    if (!registered.test(node)) {
      return StepOutcome.notYet(node + " is ready and not registered yet");
    }
    List<Pod> pods = cluster.podsOf(set);
    boolean allCurrent =
        SetState.observed(set)
            && pods.size() == set.getSpec().getReplicas()
            && pods.stream().allMatch(pod -> SetState.isCurrent(set, pod) && !SetState.isHeld(pod));
    if (allCurrent && SetState.isPinned(set) && !SetState.holds(set)) {
      cluster.change(name(set), SetState::unpin);
    }
    return StepOutcome.done(node + " is ready and registered");
  }

  /** Right before a start: whether another client has changed what the set was given. */
  private Optional<String> revertedByAnother(StatefulSet set) {
    Consumer<StatefulSet> layer = layers.get(name(set));
    if (layer == null) {
      return Optional.empty();
    }
    StatefulSet wanted = Serialization.clone(set);
    layer.accept(wanted);
    return TemplateLayer.variables(wanted).equals(TemplateLayer.variables(set))
        ? Optional.empty()
        : Optional.of(
            "%s %s no longer has the settings that it was given. Something has reverted them (GitOps, an operator, an upgrade of a chart). Stop that, then run the same command again"
                .formatted(set.getKind(), name(set)));
  }

  private StepOutcome applySettings(Node node, StatefulSet set, Settings settings) {
    if (DeploymentView.isDeployment(set) && set.getSpec().getReplicas() > 0) {
      return StepOutcome.failed(
          "Deployment %s runs, and new settings would restart it; stop it first"
              .formatted(name(set)));
    }
    Set<String> names = ImageEnvironment.of(settings, List.of()).keySet();
    Map<String, String> variables = ImageEnvironment.of(settings, own(set, names));
    boolean byMap = layout == Layout.HELM && TemplateLayer.readsConfigMaps(set);
    Optional<String> overlay =
        byMap && !variables.isEmpty()
            ? Optional.of(cluster.contentMap(set, variables))
            : Optional.empty();
    Consumer<StatefulSet> layer = wanted -> TemplateLayer.put(wanted, names, variables, overlay);
    StatefulSet given =
        cluster.change(
            name(set),
            wanted -> {
              if (!DeploymentView.isDeployment(wanted)) {
                SetState.pin(wanted);
              }
              layer.accept(wanted);
            });
    layers.put(name(set), layer);
    if (!given.getMetadata().getGeneration().equals(set.getMetadata().getGeneration())) {
      cluster.event(given, "MetadataMoveConfigure", node + " and its set are given new settings");
    }
    return SetState.observed(given)
        ? StepOutcome.done(name(set) + " has the settings for its next pods")
        : StepOutcome.notYet("the controller has not seen the settings of " + name(set));
  }

  /** The operator's variables in each container that these settings are for and that has some. */
  private List<Map<String, String>> own(StatefulSet present, Set<String> names) {
    StatefulSet set = Serialization.clone(present);
    TemplateLayer.remove(set);
    return TemplateLayer.affected(set, names).stream()
        .map(this::variables)
        .filter(variables -> !Collections.disjoint(variables.keySet(), names))
        .toList();
  }

  private Map<String, String> variables(Container container) {
    Map<String, String> variables =
        new TreeMap<>(cluster.configMapData(TemplateLayer.configMaps(container)));
    container.getEnv().stream()
        .filter(variable -> variable.getValue() != null)
        .forEach(variable -> variables.put(variable.getName(), variable.getValue()));
    return variables;
  }

  private Supplier<StepOutcome> guarded(Node node, Function<StatefulSet, StepOutcome> attempt) {
    return () -> {
      String name = sets.get(node.component());
      if (name == null) {
        return StepOutcome.failed("no StatefulSet is named for " + node.component().label());
      }
      try {
        return set(node, name)
            .map(
                set ->
                    DeploymentView.isDeployment(set) || SetState.isPodOf(name, node.name())
                        ? attempt.apply(set)
                        : StepOutcome.failed(
                            node.name() + " is not a pod of the StatefulSet " + name))
            .orElseGet(
                () -> StepOutcome.failed("no StatefulSet " + name + " in " + cluster.namespace()));
      } catch (KubernetesClientException e) {
        return KubernetesFailure.of(node, e);
      }
    };
  }

  private static String name(StatefulSet set) {
    return set.getMetadata().getName();
  }
}
