package io.metamigrate.migrator.restart;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.metamigrate.migrator.config.CommandDriverConfig;
import io.metamigrate.migrator.config.ComposeDriverConfig;
import io.metamigrate.migrator.config.DriverConfig;
import io.metamigrate.migrator.config.KubernetesDriverConfig;
import java.io.File;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/** Makes the driver that the configuration names. */
public final class Drivers {
  private Drivers() {}

  /**
   * The driver.
   *
   * @param folder where the daemon may keep files of its own
   * @param registered whether the cluster reports that a node serves
   */
  public static RestartDriver of(DriverConfig config, Path folder, Predicate<Node> registered) {
    if (config instanceof CommandDriverConfig command) {
      return new CommandDriver(
          command.stop(),
          command.configure(),
          command.start(),
          command.probe(),
          command.show(),
          command.describe(),
          folder,
          command.timeout());
    }
    if (config instanceof ComposeDriverConfig compose) {
      return new ComposeDriver(
          compose.files(),
          compose.envFiles(),
          compose.override(),
          compose.project(),
          compose.timeout());
    }
    if (config instanceof KubernetesDriverConfig kubernetes) {
      return new KubernetesDriver(
          client(kubernetes),
          kubernetes.api().namespace(),
          kubernetes.layout(),
          sets(kubernetes),
          registered,
          kubernetes.timeout());
    }
    throw new IllegalArgumentException("no driver of kind " + config.getClass().getSimpleName());
  }

  private static KubernetesClient client(KubernetesDriverConfig config) {
    Optional<File> file = config.api().kubeconfig().map(Path::toFile);
    String context = config.api().context().orElse("");
    Config found =
        file.isPresent()
            ? (context.isEmpty()
                ? Config.fromKubeconfig(file.get())
                : Config.fromKubeconfig(context, file.get()))
            : (context.isEmpty() ? new ConfigBuilder().build() : Config.autoConfigure(context));
    return new KubernetesClientBuilder().withConfig(found).build();
  }

  private static Map<Component, String> sets(KubernetesDriverConfig config) {
    Map<Component, String> sets = new EnumMap<>(Component.class);
    sets.put(Component.BOOKIE, config.sets().bookies());
    sets.put(Component.BROKER, config.sets().brokers());
    config.sets().autoRecovery().ifPresent(name -> sets.put(Component.AUTORECOVERY, name));
    return sets;
  }
}
