package io.metamigrate.restart;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.metamigrate.lab.CommandLineRun;
import io.metamigrate.lab.EtcdServer;
import io.metamigrate.lab.Findings;
import io.metamigrate.lab.MetadataHome;
import io.metamigrate.lab.PulsarClassPath;
import io.metamigrate.lab.PulsarCluster;
import io.metamigrate.lab.PulsarNode;
import io.metamigrate.lab.Workload;
import io.metamigrate.lab.ZooKeeperServer;
import io.metamigrate.migrator.cutover.ComponentSettings;
import io.metamigrate.migrator.cutover.MetadataTarget;
import io.metamigrate.migrator.cutover.Parking;
import io.metamigrate.migrator.restart.Component;
import io.metamigrate.migrator.restart.KubernetesDriver;
import io.metamigrate.migrator.restart.KubernetesDriver.Layout;
import io.metamigrate.migrator.restart.Node;
import io.metamigrate.migrator.restart.Outcome;
import io.metamigrate.migrator.restart.Settings;
import io.metamigrate.verifier.catalog.PulsarVersion;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A real Pulsar 2.10.0 cluster whose bookies and broker are the pods of a real Kubernetes control
 * plane is stopped, moved and started on etcd by the driver, and every message is accounted for.
 */
@Timeout(1200)
@Tag("campaign")
final class KubernetesMoveTest {
  private static final String VERSION = "2.10.0";

  private final Path folder;
  private final Path scripts;

  KubernetesMoveTest(@TempDir Path folder) {
    Optional<Path> found = ControlPlane.scripts();
    assumeTrue(
        found.isPresent(),
        "no Kubernetes control plane on this machine: set METAMIGRATE_KUBE to the folder with its"
            + " up.sh and down.sh");
    this.folder = folder;
    this.scripts = found.orElseThrow();
  }

  @ParameterizedTest
  @EnumSource(Layout.class)
  void everyMessageIsThereAfterTheDriverMovedTheClusterToEtcd(Layout layout) throws Exception {
    PulsarClassPath pulsar = PulsarClassPath.of(VERSION);
    Path kube = Files.createDirectories(folder.resolve("kube"));
    try (ZooKeeperServer zooKeeper = ZooKeeperServer.start(pulsar, folder);
        EtcdServer etcd = EtcdServer.start(folder);
        ControlPlane plane = ControlPlane.start(scripts, kube);
        KubernetesClient admin = plane.client()) {
      MetadataHome onZooKeeper = new MetadataHome.OnZooKeeper(List.of(zooKeeper));
      MetadataHome onEtcd = new MetadataHome.OnEtcd(List.of(etcd));
      try (PulsarCluster cluster = new PulsarCluster(pulsar, folder, "c1", onZooKeeper, 3, 1);
          KubeletStandIn kubelet =
              new KubeletStandIn(admin, pod -> process(cluster, pod, onZooKeeper, onEtcd))) {
        cluster.create();
        Workload workload = new Workload(cluster);
        workload.prepare();
        workload.round();
        workload.noteLedgerIds();
        cluster.stop();
        String prefix = layout == Layout.HELM ? "pulsar-" : "";
        apply(admin, layout, zooKeeper.connect());
        List<Node> bookies = nodes(Component.BOOKIE, prefix + "bookie-", cluster.bookies());
        List<Node> brokers = nodes(Component.BROKER, prefix + "broker-", cluster.brokers());

        KubernetesDriver driver =
            new KubernetesDriver(
                plane.client(),
                "default",
                layout,
                Map.of(Component.BOOKIE, prefix + "bookie", Component.BROKER, prefix + "broker"),
                node -> registered(onEtcd, cluster, node),
                Duration.ofMinutes(5));
        brokers.forEach(broker -> done(driver.stop(broker)));
        bookies.forEach(bookie -> done(driver.stop(bookie)));
        CommandLineRun run = migrate(zooKeeper, etcd);
        assertThat(run.code()).as(run.toString()).isZero();
        bookies.forEach(bookie -> done(driver.configure(bookie, settings(bookie, etcd))));
        bookies.forEach(bookie -> done(driver.start(bookie)));
        brokers.forEach(broker -> done(driver.configure(broker, settings(broker, etcd))));
        brokers.forEach(broker -> done(driver.start(broker)));

        assertThat(kubelet.environmentOf(prefix + "bookie-2"))
            .containsEntry("PULSAR_PREFIX_gcWaitTime", "2073600000");
        Findings moved = workload.check();
        assertThat(moved.clean()).as("after the move: " + moved).isTrue();
        driver.close();
      }
    }
  }

  private static void done(Outcome outcome) {
    assertThat(outcome).isInstanceOf(Outcome.Done.class);
  }

  private static List<Node> nodes(
      Component component, String podPrefix, List<? extends PulsarNode> nodes) {
    return IntStream.range(0, nodes.size())
        .mapToObj(i -> new Node(component, nodes.get(i).id(), podPrefix + i))
        .toList();
  }

  private static Settings settings(Node node, EtcdServer etcd) {
    ComponentSettings settings =
        ComponentSettings.of(
            node.component(),
            PulsarVersion.parse(VERSION),
            new MetadataTarget.Etcd(List.of(etcd.endpoint()), Optional.empty()),
            Parking.PARKED,
            Map.of());
    assertThat(settings.possible()).isTrue();
    return settings.settings();
  }

  private static boolean registered(MetadataHome home, PulsarCluster cluster, Node node) {
    try {
      return home.registered(node(cluster, node.name()).orElseThrow().registration());
    } catch (IOException e) {
      return false;
    }
  }

  private static Optional<PulsarNode> node(PulsarCluster cluster, String pod) {
    int number = Integer.parseInt(pod.substring(pod.lastIndexOf('-') + 1));
    if (pod.contains("bookie")) {
      return Optional.of(cluster.bookies().get(number));
    }
    return pod.contains("broker") ? Optional.of(cluster.brokers().get(number)) : Optional.empty();
  }

  private static PodProcess process(
      PulsarCluster cluster, String pod, MetadataHome zooKeeper, MetadataHome etcd) {
    return node(cluster, pod)
        .<PodProcess>map(node -> new LabPod(node, zooKeeper, etcd))
        .orElseGet(PodProcess.Idle::new);
  }

  /** The manifests with this ZooKeeper; the broker comes when the bookies are there. */
  private void apply(KubernetesClient admin, Layout layout, String zooKeeper) throws IOException {
    if (admin.namespaces().withName("default").get() == null) {
      admin
          .resource(
              new NamespaceBuilder().withNewMetadata().withName("default").endMetadata().build())
          .create();
    }
    String name = "/restart/" + layout.name().toLowerCase(Locale.ROOT) + ".yaml";
    String manifests;
    try (InputStream in = Objects.requireNonNull(getClass().getResourceAsStream(name))) {
      manifests =
          new String(in.readAllBytes(), UTF_8)
              .replaceAll("zk:(pulsar-zookeeper|zk):2181", "zk:" + zooKeeper)
              // all pods share one machine, and with it the port of that server
              .replace("httpServerEnabled: \"true\"", "httpServerEnabled: \"false\"");
    }
    for (HasMetadata item :
        admin.load(new ByteArrayInputStream(manifests.getBytes(UTF_8))).items()) {
      if (item instanceof StatefulSet set && item.getMetadata().getName().contains("broker")) {
        set.getSpec().setReplicas(0);
      }
      admin.resource(item).inNamespace("default").create();
    }
    String prefix = layout == Layout.HELM ? "pulsar-" : "";
    awaitReady(admin, prefix + "bookie");
    admin.apps().statefulSets().inNamespace("default").withName(prefix + "broker").scale(1);
    awaitReady(admin, prefix + "broker");
  }

  private static void awaitReady(KubernetesClient admin, String name) {
    await(name + " is ready")
        .atMost(Duration.ofMinutes(5))
        .until(
            () -> {
              StatefulSet set =
                  admin.apps().statefulSets().inNamespace("default").withName(name).require();
              return set.getSpec().getReplicas() > 0
                  && set.getSpec().getReplicas().equals(set.getStatus().getReadyReplicas());
            });
  }

  private static CommandLineRun migrate(ZooKeeperServer zooKeeper, EtcdServer etcd) {
    return CommandLineRun.migrate(
        "run",
        "--zookeeper",
        zooKeeper.connect(),
        "--etcd",
        etcd.endpoint(),
        "--cluster",
        "c1",
        "--pulsar-version",
        VERSION,
        "--output",
        "json",
        "--once");
  }
}
