package io.metamigrate.migrator.cutover;

import static org.assertj.core.api.Assertions.assertThat;

import io.metamigrate.migrator.config.Configuration;
import io.metamigrate.migrator.restart.Component;
import io.metamigrate.verifier.store.Store;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class LayersTest {
  @TempDir Path folder;

  @Test
  void brokersGetTheTlsFileOfTheirMachines() throws IOException {
    ComponentSettings broker = layers("4.0.4").of(Component.BROKER, Store.ETCD, Parking.UNPARKED);

    assertThat(broker.possible()).isTrue();
    assertThat(broker.settings().set())
        .containsEntry("metadataStoreUrl", "etcd:https://etcd:2379")
        .containsEntry("metadataStoreConfigPath", "/etc/pulsar/etcd-tls.yaml")
        .containsEntry("configurationStoreConfigPath", "/etc/pulsar/etcd-tls.yaml");
  }

  @Test
  void bookiesThatCannotUseTlsAreAnObstacle() throws IOException {
    assertThat(layers("4.0.4").obstacles(Component.BOOKIE))
        .singleElement()
        .asString()
        .contains("cannot use TLS to etcd");
    assertThat(layers("4.2.0").obstacles(Component.BOOKIE)).isEmpty();
  }

  private Layers layers(String version) throws IOException {
    Path file = folder.resolve("move.yaml");
    Files.writeString(
        file,
        """
        cluster: {name: c1, pulsarVersion: %s}
        source: {zookeeper: "zk1:2181"}
        target:
          etcd: ["https://etcd:2379"]
          componentTlsFile: /etc/pulsar/etcd-tls.yaml
        """
            .formatted(version));
    return Layers.of(Configuration.load(file));
  }
}
