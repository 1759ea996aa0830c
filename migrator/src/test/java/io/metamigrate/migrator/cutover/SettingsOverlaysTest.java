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

final class SettingsOverlaysTest {
  private static final Node BOOKIE = new Node(Component.BOOKIE, "b1:3181");
  private static final Node BROKER = new Node(Component.BROKER, "p1:8080");

  @TempDir Path folder;

  @Test
  void brokersGetTheTlsFileOfTheirMachines() throws IOException {
    ComponentSettings broker =
        overlays("4.0.4").of(Component.BROKER, Store.ETCD, GarbageCollection.ENABLED);

    assertThat(broker.possible()).isTrue();
    assertThat(broker.settings().set())
        .containsEntry("metadataStoreUrl", "etcd:https://etcd:2379")
        .containsEntry("metadataStoreConfigPath", "/etc/pulsar/etcd-tls.yaml")
        .containsEntry("configurationStoreConfigPath", "/etc/pulsar/etcd-tls.yaml");
  }

  @Test
  void bookiesThatCannotUseTlsAreAnObstacle() throws IOException {
    assertThat(overlays("4.0.4").obstacles(Component.BOOKIE))
        .singleElement()
        .asString()
        .contains("cannot use TLS to etcd");
    assertThat(overlays("4.2.0").obstacles(Component.BOOKIE)).isEmpty();
  }

  @Test
  void aNodeGetsBackTheAddressThatItHadAndNotThatOfThisTool() throws IOException {
    Map<String, String> had =
        Map.of("metadataServiceUri", "zk+hierarchical://own:2181/ledgers", "gcWaitTime", "900000");
    SettingsOverlays overlays = overlays("3.0.7").of(node -> had, node -> false);

    assertThat(overlays.of(BOOKIE, Store.ZOOKEEPER, GarbageCollection.ENABLED).settings().set())
        .containsOnly(Map.entry("metadataServiceUri", "zk+hierarchical://own:2181/ledgers"));
    assertThat(overlays.of(BOOKIE, Store.ETCD, GarbageCollection.ENABLED).settings().set())
        .containsEntry("metadataServiceUri", "metadata-store:etcd:https://etcd:2379");
  }

  /** A broker that had only {@code zookeeperServers} is not given another setting beside it. */
  @Test
  void anAddressThatANodeDidNotHaveIsItsOwnConfigurationsAgain() throws IOException {
    SettingsOverlays overlays =
        overlays("3.0.7").of(node -> Map.of("brokerShutdownTimeoutMs", "60000"), node -> false);

    Settings broker = overlays.of(BROKER, Store.ZOOKEEPER, GarbageCollection.ENABLED).settings();

    assertThat(broker.set()).isEmpty();
    assertThat(broker.restore())
        .contains("metadataStoreUrl", "configurationMetadataStoreUrl", "zookeeperServers");
  }

  @Test
  void aNodeWithoutAReportedAddressGetsThatOfThisTool() throws IOException {
    SettingsOverlays overlays = overlays("3.0.7").of(node -> Map.of(), node -> false);

    assertThat(overlays.of(BROKER, Store.ZOOKEEPER, GarbageCollection.ENABLED).settings().set())
        .containsEntry("metadataStoreUrl", "zk:zk1:2181");
  }

  /**
   * On etcd a lost session is never created again; ending helps where something starts it again.
   */
  @Test
  void brokersExitWithTheirSessionOnEtcdIfSomethingRestartsThem() throws IOException {
    SettingsOverlays supervised = overlays("3.0.7").of(node -> Map.of(), node -> true);
    SettingsOverlays alone = overlays("3.0.7").of(node -> Map.of(), node -> false);

    assertThat(supervised.of(BROKER, Store.ETCD, GarbageCollection.ENABLED).settings().set())
        .containsEntry("zookeeperSessionExpiredPolicy", "shutdown");
    assertThat(alone.of(BROKER, Store.ETCD, GarbageCollection.ENABLED).settings().set())
        .doesNotContainKey("zookeeperSessionExpiredPolicy");
    assertThat(supervised.of(BOOKIE, Store.ETCD, GarbageCollection.ENABLED).settings().set())
        .doesNotContainKey("zookeeperSessionExpiredPolicy");
    assertThat(
            supervised.of(BROKER, Store.ZOOKEEPER, GarbageCollection.ENABLED).settings().restore())
        .contains("zookeeperSessionExpiredPolicy");
  }

  private SettingsOverlays overlays(String version) throws IOException {
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
    return SettingsOverlays.of(Configuration.load(file));
  }
}
