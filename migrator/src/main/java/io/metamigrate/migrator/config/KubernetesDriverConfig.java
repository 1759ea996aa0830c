package io.metamigrate.migrator.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * Nodes are pods of StatefulSets.
 *
 * @param namespace where they are
 * @param kubeconfig the file to use, else what the environment gives
 * @param context within that file, else its current one
 * @param layout how the pods get their settings
 * @param bookies the StatefulSet of the bookies
 * @param brokers the StatefulSet of the brokers
 * @param autoRecovery the StatefulSet of AutoRecovery, if there is one
 * @param timeout after which a pod that is not ready counts as failed
 */
public record KubernetesDriverConfig(
    String namespace,
    Optional<Path> kubeconfig,
    Optional<String> context,
    Layout layout,
    String bookies,
    String brokers,
    Optional<String> autoRecovery,
    Duration timeout)
    implements DriverConfig {
  private static final Duration TIMEOUT = Duration.ofMinutes(5);

  /** How pods get their settings. */
  public enum Layout {
    /** {@code PULSAR_PREFIX_} variables in the pod template. */
    PLAIN,
    /** The ConfigMaps of the Apache Helm chart. */
    HELM
  }

  public KubernetesDriverConfig {
    new Checks()
        .require(!namespace.isBlank(), "namespace", () -> "the kubernetes driver needs a namespace")
        .require(!bookies.isBlank(), "bookies", () -> "name the StatefulSet of the bookies")
        .require(!brokers.isBlank(), "brokers", () -> "name the StatefulSet of the brokers")
        .positive("timeout", timeout)
        .orThrow();
  }

  static Optional<DriverConfig> read(Section section) {
    String namespace = section.text("namespace").orElse("");
    Optional<Path> kubeconfig = section.secretFile("kubeconfig");
    Optional<String> context = section.text("context");
    Layout layout = section.choice("layout", Layout.PLAIN);
    String bookies = section.text("bookies").orElse("");
    String brokers = section.text("brokers").orElse("");
    Optional<String> autoRecovery = section.text("autoRecovery");
    Duration timeout = section.duration("timeout", TIMEOUT);
    return section.build(
        () ->
            Optional.of(
                new KubernetesDriverConfig(
                    namespace,
                    kubeconfig,
                    context,
                    layout,
                    bookies,
                    brokers,
                    autoRecovery,
                    timeout)),
        Optional.empty());
  }
}
