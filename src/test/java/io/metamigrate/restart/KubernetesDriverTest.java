package io.metamigrate.restart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.EmptyDirVolumeSource;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.LimitRangeBuilder;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.api.model.PersistentVolumeBuilder;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimBuilder;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceQuotaBuilder;
import io.fabric8.kubernetes.api.model.ResourceRequirementsBuilder;
import io.fabric8.kubernetes.api.model.Taint;
import io.fabric8.kubernetes.api.model.VolumeBuilder;
import io.fabric8.kubernetes.api.model.VolumeResourceRequirementsBuilder;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.node.v1.RuntimeClass;
import io.fabric8.kubernetes.api.model.node.v1.RuntimeClassBuilder;
import io.fabric8.kubernetes.api.model.rbac.PolicyRule;
import io.fabric8.kubernetes.api.model.rbac.Role;
import io.fabric8.kubernetes.api.model.rbac.RoleBindingBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.metamigrate.migrator.config.CommandDriverConfig;
import io.metamigrate.migrator.config.KubernetesDriverConfig.Layout;
import io.metamigrate.migrator.restart.Component;
import io.metamigrate.migrator.restart.Drivers;
import io.metamigrate.migrator.restart.KubernetesDriver;
import io.metamigrate.migrator.restart.Node;
import io.metamigrate.migrator.restart.NodeConfiguration;
import io.metamigrate.migrator.restart.NodeState;
import io.metamigrate.migrator.restart.Obstacle;
import io.metamigrate.migrator.restart.RestartDriver;
import io.metamigrate.migrator.restart.Settings;
import io.metamigrate.migrator.restart.StepOutcome;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The Kubernetes driver against a real API server, with manifests of both kinds. */
@Timeout(180)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class KubernetesDriverTest {
  private static final Settings ON_ETCD =
      Settings.of(
          Map.of("metadataServiceUri", "metadata-store:etcd:http://e:2379"),
          Set.of("zkServers"),
          Set.of(),
          List.of("-Da=b"));
  private static final Settings BROKER_ON_ETCD =
      Settings.of(Map.of("metadataStoreUrl", "etcd:http://e:2379"), Set.of("zookeeperServers"));
  private static final Map<Component, String> PLAIN_SETS =
      Map.of(Component.BOOKIE, "bookie", Component.BROKER, "broker");
  private static final String CHART_URI = "zk+hierarchical://pulsar-zookeeper:2181/ledgers";
  private static final Map<Component, String> HELM_SETS =
      Map.of(
          Component.BOOKIE,
          "pulsar-bookie",
          Component.BROKER,
          "pulsar-broker",
          Component.AUTORECOVERY,
          "pulsar-recovery");
  private static final List<Node> PLAIN_NODES =
      List.of(
          bookie("bookie-0"),
          bookie("bookie-1"),
          bookie("bookie-2"),
          new Node(Component.BROKER, "broker-0"),
          new Node(Component.BROKER, "broker-1"));
  private static final List<Node> HELM_NODES =
      List.of(
          bookie("pulsar-bookie-0"),
          bookie("pulsar-bookie-1"),
          bookie("pulsar-bookie-2"),
          new Node(Component.BROKER, "pulsar-broker-0"),
          new Node(Component.BROKER, "pulsar-broker-1"),
          new Node(Component.AUTORECOVERY, "pulsar-recovery-0"));
  private static final AtomicInteger namespaces = new AtomicInteger();

  private final Set<String> unready = ConcurrentHashMap.newKeySet();
  private final Path state;
  private final ControlPlane plane;
  private final KubernetesClient admin;
  private final KubeletStandIn kubelet;
  private String namespace = "";

  KubernetesDriverTest(@TempDir Path folder) throws IOException, InterruptedException {
    state = folder.resolve("state");
    plane = ControlPlane.start(ControlPlane.scripts(), folder);
    admin = plane.client();
    kubelet = new KubeletStandIn(admin, this::process);
  }

  @AfterAll
  void down() {
    kubelet.close();
    admin.close();
    plane.close();
  }

  @AfterEach
  void clean() {
    unready.clear();
    admin.apps().statefulSets().inNamespace(namespace).delete();
    admin.apps().deployments().inNamespace(namespace).delete();
  }

  @Test
  void stopsAndStartsOneBookieWithNewSettings() {
    KubernetesDriver driver = plain();
    Map<String, String> before = uids("bookie");
    Node bookie = bookie("bookie-1");

    assertThat(driver.stop(bookie)).isInstanceOf(StepOutcome.Done.class);
    assertThat(driver.probe(bookie, NodeState.STOPPED)).isInstanceOf(StepOutcome.Done.class);
    assertThat(driver.probe(bookie, NodeState.RUNNING)).isInstanceOf(StepOutcome.NotYet.class);
    assertThat(driver.configure(bookie, ON_ETCD)).isInstanceOf(StepOutcome.Done.class);
    assertThat(driver.probe(bookie, NodeState.STOPPED)).isInstanceOf(StepOutcome.Done.class);
    assertThat(driver.start(bookie)).isInstanceOf(StepOutcome.Done.class);

    assertThat(driver.probe(bookie, NodeState.RUNNING)).isInstanceOf(StepOutcome.Done.class);
    assertThat(kubelet.environmentOf("bookie-1"))
        .containsEntry("metadataServiceUri", "metadata-store:etcd:http://e:2379")
        .containsEntry("PULSAR_PREFIX_metadataServiceUri", "metadata-store:etcd:http://e:2379")
        .containsEntry("zkServers", "")
        .containsEntry("PULSAR_PREFIX_gcWaitTime", "900000")
        .containsEntry("OPTS", "-Dmine=1 -Da=b");
    Map<String, String> after = uids("bookie");
    assertThat(after.get("bookie-0")).isEqualTo(before.get("bookie-0"));
    assertThat(after.get("bookie-2")).isEqualTo(before.get("bookie-2"));
    assertThat(kubelet.environmentOf("bookie-0"))
        .containsEntry("metadataServiceUri", "metadata-store:zk:zk:2181");
  }

  @Test
  void repeatedActionChangesNothing() {
    KubernetesDriver driver = plain();
    Node bookie = bookie("bookie-2");

    driver.stop(bookie);
    String held = uids("bookie").get("bookie-2");
    assertThat(driver.stop(bookie)).isInstanceOf(StepOutcome.Done.class);
    assertThat(uids("bookie")).containsEntry("bookie-2", held);

    driver.configure(bookie, ON_ETCD);
    long generation = set("bookie").getMetadata().getGeneration();
    assertThat(driver.configure(bookie, ON_ETCD)).isInstanceOf(StepOutcome.Done.class);
    assertThat(set("bookie").getMetadata().getGeneration()).isEqualTo(generation);

    driver.start(bookie);
    String started = uids("bookie").get("bookie-2");
    assertThat(driver.start(bookie)).isInstanceOf(StepOutcome.Done.class);
    assertThat(uids("bookie")).containsEntry("bookie-2", started);
  }

  @Test
  void rollingAllBookiesAndBackRestoresTheSet() {
    KubernetesDriver driver = plain();
    PodTemplateSpec template = set("bookie").getSpec().getTemplate();
    List<Node> bookies = List.of(bookie("bookie-0"), bookie("bookie-1"), bookie("bookie-2"));
    NodeConfiguration before = driver.configuration(bookies.get(0));
    assertThat(before.setting("metadataServiceUri")).contains("metadata-store:zk:zk:2181");
    assertThat(before.jvmOptions()).containsExactly("-Dmine=1");
    assertThat(before.replicas()).contains(3);

    bookies.forEach(bookie -> roll(driver, bookie, ON_ETCD));
    assertThat(driver.configuration(bookies.get(0)).firstMissing(ON_ETCD)).isEmpty();
    assertThat(set("bookie").getSpec().getUpdateStrategy().getType()).isEqualTo("RollingUpdate");
    bookies.forEach(bookie -> roll(driver, bookie, Settings.none()));

    StatefulSet after = set("bookie");
    assertThat(after.getSpec().getTemplate()).isEqualTo(template);
    assertThat(driver.configuration(bookies.get(0))).isEqualTo(before);
    assertThat(after.getSpec().getUpdateStrategy().getType()).isEqualTo("RollingUpdate");
    assertThat(after.getMetadata().getAnnotations().keySet())
        .noneMatch(name -> name.startsWith("metamigrate.io/"));
    assertThat(kubelet.environmentOf("bookie-1")).containsEntry("OPTS", "-Dmine=1");
  }

  @ParameterizedTest
  @EnumSource(Layout.class)
  void operatorsOwnSettingsRestoreTheSet(Layout layout) {
    KubernetesDriver driver = layout == Layout.PLAIN ? plain() : helm();
    String prefix = layout == Layout.PLAIN ? "" : "pulsar-";
    PodTemplateSpec template = set(prefix + "bookie").getSpec().getTemplate();
    String own = layout == Layout.PLAIN ? "metadata-store:zk:zk:2181" : CHART_URI;
    driver.configure(bookie(prefix + "bookie-0"), ON_ETCD);
    assertThat(set(prefix + "bookie").getSpec().getTemplate()).isNotEqualTo(template);
    assertThat(driver.configuration(bookie(prefix + "bookie-0")).firstMissing(ON_ETCD)).isEmpty();

    Settings back = Settings.of(Map.of("metadataServiceUri", own), Set.of());
    driver.configure(bookie(prefix + "bookie-0"), back);

    assertThat(set(prefix + "bookie").getSpec().getTemplate()).isEqualTo(template);
  }

  @Test
  void crashedPodKeepsItsSettingsDuringARoll() {
    KubernetesDriver driver = helm();
    roll(driver, new Node(Component.BOOKIE, "pulsar-bookie-0"), ON_ETCD);

    kubelet.crash("pulsar-bookie-1");

    patiently().untilAsserted(() -> kubelet.environmentOf("pulsar-bookie-1"));
    assertThat(kubelet.environmentOf("pulsar-bookie-1"))
        .containsEntry("metadataServiceUri", CHART_URI);
    assertThat(kubelet.environmentOf("pulsar-bookie-0"))
        .containsEntry("metadataServiceUri", "metadata-store:etcd:http://e:2379")
        .containsEntry("httpServerEnabled", "true")
        .containsEntry("OPTS", "-Da=b");
  }

  @Test
  void podThatDiesDuringAStopReturnsWithTheStart() {
    KubernetesDriver driver = plain();
    Node bookie = bookie("bookie-1");
    assertThat(driver.stop(bookie)).isInstanceOf(StepOutcome.Done.class);
    String dead = Objects.requireNonNull(uids("bookie").get("bookie-0"));
    admin.pods().inNamespace(namespace).withName("bookie-0").withGracePeriod(0).delete();
    patiently().until(() -> !uids("bookie").getOrDefault("bookie-0", dead).equals(dead));

    assertThat(driver.start(bookie)).isInstanceOf(StepOutcome.Done.class);

    awaitReady("bookie");
  }

  @Test
  void stoppedPodStaysStoppedWhenAnotherStarts() {
    KubernetesDriver driver = plain();
    assertThat(driver.stop(new Node(Component.BROKER, "broker-0")))
        .isInstanceOf(StepOutcome.Done.class);
    List<Node> bookies = List.of(bookie("bookie-0"), bookie("bookie-1"));
    bookies.forEach(bookie -> assertThat(driver.stop(bookie)).isInstanceOf(StepOutcome.Done.class));

    assertThat(driver.start(bookies.get(1))).isInstanceOf(StepOutcome.Done.class);

    assertThat(driver.probe(bookies.get(0), NodeState.STOPPED))
        .isInstanceOf(StepOutcome.Done.class);
  }

  @Test
  void newSettingsRestartNoRunningPod() {
    KubernetesDriver driver = plain();
    assertThat(set("bookie").getSpec().getUpdateStrategy().getType()).isEqualTo("RollingUpdate");
    Map<String, String> before = uids("bookie");

    assertThat(driver.configure(bookie("bookie-1"), ON_ETCD)).isInstanceOf(StepOutcome.Done.class);

    // the controller has seen the settings, and would have deleted its first pod in that round
    assertThat(uids("bookie")).isEqualTo(before);
    assertThat(admin.pods().inNamespace(namespace).list().getItems())
        .allMatch(pod -> pod.getMetadata().getDeletionTimestamp() == null);
  }

  @Test
  void leavesChartConfigMapUnchanged() {
    KubernetesDriver driver = helm();
    Map<String, String> before = configMap("pulsar-bookie");

    roll(driver, new Node(Component.BOOKIE, "pulsar-bookie-2"), ON_ETCD);

    assertThat(configMap("pulsar-bookie")).isEqualTo(before);
    assertThat(set("pulsar-bookie").getSpec().getTemplate().getSpec().getInitContainers())
        .allSatisfy(container -> assertThat(container.getEnvFrom()).hasSize(2));
  }

  @Test
  void scalesBrokersToZeroAndBackToTheirNumber() {
    KubernetesDriver driver = helm();
    List<Node> brokers =
        List.of(
            new Node(Component.BROKER, "pulsar-broker-0"),
            new Node(Component.BROKER, "pulsar-broker-1"));

    brokers.forEach(broker -> assertThat(driver.stop(broker)).isInstanceOf(StepOutcome.Done.class));
    assertThat(uids("pulsar-broker")).isEmpty();
    KubernetesDriver another = driver(Layout.HELM, node -> true, Duration.ofSeconds(60));
    another.configure(brokers.get(0), BROKER_ON_ETCD);
    brokers.forEach(
        broker -> assertThat(another.start(broker)).isInstanceOf(StepOutcome.Done.class));

    StatefulSet set = set("pulsar-broker");
    assertThat(set.getSpec().getReplicas()).isEqualTo(2);
    assertThat(set.getMetadata().getAnnotations()).doesNotContainKey("metamigrate.io/replicas");
    assertThat(kubelet.environmentOf("pulsar-broker-1"))
        .containsEntry("PULSAR_PREFIX_metadataStoreUrl", "etcd:http://e:2379")
        .containsEntry("zookeeperServers", "")
        .containsEntry("clusterName", "pulsar");
  }

  @Test
  void firstBrokerKeepsServingWhileOthersAreStopped() {
    KubernetesDriver driver = plain();
    Node first = new Node(Component.BROKER, "broker-0");
    Node second = new Node(Component.BROKER, "broker-1");
    Stream.of(first, second)
        .forEach(broker -> assertThat(driver.stop(broker)).isInstanceOf(StepOutcome.Done.class));

    assertThat(driver.start(first)).isInstanceOf(StepOutcome.Done.class);
    Map<String, String> alone = uids("broker");
    assertThat(alone).containsOnlyKeys("broker-0");
    assertThat(driver.probe(second, NodeState.STOPPED)).isInstanceOf(StepOutcome.Done.class);
    assertThat(driver.stop(second)).isInstanceOf(StepOutcome.Done.class);
    assertThat(driver.configure(second, BROKER_ON_ETCD)).isInstanceOf(StepOutcome.Done.class);
    assertThat(driver.start(second)).isInstanceOf(StepOutcome.Done.class);

    assertThat(uids("broker")).containsAllEntriesOf(alone).containsKey("broker-1");
    assertThat(set("broker").getMetadata().getAnnotations())
        .doesNotContainKeys("metamigrate.io/replicas", "metamigrate.io/stopped");
  }

  @Test
  void startsBrokersInAnyOrder() {
    KubernetesDriver driver = plain();
    Node first = new Node(Component.BROKER, "broker-0");
    Node second = new Node(Component.BROKER, "broker-1");
    Stream.of(first, second)
        .forEach(broker -> assertThat(driver.stop(broker)).isInstanceOf(StepOutcome.Done.class));

    assertThat(driver.start(second)).isInstanceOf(StepOutcome.Done.class);
    assertThat(driver.stop(first)).isInstanceOf(StepOutcome.Done.class);
    assertThat(uids("broker")).isEmpty();
    assertThat(driver.start(first)).isInstanceOf(StepOutcome.Done.class);

    awaitReady("broker");
    assertThat(uids("broker")).containsOnlyKeys("broker-0", "broker-1");
  }

  @Test
  void autoRecoveryStaysAtZeroUntilItIsStarted() {
    KubernetesDriver driver = helm();
    Node recovery = new Node(Component.AUTORECOVERY, "pulsar-recovery-0");

    assertThat(driver.stop(recovery)).isInstanceOf(StepOutcome.Done.class);
    assertThat(driver.stop(recovery)).isInstanceOf(StepOutcome.Done.class);
    assertThat(driver.configure(recovery, ON_ETCD)).isInstanceOf(StepOutcome.Done.class);
    assertThat(set("pulsar-recovery").getSpec().getReplicas()).isZero();
    assertThat(driver.probe(recovery, NodeState.STOPPED)).isInstanceOf(StepOutcome.Done.class);
    assertThat(driver.start(recovery)).isInstanceOf(StepOutcome.Done.class);
    assertThat(set("pulsar-recovery").getSpec().getReplicas()).isEqualTo(1);
  }

  /** Its pods have no names that stay, so it goes as a whole. */
  @Test
  void scalesAutoRecoveryDeploymentToZeroAndBackWithItsSettings() {
    plain();
    create(
        """
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: recovery}
        spec:
          replicas: 2
          selector: {matchLabels: {app: recovery}}
          template:
            metadata: {labels: {app: recovery}}
            spec:
              containers:
                - name: recovery
                  image: apachepulsar/pulsar:3.0.7
                  command: [sh, -c, "bin/apply-config-from-env.py conf/bookkeeper.conf && exec bin/bookkeeper autorecovery"]
                  env: [{name: zkServers, value: "zk:2181"}, {name: OPTS, value: "-Dmine=1"}]
        """);
    Node recovery = new Node(Component.AUTORECOVERY, "recovery");
    KubernetesDriver driver = withRecovery("recovery");
    patiently().until(() -> driver.probe(recovery, NodeState.RUNNING).isDone());
    List<Node> nodes = Stream.concat(PLAIN_NODES.stream(), Stream.of(recovery)).toList();
    patiently().untilAsserted(() -> assertThat(driver.check(nodes)).isEmpty());
    NodeConfiguration before = driver.configuration(recovery);
    assertThat(before.replicas()).contains(2);
    assertThat(driver.configure(recovery, ON_ETCD))
        .isInstanceOfSatisfying(
            StepOutcome.Failed.class,
            failed -> assertThat(failed.cause()).contains("would restart it; stop it first"));

    for (int i = 0; i < 2; i++) {
      assertThat(driver.stop(recovery)).isInstanceOf(StepOutcome.Done.class);
    }
    assertThat(driver.probe(recovery, NodeState.STOPPED)).isInstanceOf(StepOutcome.Done.class);
    assertThat(podsOf("recovery")).isEmpty();
    assertThat(driver.configure(recovery, ON_ETCD)).isInstanceOf(StepOutcome.Done.class);
    assertThat(driver.start(recovery)).isInstanceOf(StepOutcome.Done.class);

    assertThat(podsOf("recovery")).hasSize(2);
    assertThat(kubelet.environmentOf(podsOf("recovery").get(0)))
        .containsEntry("metadataServiceUri", "metadata-store:etcd:http://e:2379")
        .containsEntry("zkServers", "")
        .containsEntry("OPTS", "-Dmine=1 -Da=b");
    roll(driver, recovery, Settings.none());
    assertThat(driver.configuration(recovery)).isEqualTo(before);
    assertThat(deployment("recovery").getMetadata().getAnnotations().keySet())
        .noneMatch(name -> name.startsWith("metamigrate.io/"));
  }

  /** A pod of a Deployment gets another name, and a broker another id. */
  @Test
  void refusesDeploymentOfBrokers() {
    plain();
    create(BROKERS);
    Node broker = new Node(Component.BROKER, "brokers");
    KubernetesDriver driver =
        new KubernetesDriver(
            admin,
            namespace,
            Layout.PLAIN,
            Map.of(Component.BOOKIE, "bookie", Component.BROKER, "brokers"),
            node -> true,
            Duration.ofSeconds(5));

    assertThat(driver.stop(broker)).isInstanceOf(StepOutcome.Failed.class);
    assertThat(deployment("brokers").getSpec().getReplicas()).isEqualTo(2);
    assertThat(driver.check(List.of(broker)))
        .anyMatch(found -> found.blocks() && found.message().contains("(NO_STATEFULSET)"));
  }

  private static final String BROKERS =
      """
      apiVersion: apps/v1
      kind: Deployment
      metadata: {name: brokers, labels: {team: one}}
      spec:
        replicas: 2
        selector: {matchLabels: {app: brokers}}
        template:
          metadata: {labels: {app: brokers}}
          spec:
            containers:
              - {name: broker, image: "apachepulsar/pulsar:3.0.7", command: [bin/pulsar, broker], env: [{name: A, value: "b c"}]}
      """;

  /** The script of the runbook, with the API server's own command line client. */
  @Tag("campaign")
  @Test
  void runbookScriptTurnsDeploymentIntoStatefulSet() throws Exception {
    plain();
    create(BROKERS);
    patiently().until(() -> podsOf("brokers").size() == 2);

    for (int i = 0; i < 2; i++) {
      script("deployment-to-statefulset", Map.of(), namespace, "brokers");
    }

    awaitReady("brokers");
    assertThat(podsOf("brokers")).containsExactlyInAnyOrder("brokers-0", "brokers-1");
    assertThat(kubelet.environmentOf("brokers-1")).containsEntry("A", "b c");
    assertThat(set("brokers").getMetadata().getLabels()).containsEntry("team", "one");
    assertThat(set("brokers").getSpec().getServiceName()).isEqualTo("brokers-pods");
    assertThat(admin.services().inNamespace(namespace).withName("brokers-pods").get()).isNotNull();
    assertThat(admin.apps().deployments().inNamespace(namespace).withName("brokers").get())
        .isNull();
  }

  /** The runbook's commands for bookies that belong to hosts, with a real DaemonSet controller. */
  @Tag("campaign")
  @Test
  void runbookScriptMovesBookieOfDaemonSet() throws Exception {
    plain();
    plane.startController("daemonset");
    admin.nodes().withName("node-1").edit(node -> labelled(node));
    create(
        """
        apiVersion: apps/v1
        kind: DaemonSet
        metadata: {name: disk}
        spec:
          updateStrategy: {type: OnDelete}
          selector: {matchLabels: {app: disk, tier: data}}
          template:
            metadata: {labels: {app: disk, tier: data}}
            spec:
              nodeSelector: {metamigrate/disk: "yes"}
              containers:
                - name: bookie
                  image: apachepulsar/pulsar:3.0.7
                  env: [{name: zkServers, value: "zk:2181"}, {name: OPTS, value: "-Dmine=1"}]
        """);
    patiently().until(() -> podsOf("disk").size() == 1);
    String script =
        "KUBECONFIG=%s NAMESPACE=%s SET=disk %s "
            .formatted(
                plane.kubeconfig(),
                namespace,
                Path.of("../../runbooks/examples/kubernetes/daemonset-node")
                    .toAbsolutePath()
                    .normalize());
    Node bookie = new Node(Component.BOOKIE, "node-1:3181");
    try (RestartDriver driver =
        Drivers.of(
            new CommandDriverConfig(
                script + "stop",
                script + "configure",
                script + "start",
                Optional.of(script + "probe"),
                Optional.of(script + "show"),
                Duration.ofMinutes(1)),
            state,
            node -> true)) {
      NodeConfiguration before = driver.configuration(bookie);
      assertThat(before.setting("zkServers")).contains("zk:2181");
      patiently().until(() -> driver.probe(bookie, NodeState.RUNNING).isDone());

      moveOnce(driver, bookie, ON_ETCD);

      assertThat(kubelet.environmentOf(podsOf("disk").get(0)))
          .containsEntry("PULSAR_PREFIX_metadataServiceUri", "metadata-store:etcd:http://e:2379")
          .containsEntry("zkServers", "")
          .containsEntry("OPTS", "-Dmine=1 -Da=b");
      assertThat(driver.configuration(bookie).firstMissing(ON_ETCD)).isEmpty();

      moveOnce(driver, bookie, Settings.none());

      assertThat(driver.configuration(bookie).settings()).isEqualTo(before.settings());
      assertThat(kubelet.environmentOf(podsOf("disk").get(0)))
          .containsExactlyInAnyOrderEntriesOf(Map.of("zkServers", "zk:2181", "OPTS", "-Dmine=1"));
    }
  }

  private static io.fabric8.kubernetes.api.model.Node labelled(
      io.fabric8.kubernetes.api.model.Node node) {
    node.getMetadata().getLabels().put("metamigrate/disk", "yes");
    return node;
  }

  /** Each command twice. */
  private void moveOnce(RestartDriver driver, Node bookie, Settings settings) {
    List<Supplier<StepOutcome>> acts =
        List.of(
            () -> driver.stop(bookie),
            () -> driver.configure(bookie, settings),
            () -> driver.start(bookie));
    for (Supplier<StepOutcome> act : acts) {
      for (int i = 0; i < 2; i++) {
        StepOutcome outcome = act.get();
        assertThat(outcome.isDone()).as(outcome.text()).isTrue();
      }
    }
    patiently().until(() -> driver.probe(bookie, NodeState.RUNNING).isDone());
    patiently().until(() -> podsOf("disk").size() == 1);
    patiently().untilAsserted(() -> kubelet.environmentOf(podsOf("disk").get(0)));
  }

  private void script(String name, Map<String, String> environment, String... arguments)
      throws Exception {
    List<String> words = new ArrayList<>();
    words.add(Path.of("../../runbooks/examples/kubernetes", name).toAbsolutePath().toString());
    words.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(words).redirectErrorStream(true);
    builder.environment().put("KUBECONFIG", plane.kubeconfig().toString());
    builder.environment().putAll(environment);
    Process process = builder.start();
    String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(text).isZero();
  }

  private KubernetesDriver withRecovery(String set) {
    return new KubernetesDriver(
        admin,
        namespace,
        Layout.PLAIN,
        Map.of(Component.BOOKIE, "bookie", Component.BROKER, "broker", Component.AUTORECOVERY, set),
        node -> true,
        Duration.ofSeconds(60));
  }

  private void create(String yaml) {
    admin
        .resource(Serialization.unmarshal(yaml, HasMetadata.class))
        .inNamespace(namespace)
        .create();
  }

  private Deployment deployment(String name) {
    return admin.apps().deployments().inNamespace(namespace).withName(name).require();
  }

  private List<String> podsOf(String app) {
    return admin.pods().inNamespace(namespace).withLabel("app", app).list().getItems().stream()
        .map(pod -> pod.getMetadata().getName())
        .sorted()
        .toList();
  }

  @Test
  void doesNotStartSetScaledToZeroByAnother() {
    KubernetesDriver driver = helm();
    admin.apps().statefulSets().inNamespace(namespace).withName("pulsar-recovery").scale(0);

    assertThat(driver.start(new Node(Component.AUTORECOVERY, "pulsar-recovery-0")))
        .isInstanceOfSatisfying(
            StepOutcome.Failed.class,
            failed -> assertThat(failed.cause()).contains("scaled to 0 by another client"));
  }

  @Test
  void exhaustedDisruptionBudgetStopsTheStopAndTheRehearsalReportsIt() {
    plain();
    KubernetesDriver driver = driver(Layout.PLAIN, node -> true, Duration.ofSeconds(3));
    unready.add("bookie-0");
    kubelet.crash("bookie-0");
    Node bookie = bookie("bookie-1");
    patiently()
        .untilAsserted(
            () ->
                assertThat(driver.check(List.of(bookie)))
                    .anyMatch(found -> found.message().contains("PodDisruptionBudget")));
    String before = Objects.requireNonNull(uids("bookie").get("bookie-1"));

    assertThat(driver.stop(bookie))
        .isInstanceOfSatisfying(
            StepOutcome.Failed.class,
            failed -> assertThat(failed.cause()).contains("PodDisruptionBudget"));
    assertThat(uids("bookie")).containsEntry("bookie-1", before);
  }

  @ParameterizedTest
  @EnumSource(Layout.class)
  void ignoresBudgetOnceBrokersAreAtZero(Layout layout) {
    KubernetesDriver driver = layout == Layout.PLAIN ? plain() : helm();
    String prefix = layout == Layout.PLAIN ? "" : "pulsar-";
    List<Node> bookies =
        Stream.of("bookie-0", "bookie-1", "bookie-2").map(pod -> bookie(prefix + pod)).toList();
    assertThat(driver.stop(new Node(Component.BROKER, prefix + "broker-0")))
        .isInstanceOf(StepOutcome.Done.class);

    for (Node bookie : bookies) {
      assertThat(driver.stop(bookie)).isInstanceOf(StepOutcome.Done.class);
    }
    for (Node bookie : bookies) {
      assertThat(driver.probe(bookie, NodeState.STOPPED)).isInstanceOf(StepOutcome.Done.class);
      assertThat(driver.configure(bookie, ON_ETCD)).isInstanceOf(StepOutcome.Done.class);
    }
    for (Node bookie : bookies) {
      assertThat(driver.start(bookie)).isInstanceOf(StepOutcome.Done.class);
    }

    assertThat(kubelet.environmentOf(prefix + "bookie-2"))
        .containsEntry("metadataServiceUri", "metadata-store:etcd:http://e:2379");
  }

  @Test
  void readyPodWithoutRegistrationIsNotStarted() {
    plain();
    KubernetesDriver driver = driver(Layout.PLAIN, node -> false, Duration.ofSeconds(6));
    Node bookie = bookie("bookie-2");
    driver.stop(bookie);

    assertThat(driver.start(bookie))
        .isInstanceOfSatisfying(
            StepOutcome.Failed.class,
            failed -> assertThat(failed.cause()).contains("ready and not registered"));
  }

  @Test
  void podThatNeverBecomesReadyFailsWithItsReason() {
    plain();
    KubernetesDriver driver = driver(Layout.PLAIN, node -> true, Duration.ofSeconds(6));
    Node bookie = bookie("bookie-1");
    driver.stop(bookie);
    unready.add("bookie-1");

    assertThat(driver.start(bookie))
        .isInstanceOfSatisfying(
            StepOutcome.Failed.class,
            failed -> assertThat(failed.cause()).contains("ContainersNotReady"));
  }

  @Test
  void everyActionLeavesAnEventWithItsReason() {
    KubernetesDriver driver = plain();

    roll(driver, bookie("bookie-0"), ON_ETCD);

    assertThat(events()).contains("MetadataMoveStop", "MetadataMoveConfigure", "MetadataMoveStart");
  }

  @Test
  void runbookRoleSufficesAndEachVerbIsRequired() throws IOException {
    helm();
    Role role =
        Serialization.unmarshal(
            Files.readString(Path.of("../../runbooks/kubernetes-role.yaml")), Role.class);
    bind(role);
    try (KubernetesDriver driver =
        new KubernetesDriver(
            plane.client("mover"),
            namespace,
            Layout.HELM,
            HELM_SETS,
            node -> true,
            Duration.ofSeconds(60))) {
      patiently().untilAsserted(() -> assertThat(blockers(driver)).isEmpty());
      Node broker = HELM_NODES.get(3);
      assertThat(driver.stop(broker)).isInstanceOf(StepOutcome.Done.class);
      HELM_NODES.subList(0, 3).forEach(node -> roll(driver, node, ON_ETCD));
      assertThat(driver.start(broker)).isInstanceOf(StepOutcome.Done.class);
      awaitReady("pulsar-bookie", "pulsar-broker");
      assertThat(events()).contains("MetadataMoveStart");

      for (PolicyRule rule : role.getRules()) {
        String resource = rule.getResources().get(0);
        if (rule.getVerbs().equals(List.of("list"))) {
          withoutList(role, rule, driver);
          continue;
        }
        for (String verb : List.copyOf(rule.getVerbs())) {
          // a rule cannot be without a verb; nothing uses this one
          rule.getVerbs().replaceAll(one -> one.equals(verb) ? "watch" : one);
          admin.resource(role).inNamespace(namespace).update();
          patiently()
              .untilAsserted(
                  () ->
                      assertThat(blockers(driver))
                          .singleElement()
                          .satisfies(
                              found -> {
                                assertThat(found.subject()).isEqualTo(resource);
                                assertThat(found.remedy()).contains("verbs: [" + verb + "]");
                              }));
          rule.getVerbs().replaceAll(one -> one.equals("watch") ? verb : one);
        }
      }
    }
  }

  /** What is only checked blocks nothing, and is reported if it failed. */
  private void withoutList(Role role, PolicyRule rule, KubernetesDriver driver) {
    rule.setVerbs(List.of("watch"));
    admin.resource(role).inNamespace(namespace).update();
    patiently()
        .untilAsserted(
            () ->
                assertThat(driver.check(HELM_NODES))
                    .noneMatch(Obstacle::blocks)
                    .anyMatch(
                        found ->
                            found.subject().endsWith(rule.getResources().get(0) + ": list")
                                && found.message().startsWith("was not checked")));
    rule.setVerbs(List.of("list"));
    admin.resource(role).inNamespace(namespace).update();
  }

  @Test
  void rehearsalOfACorrectClusterFindsNoBlocker() {
    KubernetesDriver driver = plain();

    // the controller of disruptions counts the pods some time after they are ready
    patiently().untilAsserted(() -> assertThat(driver.check(PLAIN_NODES)).isEmpty());
  }

  /** What the rehearsal reports of the next pods, and what the scheduler and admission do then. */
  @Test
  void rehearsalReportsNextPodsThatTheRealServerKeepsFromStarting() throws IOException {
    KubernetesDriver driver = plain();
    plane.startController("resourcequota");
    admin
        .apps()
        .statefulSets()
        .inNamespace(namespace)
        .withName("broker")
        .edit(
            set -> {
              set.getSpec()
                  .getTemplate()
                  .getSpec()
                  .getContainers()
                  .get(0)
                  .setResources(
                      new ResourceRequirementsBuilder()
                          .addToRequests("cpu", new Quantity("1"))
                          .build());
              return set;
            });
    patiently().untilAsserted(() -> assertThat(driver.check(PLAIN_NODES)).isEmpty());

    onNode(node -> node.getSpec().setUnschedulable(true));
    refused(driver, "NEXT_POD_HAS_NO_NODE", "(cordoned: node-1)", this::isUnschedulable);
    onNode(node -> node.getSpec().setUnschedulable(false));
    startsAgain(driver);

    onNode(node -> node.getSpec().setTaints(List.of(new Taint("NoSchedule", "work", null, "x"))));
    refused(
        driver, "NEXT_POD_HAS_NO_NODE", "(taint work:NoSchedule: node-1)", this::isUnschedulable);
    onNode(node -> node.getSpec().setTaints(List.of()));
    startsAgain(driver);

    for (String resource : List.of("cpu=1500m", "pods=4")) {
      String name = resource.substring(0, resource.indexOf('='));
      Quantity before = allocate(name, new Quantity(resource.substring(name.length() + 1)));
      refused(
          driver,
          "NEXT_POD_HAS_NO_NODE",
          "(not free: " + name + " 1: node-1)",
          this::isUnschedulable);
      allocate(name, before);
      startsAgain(driver);
    }

    HasMetadata quota =
        new ResourceQuotaBuilder()
            .withNewMetadata()
            .withName("few")
            .endMetadata()
            .withNewSpec()
            .addToHard("pods", new Quantity("4"))
            .endSpec()
            .build();
    HasMetadata range =
        new LimitRangeBuilder()
            .withNewMetadata()
            .withName("sizes")
            .endMetadata()
            .withNewSpec()
            .addNewLimit()
            .withType("Pod")
            .addToMax("cpu", new Quantity("2"))
            .endLimit()
            .endSpec()
            .build();
    for (HasMetadata limit : List.of(quota, range)) {
      admin.resource(limit).inNamespace(namespace).create();
      refused(driver, "NEXT_POD_NOT_ADMITTED", limit.getKind(), this::isNotCreated);
      admin.resource(limit).inNamespace(namespace).delete();
      startsAgain(driver);
    }
  }

  /** A claim that is being deleted is there as long as its pod only. */
  @Test
  void rehearsalBlocksForClaimThatGoesWithItsPod() {
    KubernetesDriver driver = plain();
    for (String name : List.of("state", "another")) {
      admin.resource(volume(name)).create();
      admin.resource(claim(name)).inNamespace(namespace).create();
    }
    admin
        .apps()
        .statefulSets()
        .inNamespace(namespace)
        .withName("broker")
        .edit(
            set -> {
              PodSpec pod = set.getSpec().getTemplate().getSpec();
              pod.getVolumes()
                  .add(
                      new VolumeBuilder()
                          .withName("state")
                          .withNewPersistentVolumeClaim("state", false)
                          .build());
              return set;
            });
    patiently().untilAsserted(() -> assertThat(driver.check(PLAIN_NODES)).isEmpty());

    admin.persistentVolumeClaims().inNamespace(namespace).withName("state").delete();
    assertThat(driver.check(PLAIN_NODES))
        .singleElement()
        .satisfies(
            found -> {
              assertThat(found.blocks()).isTrue();
              assertThat(found.acceptAs()).isEmpty();
              assertThat(found.message()).contains("NEXT_POD_LACKS_OBJECT", "state (is being");
            });

    // as the controller does once no pod uses it
    admin
        .persistentVolumeClaims()
        .inNamespace(namespace)
        .withName("state")
        .edit(
            claim -> {
              claim.getMetadata().getFinalizers().clear();
              return claim;
            });
    assertThat(driver.check(PLAIN_NODES))
        .anySatisfy(found -> assertThat(found.message()).contains("state (is not there)"));
    admin.pods().inNamespace(namespace).withName("broker-1").withGracePeriod(0).delete();
    patiently().until(this::isUnschedulable);
  }

  private PersistentVolume volume(String name) {
    return new PersistentVolumeBuilder()
        .withNewMetadata()
        .withName(namespace + "-" + name)
        .endMetadata()
        .withNewSpec()
        .addToCapacity("storage", new Quantity("1Gi"))
        .withAccessModes("ReadWriteOnce")
        .withNewHostPath("/srv/" + name, "")
        .endSpec()
        .build();
  }

  private PersistentVolumeClaim claim(String name) {
    return new PersistentVolumeClaimBuilder()
        .withNewMetadata()
        .withName(name)
        .endMetadata()
        .withNewSpec()
        .withAccessModes("ReadWriteOnce")
        .withStorageClassName("")
        .withVolumeName(namespace + "-" + name)
        .withResources(
            new VolumeResourceRequirementsBuilder()
                .addToRequests("storage", new Quantity("1Gi"))
                .build())
        .endSpec()
        .build();
  }

  /** The rehearsal's line, and that the next pod of a broker does not start. */
  private void refused(KubernetesDriver driver, String id, String line, BooleanSupplier isRefused) {
    patiently()
        .untilAsserted(
            () ->
                assertThat(driver.check(PLAIN_NODES))
                    .filteredOn(Obstacle::blocks)
                    .anySatisfy(
                        found -> {
                          assertThat(found.acceptAs()).contains(id + ":broker");
                          assertThat(found.message()).contains("broker-1", line);
                        }));
    admin.v1().events().inNamespace(namespace).delete();
    admin.pods().inNamespace(namespace).withName("broker-1").withGracePeriod(0).delete();
    patiently().until(isRefused::getAsBoolean);
  }

  private void startsAgain(KubernetesDriver driver) {
    awaitReady("broker");
    patiently().untilAsserted(() -> assertThat(driver.check(PLAIN_NODES)).isEmpty());
  }

  private boolean isUnschedulable() {
    return Optional.ofNullable(admin.pods().inNamespace(namespace).withName("broker-1").get())
        .filter(
            pod ->
                pod.getStatus().getConditions().stream()
                    .anyMatch(one -> "Unschedulable".equals(one.getReason())))
        .isPresent();
  }

  private boolean isNotCreated() {
    return admin.v1().events().inNamespace(namespace).list().getItems().stream()
        .filter(event -> "FailedCreate".equals(event.getReason()))
        .anyMatch(event -> event.getMessage().contains("forbidden"));
  }

  private void onNode(Consumer<io.fabric8.kubernetes.api.model.Node> change) {
    admin
        .nodes()
        .withName("node-1")
        .edit(
            node -> {
              change.accept(node);
              return node;
            });
  }

  /** Gives what the node had of it. */
  private Quantity allocate(String resource, Quantity amount) {
    io.fabric8.kubernetes.api.model.Node node = admin.nodes().withName("node-1").require();
    Quantity before =
        Objects.requireNonNull(node.getStatus().getAllocatable().put(resource, amount));
    admin.resource(node).updateStatus();
    return before;
  }

  @Test
  void rehearsalNamesUnlistedPod() {
    assertThat(plain().check(PLAIN_NODES.subList(0, 4)))
        .filteredOn(Obstacle::blocks)
        .singleElement()
        .satisfies(found -> assertThat(found.subject()).isEqualTo("pod broker-1"));
  }

  @Test
  void rehearsalNamesNodeWithoutSet() {
    Node worker = new Node(Component.FUNCTION_WORKER, "worker-0");
    KubernetesDriver driver = plain();

    assertThat(driver.check(Stream.concat(PLAIN_NODES.stream(), Stream.of(worker)).toList()))
        .filteredOn(Obstacle::blocks)
        .singleElement()
        .satisfies(found -> assertThat(found.message()).contains("for function-worker"));
    assertThat(driver.stop(worker)).isInstanceOf(StepOutcome.Failed.class);
  }

  @Test
  void rehearsalNamesChartContainersThatUseZooKeeper() {
    assertThat(helm().check(HELM_NODES))
        .noneMatch(Obstacle::blocks)
        .anyMatch(found -> found.subject().contains("wait-zookeeper-ready"))
        .anyMatch(found -> found.subject().contains("wait-bookkeeper-ready"))
        .anyMatch(found -> found.message().contains("chart"));
  }

  /** No kubelet has the volumes, so no pod starts, but every object that is read exists. */
  @Test
  void rehearsalReadsObjectsOfChart() {
    RuntimeClass runtime =
        new RuntimeClassBuilder()
            .withNewMetadata()
            .withName("sandbox")
            .endMetadata()
            .withHandler("runsc")
            .build();
    admin.resource(runtime).create();
    apply("/deployments/chart.yaml");
    useRuntime("pulsar-bookie", "sandbox");
    useRuntime("pulsar-broker", "gone");
    KubernetesDriver driver =
        new KubernetesDriver(
            admin, namespace, Layout.HELM, HELM_SETS, node -> true, Duration.ofSeconds(60));

    List<Obstacle> found = driver.check(HELM_NODES.subList(0, 5));

    assertThat(found)
        .extracting(Obstacle::message)
        .filteredOn(text -> text.contains("IMAGE_MAY_BE_MISSING"))
        .hasSize(2)
        .anyMatch(
            text ->
                text.contains(
                    "pulsar (copy-pulsar-conf, pulsar-bookkeeper-verify-clusterid,"
                        + " pulsar-bookie)"));
    assertThat(found)
        .extracting(Obstacle::message)
        .filteredOn(text -> text.contains("RuntimeClass"))
        .singleElement()
        .asString()
        .contains("needs the RuntimeClass gone");
    assertThat(found)
        .filteredOn(one -> one.message().contains("ASKS_ZOOKEEPER_AT_START"))
        .extracting(Obstacle::subject)
        .containsExactlyInAnyOrder(
            "container wait-zookeeper-ready of StatefulSet pulsar-broker",
            "container wait-bookkeeper-ready of StatefulSet pulsar-broker",
            "container wait-zookeeper-ready of StatefulSet pulsar-proxy");
  }

  /** The same for the chart's second and third version; AutoRecovery is a node there. */
  @Tag("campaign")
  @ParameterizedTest
  @ValueSource(ints = {2, 3})
  void rehearsalReadsObjectsOfOlderCharts(int version) {
    apply("/deployments/chart-%d.yaml".formatted(version));
    KubernetesDriver driver =
        new KubernetesDriver(
            admin, namespace, Layout.HELM, HELM_SETS, node -> true, Duration.ofSeconds(60));

    List<Obstacle> found = driver.check(HELM_NODES);

    assertThat(found)
        .extracting(Obstacle::message)
        .noneMatch(text -> text.contains("NEXT_POD_LACKS_OBJECT"))
        .noneMatch(text -> text.contains("BOOKIE_DATA_VOLATILE"))
        .filteredOn(text -> text.contains("OTHER_METADATA_USER"))
        .hasSize(version - 1);
  }

  private void useRuntime(String set, String runtime) {
    admin
        .apps()
        .statefulSets()
        .inNamespace(namespace)
        .withName(set)
        .patch(
            PatchContext.of(PatchType.JSON_MERGE),
            "{\"spec\": {\"template\": {\"spec\": {\"runtimeClassName\": \"%s\"}}}}"
                .formatted(runtime));
  }

  @Test
  void rehearsalNamesNodeThatIsNotAPodOfItsSet() {
    KubernetesDriver driver = plain();
    Node stranger = new Node(Component.BROKER, "b1:8080");

    assertThat(driver.check(Stream.concat(PLAIN_NODES.stream(), Stream.of(stranger)).toList()))
        .filteredOn(Obstacle::blocks)
        .singleElement()
        .satisfies(found -> assertThat(found.message()).contains("not a pod of the StatefulSet"));
    assertThat(driver.stop(stranger)).isInstanceOf(StepOutcome.Failed.class);
    assertThat(set("broker").getSpec().getReplicas()).isEqualTo(2);
  }

  @Test
  void revertedSettingsStopTheStart() {
    KubernetesDriver driver = plain();
    Node bookie = bookie("bookie-1");
    PodTemplateSpec own = set("bookie").getSpec().getTemplate();
    driver.stop(bookie);
    driver.configure(bookie, ON_ETCD);
    admin
        .apps()
        .statefulSets()
        .inNamespace(namespace)
        .withName("bookie")
        .edit(
            set -> {
              set.getSpec().getTemplate().getSpec().setContainers(own.getSpec().getContainers());
              return set;
            });

    assertThat(driver.start(bookie))
        .isInstanceOfSatisfying(
            StepOutcome.Failed.class,
            failed -> assertThat(failed.cause()).contains("no longer has the settings"));
    assertThat(driver.probe(bookie, NodeState.STOPPED)).isInstanceOf(StepOutcome.Done.class);

    driver.configure(bookie, ON_ETCD);
    assertThat(driver.start(bookie)).isInstanceOf(StepOutcome.Done.class);
  }

  @Test
  void rehearsalNamesAutoscalerOwnerAndProxyOnZooKeeper() {
    KubernetesDriver driver = plain();
    admin
        .apps()
        .statefulSets()
        .inNamespace(namespace)
        .withName("broker")
        .edit(
            set -> {
              set.getMetadata()
                  .getOwnerReferences()
                  .add(
                      new OwnerReferenceBuilder()
                          .withApiVersion("example.org/v1")
                          .withKind("PulsarCluster")
                          .withName("prod")
                          .withUid("0b1c")
                          .build());
              return set;
            });
    admin
        .resource(
            Serialization.unmarshal(
                """
                apiVersion: autoscaling/v1
                kind: HorizontalPodAutoscaler
                metadata: {name: brokers}
                spec: {minReplicas: 2, maxReplicas: 5, scaleTargetRef: {kind: StatefulSet, name: broker, apiVersion: apps/v1}}
                """,
                HasMetadata.class))
        .inNamespace(namespace)
        .create();
    admin
        .resource(
            Serialization.unmarshal(
                """
                apiVersion: apps/v1
                kind: Deployment
                metadata: {name: proxy}
                spec:
                  replicas: 1
                  selector: {matchLabels: {app: proxy}}
                  template:
                    metadata: {labels: {app: proxy}}
                    spec:
                      containers:
                        - {name: proxy, image: "apachepulsar/pulsar:2.10.0", command: [bin/pulsar, proxy], env: [{name: zookeeperServers, value: "zk:2181"}]}
                """,
                HasMetadata.class))
        .inNamespace(namespace)
        .create();

    admin
        .resource(
            Serialization.unmarshal(
                """
                apiVersion: batch/v1
                kind: Job
                metadata: {name: set-up}
                spec:
                  parallelism: 0
                  template:
                    spec:
                      restartPolicy: Never
                      containers:
                        - {name: init, image: "apachepulsar/pulsar:2.10.0", command: [bin/pulsar, initialize-cluster-metadata]}
                """,
                HasMetadata.class))
        .inNamespace(namespace)
        .create();

    assertThat(driver.check(PLAIN_NODES))
        .anyMatch(found -> found.message().contains("PulsarCluster prod") && found.blocks())
        .anyMatch(
            found ->
                found.message().contains("brokers")
                    && found.acceptAs().filter("SCALED_BY_ITSELF:broker"::equals).isPresent())
        .anyMatch(
            found ->
                found.remedy().contains("brokerServiceURL")
                    && found.acceptAs().filter("OTHER_METADATA_USER:proxy"::equals).isPresent())
        .anyMatch(found -> found.subject().endsWith("of Job set-up") && !found.blocks());
    assertThat(
            new KubernetesDriver(
                    admin,
                    namespace,
                    Layout.PLAIN,
                    Map.of(Component.BOOKIE, "bookie", Component.BROKER, "proxy"),
                    node -> true,
                    Duration.ofSeconds(5))
                .check(PLAIN_NODES))
        .anyMatch(found -> found.message().startsWith("is a Deployment") && found.blocks());

    // the patch of the page
    admin
        .apps()
        .statefulSets()
        .inNamespace(namespace)
        .withName("broker")
        .patch(
            PatchContext.of(PatchType.JSON),
            "[{\"op\": \"remove\", \"path\": \"/metadata/ownerReferences\"}]");
    assertThat(driver.check(PLAIN_NODES))
        .noneMatch(found -> found.message().contains("PulsarCluster"));
  }

  /** The move's restart would bring what a set with {@code OnDelete} has waiting. */
  @Test
  void rehearsalNamesTemplateThatPodsDoNotHaveYet() {
    KubernetesDriver driver = plain();
    roll(driver, bookie("bookie-2"), ON_ETCD);
    assertThat(driver.check(PLAIN_NODES))
        .noneMatch(found -> found.message().contains("PENDING_CHANGES"));
    roll(driver, bookie("bookie-2"), Settings.none());
    assertThat(driver.check(PLAIN_NODES))
        .noneMatch(found -> found.message().contains("PENDING_CHANGES"));

    admin
        .apps()
        .statefulSets()
        .inNamespace(namespace)
        .withName("bookie")
        .edit(
            set -> {
              set.getSpec().getUpdateStrategy().setType("OnDelete");
              set.getSpec().getUpdateStrategy().setRollingUpdate(null);
              set.getSpec().getTemplate().getSpec().getContainers().get(0).setImage("another:1");
              return set;
            });

    patiently()
        .untilAsserted(
            () ->
                assertThat(driver.check(PLAIN_NODES))
                    .anySatisfy(
                        found -> assertThat(found.acceptAs()).contains("PENDING_CHANGES:bookie")));
  }

  /** Such as a StatefulSet of OpenKruise's group, or one of an operator. */
  @Test
  void rehearsalNamesOwnerOfPodsThatBelongToNoKnownSet() {
    plain();
    create(
        """
        apiVersion: v1
        kind: Pod
        metadata:
          name: another-0
          ownerReferences: [{apiVersion: apps.kruise.io/v1beta1, kind: StatefulSet, name: another, uid: 0b1c}]
        spec: {containers: [{name: broker, image: "apachepulsar/pulsar:3.0.7"}]}
        """);
    KubernetesDriver driver =
        new KubernetesDriver(
            admin,
            namespace,
            Layout.PLAIN,
            Map.of(Component.BOOKIE, "bookie", Component.BROKER, "another"),
            node -> true,
            Duration.ofSeconds(5));

    assertThat(driver.check(PLAIN_NODES))
        .anyMatch(
            found ->
                found.blocks()
                    && found.message().contains("a StatefulSet of apps.kruise.io/v1beta1")
                    && found.message().contains("NO_STATEFULSET"));
  }

  /** The pods' data would go with them, and an init container formats. */
  @Test
  void rehearsalBlocksBookiesWithVolatileData() {
    KubernetesDriver driver = plain();
    admin
        .apps()
        .statefulSets()
        .inNamespace(namespace)
        .withName("bookie")
        .edit(
            set -> {
              PodSpec pod = set.getSpec().getTemplate().getSpec();
              pod.getVolumes().get(0).setHostPath(null);
              pod.getVolumes().get(0).setEmptyDir(new EmptyDirVolumeSource());
              pod.getInitContainers()
                  .add(
                      new ContainerBuilder()
                          .withName("format")
                          .withImage("apachepulsar/pulsar:2.10.0")
                          .withCommand("bin/bookkeeper", "shell", "bookieformat", "-n", "-f", "-d")
                          .build());
              return set;
            });

    // the new template replaces pods meanwhile, so one of them may be missing or older
    assertThat(driver.check(PLAIN_NODES))
        .filteredOn(Obstacle::blocks)
        .filteredOn(found -> !found.message().startsWith("has no pod"))
        .filteredOn(found -> !found.message().contains("(PENDING_CHANGES)"))
        .hasSize(3)
        .allMatch(found -> found.acceptAs().isEmpty())
        .anyMatch(found -> found.message().contains("(STORE_FORMAT_FORCED)"))
        .anyMatch(found -> found.message().contains("/ledgers on emptyDir data"));
  }

  private void roll(KubernetesDriver driver, Node node, Settings settings) {
    assertThat(driver.stop(node)).isInstanceOf(StepOutcome.Done.class);
    assertThat(driver.configure(node, settings)).isInstanceOf(StepOutcome.Done.class);
    assertThat(driver.start(node)).isInstanceOf(StepOutcome.Done.class);
  }

  private static Node bookie(String pod) {
    return new Node(Component.BOOKIE, pod + ".bookie:3181", pod);
  }

  private KubernetesDriver plain() {
    apply("/restart/plain.yaml");
    awaitReady("bookie", "broker");
    return driver(Layout.PLAIN, node -> true, Duration.ofSeconds(60));
  }

  private KubernetesDriver helm() {
    apply("/restart/helm.yaml");
    awaitReady("pulsar-bookie", "pulsar-broker", "pulsar-recovery");
    return driver(Layout.HELM, node -> true, Duration.ofSeconds(60));
  }

  private KubernetesDriver driver(Layout layout, Predicate<Node> registered, Duration timeout) {
    Map<Component, String> sets = layout == Layout.PLAIN ? PLAIN_SETS : HELM_SETS;
    return new KubernetesDriver(admin, namespace, layout, sets, registered, timeout);
  }

  private void apply(String resource) {
    namespace = "n" + namespaces.incrementAndGet();
    admin
        .resource(
            new NamespaceBuilder().withNewMetadata().withName(namespace).endMetadata().build())
        .create();
    try (InputStream manifests = getClass().getResourceAsStream(resource)) {
      for (HasMetadata item : admin.load(Objects.requireNonNull(manifests)).items()) {
        item.getMetadata().setNamespace(namespace);
        admin.resource(item).inNamespace(namespace).create();
      }
    } catch (IOException e) {
      throw new IllegalStateException(resource + " cannot be read", e);
    }
  }

  private void awaitReady(String... sets) {
    patiently()
        .until(
            () ->
                List.of(sets).stream()
                    .map(this::set)
                    .allMatch(
                        set ->
                            set.getSpec()
                                .getReplicas()
                                .equals(set.getStatus().getReadyReplicas())));
  }

  private StatefulSet set(String name) {
    return admin.apps().statefulSets().inNamespace(namespace).withName(name).require();
  }

  private Map<String, String> configMap(String name) {
    return admin.configMaps().inNamespace(namespace).withName(name).require().getData();
  }

  /** Pods of a set by name. */
  private Map<String, String> uids(String set) {
    return admin.pods().inNamespace(namespace).list().getItems().stream()
        .filter(pod -> pod.getMetadata().getName().matches(set + "-\\d+"))
        .collect(
            Collectors.toMap(
                pod -> pod.getMetadata().getName(), pod -> pod.getMetadata().getUid()));
  }

  private static List<Obstacle> blockers(KubernetesDriver driver) {
    return driver.check(HELM_NODES).stream().filter(Obstacle::blocks).toList();
  }

  private List<String> events() {
    return admin.v1().events().inNamespace(namespace).list().getItems().stream()
        .filter(event -> "metamigrate".equals(event.getSource().getComponent()))
        .map(Event::getReason)
        .toList();
  }

  /** Makes the Role, and gives it to a user who has nothing else. */
  private void bind(Role role) {
    admin.resource(role).inNamespace(namespace).create();
    admin
        .resource(
            new RoleBindingBuilder()
                .withNewMetadata()
                .withName("mover")
                .withNamespace(namespace)
                .endMetadata()
                .withNewRoleRef("rbac.authorization.k8s.io", "Role", role.getMetadata().getName())
                .addNewSubject("rbac.authorization.k8s.io", "User", "mover", null)
                .build())
        .create();
  }

  private PodProcess process(String pod) {
    return new PodProcess.Idle() {
      @Override
      public boolean ready() {
        return !unready.contains(pod);
      }
    };
  }

  private static ConditionFactory patiently() {
    return await().atMost(Duration.ofMinutes(1));
  }
}
