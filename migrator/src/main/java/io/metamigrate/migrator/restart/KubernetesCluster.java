package io.metamigrate.migrator.restart;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.fabric8.kubernetes.api.model.APIResource;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.EventBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.RequestConfigBuilder;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One namespace of a cluster: the few things that the driver reads and writes there. Safe for use
 * by several threads.
 */
final class KubernetesCluster implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(KubernetesCluster.class);
  private static final int NOT_FOUND = 404;
  private static final int CONFLICT = 409;
  private static final int TOO_MANY_REQUESTS = 429;
  private static final int ATTEMPTS = 5;

  private final KubernetesClient owned;
  private final KubernetesClient client;
  private final String namespace;
  private volatile Runnable confirmLock = () -> {};

  /** The client's own retries are switched off: it would ask for a refused eviction for minutes. */
  KubernetesCluster(KubernetesClient client, String namespace) {
    this.owned = client;
    this.client =
        client
            .newClient(
                new RequestConfigBuilder(client.getConfiguration().getRequestConfig())
                    .withRequestRetryBackoffLimit(0)
                    .build())
            .adapt(KubernetesClient.class);
    this.namespace = namespace;
  }

  KubernetesClient client() {
    return client;
  }

  String namespace() {
    return namespace;
  }

  /** Runs before each change, between the read of what is there and the write that tests it. */
  void confirmBefore(Runnable confirm) {
    this.confirmLock = confirm;
  }

  Optional<StatefulSet> statefulSet(String name) {
    return Optional.ofNullable(
        client.apps().statefulSets().inNamespace(namespace).withName(name).get());
  }

  /** A set whose pods have no names of their own, seen as a StatefulSet; empty if there is none. */
  Optional<StatefulSet> deployment(String name) {
    return Optional.ofNullable(
            client.apps().deployments().inNamespace(namespace).withName(name).get())
        .map(DeploymentView::of);
  }

  Optional<Pod> pod(String name) {
    return Optional.ofNullable(client.pods().inNamespace(namespace).withName(name).get());
  }

  List<Pod> podsOf(StatefulSet set) {
    return client
        .pods()
        .inNamespace(namespace)
        .withLabelSelector(set.getSpec().getSelector())
        .list()
        .getItems()
        .stream()
        .filter(
            pod ->
                DeploymentView.isDeployment(set)
                    || pod.getMetadata().getOwnerReferences().stream()
                        .anyMatch(owner -> owner.getUid().equals(set.getMetadata().getUid())))
        .toList();
  }

  /** Changes the set unless it is so already; a change by another client in between is kept. */
  StatefulSet change(String name, Consumer<StatefulSet> change) {
    for (int attempt = 1; ; attempt++) {
      StatefulSet present =
          statefulSet(name)
              .or(() -> deployment(name))
              .orElseThrow(() -> new KubernetesClientException(name + " is gone"));
      StatefulSet wanted = Serialization.clone(present);
      change.accept(wanted);
      if (wanted.equals(present)) {
        return present;
      }
      confirmLock.run();
      try {
        return DeploymentView.isDeployment(wanted)
            ? updateDeployment(name, wanted)
            : client.resource(wanted).inNamespace(namespace).update();
      } catch (KubernetesClientException e) {
        if (e.getCode() != CONFLICT || attempt == ATTEMPTS) {
          throw e;
        }
      }
    }
  }

  private StatefulSet updateDeployment(String name, StatefulSet wanted) {
    Deployment next = client.apps().deployments().inNamespace(namespace).withName(name).require();
    DeploymentView.write(wanted, next);
    return DeploymentView.of(client.resource(next).inNamespace(namespace).update());
  }

  /** The data of these ConfigMaps, later ones over earlier ones. */
  SortedMap<String, String> configMapData(List<String> names) {
    SortedMap<String, String> data = new TreeMap<>();
    for (String name : names) {
      ConfigMap map = client.configMaps().inNamespace(namespace).withName(name).get();
      if (map != null) {
        data.putAll(map.getData());
      }
    }
    return data;
  }

  /** A ConfigMap of this content that nobody can change; its name follows from its content. */
  String contentMap(StatefulSet set, Map<String, String> data) {
    String name = TemplateLayer.overlayPrefix(set) + hash(data);
    if (client.configMaps().inNamespace(namespace).withName(name).get() == null) {
      ConfigMap map =
          new ConfigMapBuilder()
              .withNewMetadata()
              .withName(name)
              .withNamespace(namespace)
              .addToLabels("app.kubernetes.io/managed-by", "metamigrate")
              .endMetadata()
              .withImmutable(true)
              .withData(data)
              .build();
      confirmLock.run();
      try {
        client.resource(map).inNamespace(namespace).create();
      } catch (KubernetesClientException e) {
        if (e.getCode() != CONFLICT) {
          throw e;
        }
      }
    }
    return name;
  }

  /** The result of a request to evict a pod. */
  enum Eviction {
    ALLOWED,
    /** A disruption budget does not allow it now. */
    REFUSED,
    /** The pod had gone, or another one has its name, when the request came. */
    GONE
  }

  /** Asks for the eviction of this very pod. */
  Eviction evict(Pod pod, boolean dryRun) {
    APIResource eviction =
        client.getApiResources("v1").getResources().stream()
            .filter(resource -> resource.getName().equals("pods/eviction"))
            .findFirst()
            .orElseThrow(() -> new KubernetesClientException("the server has no evictions"));
    Map<String, Object> options = new TreeMap<>();
    options.put("preconditions", Map.of("uid", pod.getMetadata().getUid()));
    if (dryRun) {
      options.put("dryRun", List.of("All"));
    }
    Map<String, Object> body =
        Map.of(
            "apiVersion",
            eviction.getGroup() + "/" + eviction.getVersion(),
            "kind",
            "Eviction",
            "metadata",
            Map.of("name", pod.getMetadata().getName(), "namespace", namespace),
            "deleteOptions",
            options);
    String path =
        "/api/v1/namespaces/" + namespace + "/pods/" + pod.getMetadata().getName() + "/eviction";
    if (!dryRun) {
      confirmLock.run();
    }
    try {
      client.raw(path, "POST", body);
      return Eviction.ALLOWED;
    } catch (KubernetesClientException e) {
      return switch (e.getCode()) {
        case TOO_MANY_REQUESTS -> Eviction.REFUSED;
        case NOT_FOUND, CONFLICT -> Eviction.GONE;
        default -> throw e;
      };
    }
  }

  /** Deletes this very pod, not one that has taken its name. */
  void delete(Pod pod) {
    confirmLock.run();
    client.resource(pod).inNamespace(namespace).lockResourceVersion().delete();
  }

  /**
   * Records an event in the cluster with what is done and why; a failure to record it stops
   * nothing.
   */
  void event(StatefulSet set, String reason, String message) {
    String now = Instant.now().truncatedTo(ChronoUnit.SECONDS).toString();
    try {
      client
          .resource(
              new EventBuilder()
                  .withNewMetadata()
                  .withGenerateName(set.getMetadata().getName() + ".")
                  .withNamespace(namespace)
                  .endMetadata()
                  .withNewInvolvedObject()
                  .withApiVersion("apps/v1")
                  .withKind(set.getKind())
                  .withName(set.getMetadata().getName())
                  .withNamespace(namespace)
                  .withUid(set.getMetadata().getUid())
                  .endInvolvedObject()
                  .withType("Normal")
                  .withReason(reason)
                  .withMessage(message)
                  .withNewSource()
                  .withComponent("metamigrate")
                  .endSource()
                  .withFirstTimestamp(now)
                  .withLastTimestamp(now)
                  .withCount(1)
                  .build())
          .inNamespace(namespace)
          .create();
    } catch (KubernetesClientException e) {
      LOG.atWarn()
          .addKeyValue("set", set.getMetadata().getName())
          .addKeyValue("reason", reason)
          .addKeyValue("code", e.getCode())
          .log("Kubernetes event could not be written");
    }
  }

  @Override
  public void close() {
    owned.close();
  }

  private static String hash(Map<String, String> data) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256")
              .digest(Serialization.asJson(new TreeMap<>(data)).getBytes(UTF_8));
      return HexFormat.of().formatHex(digest, 0, 5);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
