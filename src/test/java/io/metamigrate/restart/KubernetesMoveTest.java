package io.metamigrate.restart;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.metamigrate.lab.PulsarCluster;
import io.metamigrate.lab.PulsarNode;
import io.metamigrate.migrator.config.KubernetesDriverConfig.Layout;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A real Pulsar 2.10.0 cluster, whose three bookies and two brokers are the pods of a real
 * Kubernetes control plane, goes to etcd by {@code migrate cutover} and comes back by {@code
 * migrate rollback}, and every message is accounted for.
 */
@Timeout(1200)
@Tag("campaign")
final class KubernetesMoveTest {
  // the API server makes "default" by itself, at some time after it is ready
  private static final String NAMESPACE = "pulsar";

  private final Path folder;
  private final Path scripts;

  KubernetesMoveTest(@TempDir Path folder) {
    this.folder = folder;
    this.scripts = ControlPlane.scripts();
  }

  @ParameterizedTest
  @EnumSource(Layout.class)
  void rollsToEtcdUnderTrafficAndBackAfterPointOfNoReturn(Layout layout) throws Exception {
    boolean helm = layout == Layout.HELM;
    String prefix = helm ? "pulsar-" : "";
    Path kube = Files.createDirectories(folder.resolve("kube"));
    try (MoveBed bed = MoveBed.of(folder, 3, 2);
        ControlPlane plane = ControlPlane.start(scripts, kube);
        KubernetesClient admin = plane.client();
        KubeletStandIn kubelet = new KubeletStandIn(admin, pod -> process(bed, pod))) {
      apply(admin, layout, bed.zookeeper(), bed.cluster().name());
      StatefulSet bookies = set(admin, prefix + "bookie");
      bed.follow(
          """
            driver: {kind: kubernetes, namespace: %s, kubeconfig: "%s", layout: %s,
                     bookies: %sbookie, brokers: %sbroker%s}
            metadataWriters: {autoRecovery: [%s]}
          """
              .formatted(
                  NAMESPACE,
                  plane.kubeconfig(),
                  layout.name().toLowerCase(Locale.ROOT),
                  prefix,
                  prefix,
                  helm ? ", autoRecovery: pulsar-recovery" : "",
                  helm ? "pulsar-recovery-0" : ""),
          node -> pod(bed.cluster(), prefix, node));

      bed.thereAndBack(
          () -> {
            assertThat(kubelet.environmentOf(prefix + "bookie-2"))
                .containsEntry("PULSAR_PREFIX_metadataServiceUri", bed.onEtcd().bookieUri());
            if (helm) {
              // AutoRecovery of 2.10 does not start on etcd, and stays off
              assertThat(set(admin, "pulsar-recovery").getSpec().getReplicas()).isZero();
            }
          });

      StatefulSet back = set(admin, prefix + "bookie");
      assertThat(back.getSpec()).isEqualTo(bookies.getSpec());
      assertThat(back.getMetadata().getAnnotations())
          .isEqualTo(bookies.getMetadata().getAnnotations());
      assertThat(set(admin, prefix + "broker").getSpec().getReplicas()).isEqualTo(2);
      if (helm) {
        assertThat(set(admin, "pulsar-recovery").getSpec().getReplicas()).isEqualTo(1);
      }
    }
  }

  private static String pod(PulsarCluster cluster, String prefix, PulsarNode node) {
    int bookie = cluster.bookies().indexOf(node);
    return bookie >= 0
        ? prefix + "bookie-" + bookie
        : prefix + "broker-" + cluster.brokers().indexOf(node);
  }

  private static PodProcess process(MoveBed bed, String pod) {
    return List.of("", "pulsar-").stream()
        .flatMap(
            prefix ->
                bed.nodes().stream().filter(node -> pod.equals(pod(bed.cluster(), prefix, node))))
        .findFirst()
        .<PodProcess>map(node -> new LabPod(node, bed.onZooKeeper(), bed.onEtcd()))
        .orElseGet(PodProcess.Idle::new);
  }

  /** The manifests with this ZooKeeper; the brokers come when the bookies are there. */
  private void apply(KubernetesClient admin, Layout layout, String zooKeeper, String cluster)
      throws IOException {
    if (admin.namespaces().withName(NAMESPACE).get() == null) {
      admin
          .resource(
              new NamespaceBuilder().withNewMetadata().withName(NAMESPACE).endMetadata().build())
          .create();
    }
    String name = "/restart/" + layout.name().toLowerCase(Locale.ROOT) + ".yaml";
    String manifests;
    try (InputStream in = Objects.requireNonNull(getClass().getResourceAsStream(name))) {
      manifests =
          new String(in.readAllBytes(), UTF_8)
              .replace("pulsar-zookeeper:2181", zooKeeper)
              .replace("zk:zk:2181", "zk:" + zooKeeper)
              .replace("clusterName: pulsar", "clusterName: " + cluster)
              // all pods share one machine, and with it the port of that server
              .replace("httpServerEnabled: \"true\"", "httpServerEnabled: \"false\"");
    }
    for (HasMetadata item :
        admin.load(new ByteArrayInputStream(manifests.getBytes(UTF_8))).items()) {
      if (item instanceof StatefulSet set && item.getMetadata().getName().contains("broker")) {
        set.getSpec().setReplicas(0);
      }
      admin.resource(item).inNamespace(NAMESPACE).create();
    }
    String prefix = layout == Layout.HELM ? "pulsar-" : "";
    awaitReady(admin, prefix + "bookie");
    admin.apps().statefulSets().inNamespace(NAMESPACE).withName(prefix + "broker").scale(2);
    awaitReady(admin, prefix + "broker");
  }

  private static StatefulSet set(KubernetesClient admin, String name) {
    return admin.apps().statefulSets().inNamespace(NAMESPACE).withName(name).require();
  }

  private static void awaitReady(KubernetesClient admin, String name) {
    await(name + " is ready")
        .atMost(Duration.ofMinutes(5))
        .until(
            () -> {
              StatefulSet set = set(admin, name);
              return set.getSpec().getReplicas() > 0
                  && set.getSpec().getReplicas().equals(set.getStatus().getReadyReplicas());
            });
  }
}
