package io.metamigrate.migrator.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * Nodes are pods of StatefulSets.
 *
 * @param api where they are
 * @param layout how the pods get their settings
 * @param sets which they are
 * @param timeout after which a pod that is not ready counts as failed
 */
public record KubernetesDriverConfig(Api api, Layout layout, Sets sets, Duration timeout)
    implements DriverConfig {
  private static final Duration TIMEOUT = Duration.ofMinutes(5);

  /**
   * The cluster.
   *
   * @param namespace where the pods are
   * @param kubeconfig the file to use, else what the environment gives
   * @param context within that file, else its current one
   */
  public record Api(String namespace, Optional<Path> kubeconfig, Optional<String> context) {}

  /**
   * The names of the StatefulSets.
   *
   * @param autoRecovery may be a Deployment; absent if there is none
   */
  public record Sets(String bookies, String brokers, Optional<String> autoRecovery) {}

  /** How pods get their settings. */
  public enum Layout {
    /** {@code PULSAR_PREFIX_} variables in the pod template. */
    PLAIN,
    /** ConfigMaps that containers read whole, as in the Apache Helm chart. */
    HELM
  }

  public KubernetesDriverConfig {
    new Checks()
        .require(
            !api.namespace().isBlank(),
            "namespace",
            () -> "the kubernetes driver needs a namespace")
        .require(!sets.bookies().isBlank(), "bookies", () -> "name the StatefulSet of the bookies")
        .require(!sets.brokers().isBlank(), "brokers", () -> "name the StatefulSet of the brokers")
        .positive("timeout", timeout)
        .orThrow();
  }

  static Optional<DriverConfig> read(Section section) {
    Api api =
        new Api(
            section.text("namespace").orElse(""),
            section.secretFile("kubeconfig"),
            section.text("context"));
    Layout layout = section.choice("layout", Layout.PLAIN);
    Sets sets =
        new Sets(
            section.text("bookies").orElse(""),
            section.text("brokers").orElse(""),
            section.text("autoRecovery"));
    Duration timeout = section.duration("timeout", TIMEOUT);
    return section.build(
        () -> Optional.of(new KubernetesDriverConfig(api, layout, sets, timeout)),
        Optional.empty());
  }
}
