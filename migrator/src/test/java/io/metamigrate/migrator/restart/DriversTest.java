package io.metamigrate.migrator.restart;

import static org.assertj.core.api.Assertions.assertThat;

import io.metamigrate.migrator.config.DriverConfig;
import io.metamigrate.migrator.config.KubernetesDriverConfig.Api;
import io.metamigrate.migrator.config.KubernetesDriverConfig.Layout;
import io.metamigrate.migrator.config.KubernetesDriverConfig.Sets;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DriversTest {
  private final Path folder;

  DriversTest(@TempDir Path folder) {
    this.folder = folder;
  }

  @Test
  void makesTheDriverThatTheConfigurationNames() throws IOException {
    Path kubeconfig = Files.writeString(folder.resolve("kubeconfig"), "apiVersion: v1\n");

    assertThat(
            made(
                new io.metamigrate.migrator.config.CommandDriverConfig(
                    "stop",
                    "configure",
                    "start",
                    Optional.empty(),
                    Optional.empty(),
                    Duration.ofMinutes(1))))
        .isEqualTo(CommandDriver.class);
    assertThat(
            made(
                new io.metamigrate.migrator.config.ComposeDriverConfig(
                    java.util.List.of(folder.resolve("a.yml")),
                    java.util.List.of(),
                    folder.resolve("b.yml"),
                    Optional.empty(),
                    Duration.ofMinutes(1))))
        .isEqualTo(ComposeDriver.class);
    assertThat(
            made(
                new io.metamigrate.migrator.config.KubernetesDriverConfig(
                    new Api("pulsar", Optional.of(kubeconfig), Optional.empty()),
                    Layout.HELM,
                    new Sets("bookie", "broker", Optional.of("recovery")),
                    Duration.ofMinutes(1))))
        .isEqualTo(KubernetesDriver.class);
  }

  private Class<?> made(DriverConfig config) {
    try (RestartDriver driver = Drivers.of(config, folder, node -> true)) {
      return driver.getClass();
    }
  }
}
