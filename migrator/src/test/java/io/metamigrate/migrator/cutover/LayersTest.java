package io.metamigrate.migrator.cutover;

import static org.assertj.core.api.Assertions.assertThat;

import io.metamigrate.migrator.config.Configuration;
import io.metamigrate.migrator.restart.Component;
import io.metamigrate.migrator.restart.Node;
import io.metamigrate.migrator.restart.Settings;
import io.metamigrate.verifier.store.Store;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class LayersTest {
  private static final Node BOOKIE = new Node(Component.BOOKIE, "b1:3181");
  private static final Node BROKER = new Node(Component.BROKER, "p1:8080");

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

  @Test
  void aNodeGetsBackTheAddressThatItHadAndNotThatOfThisTool() throws IOException {
    Map<String, String> had =
        Map.of("metadataServiceUri", "zk+hierarchical://own:2181/ledgers", "gcWaitTime", "900000");
    Layers layers = layers("3.0.7").of(node -> had, node -> false);

    assertThat(layers.of(BOOKIE, Store.ZOOKEEPER, Parking.UNPARKED).settings().set())
        .containsOnly(Map.entry("metadataServiceUri", "zk+hierarchical://own:2181/ledgers"));
    assertThat(layers.of(BOOKIE, Store.ETCD, Parking.UNPARKED).settings().set())
        .containsEntry("metadataServiceUri", "metadata-store:etcd:https://etcd:2379");
  }

  /** A broker that had only {@code zookeeperServers} is not given another setting beside it. */
  @Test
  void anAddressThatANodeDidNotHaveIsItsOwnConfigurationsAgain() throws IOException {
    Layers layers =
        layers("3.0.7").of(node -> Map.of("brokerShutdownTimeoutMs", "60000"), node -> false);

    Settings broker = layers.of(BROKER, Store.ZOOKEEPER, Parking.UNPARKED).settings();

    assertThat(broker.set()).isEmpty();
    assertThat(broker.restore())
        .contains("metadataStoreUrl", "configurationMetadataStoreUrl", "zookeeperServers");
  }

  @Test
  void aNodeThatDidNotSayWhatItHadGetsTheAddressOfThisTool() throws IOException {
    Layers layers = layers("3.0.7").of(node -> Map.of(), node -> false);

    assertThat(layers.of(BROKER, Store.ZOOKEEPER, Parking.UNPARKED).settings().set())
        .containsEntry("metadataStoreUrl", "zk:zk1:2181");
  }

  /** On etcd a lost session is never made anew; ending helps where something starts it again. */
  @Test
  void brokersEndWithTheirSessionOnEtcdWhereSomethingStartsThemAgain() throws IOException {
    Layers supervised = layers("3.0.7").of(node -> Map.of(), node -> true);
    Layers alone = layers("3.0.7").of(node -> Map.of(), node -> false);

    assertThat(supervised.of(BROKER, Store.ETCD, Parking.UNPARKED).settings().set())
        .containsEntry("zookeeperSessionExpiredPolicy", "shutdown");
    assertThat(alone.of(BROKER, Store.ETCD, Parking.UNPARKED).settings().set())
        .doesNotContainKey("zookeeperSessionExpiredPolicy");
    assertThat(supervised.of(BOOKIE, Store.ETCD, Parking.UNPARKED).settings().set())
        .doesNotContainKey("zookeeperSessionExpiredPolicy");
    assertThat(supervised.of(BROKER, Store.ZOOKEEPER, Parking.UNPARKED).settings().restore())
        .contains("zookeeperSessionExpiredPolicy");
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
