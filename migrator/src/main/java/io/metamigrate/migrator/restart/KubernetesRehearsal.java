package io.metamigrate.migrator.restart;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.authorization.v1.ResourceAttributes;
import io.fabric8.kubernetes.api.model.authorization.v1.SelfSubjectAccessReview;
import io.fabric8.kubernetes.api.model.authorization.v1.SelfSubjectAccessReviewBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.metamigrate.migrator.config.KubernetesDriverConfig.Layout;
import io.metamigrate.migrator.deployment.DeploymentRules;
import io.metamigrate.migrator.deployment.Role;
import io.metamigrate.migrator.restart.KubernetesCluster.Eviction;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What would stop the driver in this cluster, found without changing anything in it. For one
 * thread.
 */
final class KubernetesRehearsal {
  /** Each verb that the driver uses: verb, group, resource, and subresource where there is one. */
  private static final List<List<String>> VERBS =
      List.of(
          List.of("get", "apps", "statefulsets", ""),
          List.of("update", "apps", "statefulsets", ""),
          List.of("get", "", "pods", ""),
          List.of("list", "", "pods", ""),
          List.of("delete", "", "pods", ""),
          List.of("create", "", "pods", "eviction"),
          List.of("create", "", "events", ""));

  private static final List<List<String>> VERBS_OF_CONFIG_MAPS =
      List.of(List.of("get", "", "configmaps", ""), List.of("create", "", "configmaps", ""));

  private static final List<List<String>> VERBS_OF_DEPLOYMENTS =
      List.of(
          List.of("get", "apps", "deployments", ""), List.of("update", "apps", "deployments", ""));

  private static final Set<String> IN_NO_NAMESPACE =
      Set.of(
          "nodes: list",
          "persistentvolumes: list",
          "pods of all namespaces: list",
          "priorityclasses: list",
          "priorityclasses: get",
          "runtimeclasses: get");

  private final KubernetesCluster cluster;
  private final Layout layout;
  private final Map<Component, String> sets;
  private final KubernetesWorkloads workloads;
  private final List<Obstacle> found = new ArrayList<>();
  private List<Node> bookies = List.of();

  KubernetesRehearsal(KubernetesCluster cluster, Layout layout, Map<Component, String> sets) {
    this.cluster = cluster;
    this.layout = layout;
    this.sets = sets;
    this.workloads = new KubernetesWorkloads(cluster);
  }

  List<Obstacle> of(Collection<Node> nodes) {
    try {
      permissions();
      if (found.isEmpty()) {
        List<String> names = nodes.stream().map(Node::name).toList();
        bookies = nodes.stream().filter(node -> node.component() == Component.BOOKIE).toList();
        NextPodChecks nextPods = workloads.nextPods();
        sets.values().stream().distinct().sorted().forEach(name -> set(name, names, nextPods));
        nodes.forEach(this::node);
        others();
      }
    } catch (KubernetesClientException e) {
      found.add(
          Obstacle.blocker(
              "kubernetes",
              "the API server could not be asked: " + KubernetesFailure.reason(e),
              "check cutover.driver: kubeconfig, context, namespace"));
    }
    return List.copyOf(found);
  }

  private void permissions() {
    Stream<List<String>> verbs =
        layout == Layout.HELM
            ? Stream.concat(VERBS.stream(), VERBS_OF_CONFIG_MAPS.stream())
            : VERBS.stream();
    verbs.filter(verb -> !allowed(verb)).forEach(this::missing);
  }

  private boolean allowed(List<String> verb) {
    ResourceAttributes attributes = new ResourceAttributes();
    attributes.setNamespace(cluster.namespace());
    attributes.setVerb(verb.get(0));
    attributes.setGroup(verb.get(1));
    attributes.setResource(verb.get(2));
    attributes.setSubresource(verb.get(3));
    SelfSubjectAccessReview review =
        new SelfSubjectAccessReviewBuilder()
            .withNewSpec()
            .withResourceAttributes(attributes)
            .endSpec()
            .build();
    SelfSubjectAccessReview answer =
        cluster.client().authorization().v1().selfSubjectAccessReview().create(review);
    return answer.getStatus() != null && Boolean.TRUE.equals(answer.getStatus().getAllowed());
  }

  private void missing(List<String> verb) {
    String resource = verb.get(2) + (verb.get(3).isEmpty() ? "" : "/" + verb.get(3));
    found.add(
        Obstacle.blocker(
            resource,
            "this user may not " + verb.get(0) + " them in namespace " + cluster.namespace(),
            "add to its Role: apiGroups: [\""
                + verb.get(1)
                + "\"], resources: ["
                + resource
                + "], verbs: ["
                + verb.get(0)
                + "]"));
  }

  /** A set that goes as a whole, with the verbs that this needs. */
  private Optional<StatefulSet> deployment(String name) {
    boolean mayBeDeployment =
        sets.entrySet().stream()
            .anyMatch(
                one ->
                    one.getValue().equals(name) && KubernetesDriver.mayBeDeployment(one.getKey()));
    Optional<StatefulSet> found = mayBeDeployment ? workloads.deployment(name) : Optional.empty();
    if (found.isPresent()) {
      VERBS_OF_DEPLOYMENTS.stream().filter(verb -> !allowed(verb)).forEach(this::missing);
    }
    return found;
  }

  private void set(String name, List<String> nodes, NextPodChecks nextPods) {
    Optional<StatefulSet> present = cluster.statefulSet(name).or(() -> deployment(name));
    if (present.isEmpty()) {
      found.add(workloads.missing(name));
      return;
    }
    DeploymentRules.of(List.of(workloads.of(present.get(), role(name), bookies))).stream()
        .map(Obstacle::of)
        .forEach(found::add);
    List<Pod> pods =
        DeploymentView.isDeployment(present.get()) ? List.of() : cluster.podsOf(present.get());
    found.addAll(SetChecks.of(present.get(), pods));
    nextPods.of(present.get(), cluster.podsOf(present.get()), workloads).stream()
        .map(Obstacle::of)
        .forEach(found::add);
    pods.stream()
        .map(pod -> pod.getMetadata().getName())
        .filter(pod -> !nodes.contains(pod))
        .sorted()
        .forEach(
            pod ->
                found.add(
                    Obstacle.blocker(
                        "pod " + pod,
                        "is one of the StatefulSet " + name + " and is not named in cutover",
                        "name every pod of the set, or scale the set down")));
    if ("Helm".equals(present.get().getMetadata().getLabels().get("app.kubernetes.io/managed-by"))
        || layout == Layout.HELM) {
      found.add(
          Obstacle.warning(
              "statefulset " + name,
              "comes from a chart, and the chart's next upgrade takes the new settings away",
              "run no upgrade until finalize, and put the settings into the chart's values then"));
    }
  }

  /** What else lives in the namespace, and what this user may not see. */
  private void others() {
    DeploymentRules.of(workloads.others(sets.values())).stream()
        .map(Obstacle::of)
        .forEach(found::add);
    workloads
        .notRead()
        .forEach(
            what ->
                found.add(
                    Obstacle.warning(
                        what,
                        "was not checked: this user lacks the permission",
                        "add it to %s, see runbooks/kubernetes-role.yaml"
                            .formatted(
                                IN_NO_NAMESPACE.contains(what)
                                    ? "a ClusterRole of its account"
                                    : "its Role"))));
  }

  private Role role(String set) {
    return sets.entrySet().stream()
        .filter(entry -> entry.getValue().equals(set))
        .map(entry -> role(entry.getKey()))
        .findFirst()
        .orElse(Role.OTHER);
  }

  static Role role(Component component) {
    return switch (component) {
      case BOOKIE -> Role.BOOKIE;
      case BROKER -> Role.BROKER;
      case AUTORECOVERY -> Role.AUTORECOVERY;
      default -> Role.OTHER;
    };
  }

  private void node(Node node) {
    String set = sets.get(node.component());
    if (set == null) {
      found.add(
          Obstacle.blocker(
              node.toString(),
              "no StatefulSet is named for " + node.component().label(),
              "name it in cutover.driver, or stop it with hooks.stopMetadataWriters"));
      return;
    }
    if (KubernetesDriver.mayBeDeployment(node.component()) && node.name().equals(set)) {
      if (workloads.deployment(set).isEmpty()) {
        found.add(
            Obstacle.blocker(
                node.toString(),
                "is named as its set " + set + ", which is not a Deployment",
                "name the node as its pod"));
      }
      return;
    }
    if (!SetState.isPodOf(set, node.name())) {
      found.add(
          Obstacle.blocker(
              node.toString(),
              "is named " + node.name() + ", which is not a pod of the StatefulSet " + set,
              "name the node as its pod"));
      return;
    }
    Optional<Eviction> eviction =
        cluster
            .pod(node.name())
            .map(
                pod ->
                    node.component() == Component.BOOKIE
                        ? cluster.evict(pod, true)
                        : Eviction.ALLOWED);
    if (eviction.filter(answer -> answer != Eviction.GONE).isEmpty()) {
      found.add(
          Obstacle.blocker(node.toString(), "has no pod " + node.name(), "start it, check again"));
    } else if (eviction.get() == Eviction.REFUSED) {
      found.add(
          Obstacle.warning(
              node.toString(),
              "may not be evicted now: a PodDisruptionBudget does not allow it",
              "its set must allow one disruption when the cutover comes to it"));
    }
  }
}
