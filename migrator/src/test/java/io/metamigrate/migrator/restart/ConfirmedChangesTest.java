package io.metamigrate.migrator.restart;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.apps.StatefulSetBuilder;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A process that lost the lock between its look and its change makes no change in Kubernetes. */
@Timeout(60)
final class ConfirmedChangesTest {
  private static final StatefulSet SET =
      new StatefulSetBuilder()
          .withNewMetadata()
          .withName("bookie")
          .withNamespace("pulsar")
          .withUid("u1")
          .withResourceVersion("1")
          .endMetadata()
          .withNewSpec()
          .withReplicas(3)
          .endSpec()
          .build();
  private static final Pod POD =
      new PodBuilder()
          .withNewMetadata()
          .withName("bookie-0")
          .withNamespace("pulsar")
          .withUid("u2")
          .withResourceVersion("1")
          .endMetadata()
          .build();

  private final List<String> changes = Collections.synchronizedList(new ArrayList<>());
  private HttpServer api;
  private KubernetesCluster cluster;

  @BeforeEach
  void start() throws IOException {
    api = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    api.createContext("/", this::answer);
    api.start();
    cluster =
        new KubernetesCluster(
            new KubernetesClientBuilder()
                .withConfig(
                    new ConfigBuilder()
                        .withMasterUrl("http://127.0.0.1:" + api.getAddress().getPort())
                        .build())
                .build(),
            "pulsar");
  }

  @AfterEach
  void stop() {
    cluster.close();
    api.stop(0);
  }

  @Test
  void processWithoutTheLockChangesNothing() {
    cluster.confirmBefore(
        () -> {
          throw new IllegalStateException("the lock is lost");
        });
    List<Runnable> acts =
        List.of(
            () -> cluster.change("bookie", set -> set.getSpec().setReplicas(0)),
            () -> cluster.contentMap(SET, Map.of("a", "b")),
            () -> cluster.evict(POD, false),
            () -> cluster.delete(POD));

    for (Runnable act : acts) {
      assertThatThrownBy(act::run).hasMessage("the lock is lost");
    }

    assertThat(changes).isEmpty();
  }

  /** So that the test above would see a change. */
  @Test
  void lockHolderMakesTheChange() {
    cluster.confirmBefore(() -> changes.add("confirmed"));

    cluster.change("bookie", set -> set.getSpec().setReplicas(0));
    cluster.contentMap(SET, Map.of("a", "b"));
    cluster.evict(POD, false);
    cluster.delete(POD);

    assertThat(changes)
        .containsExactly(
            "confirmed", "PUT", "confirmed", "POST", "confirmed", "POST", "confirmed", "DELETE");
  }

  private void answer(HttpExchange exchange) throws IOException {
    exchange.getRequestBody().readAllBytes();
    String path = exchange.getRequestURI().getPath();
    int code = 200;
    String body = Serialization.asJson(SET);
    if (!exchange.getRequestMethod().equals("GET")) {
      changes.add(exchange.getRequestMethod());
    } else if (path.contains("/configmaps")) {
      code = 404;
      body = "{\"kind\": \"Status\", \"apiVersion\": \"v1\", \"code\": 404}";
    } else if (path.equals("/api/v1")) {
      body =
          "{\"kind\": \"APIResourceList\", \"groupVersion\": \"v1\", \"resources\": [{\"name\":"
              + " \"pods/eviction\", \"kind\": \"Eviction\", \"group\": \"policy\", \"version\":"
              + " \"v1\", \"namespaced\": true, \"singularName\": \"\", \"verbs\": [\"create\"]}]}";
    } else if (path.contains("/pods")) {
      body = Serialization.asJson(POD);
    }
    byte[] bytes = body.getBytes(UTF_8);
    exchange.getResponseHeaders().add("Content-Type", "application/json");
    exchange.sendResponseHeaders(code, bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }
}
