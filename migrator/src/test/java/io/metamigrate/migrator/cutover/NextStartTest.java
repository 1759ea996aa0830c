package io.metamigrate.migrator.cutover;

import static org.assertj.core.api.Assertions.assertThat;

import io.metamigrate.migrator.restart.Component;
import io.metamigrate.migrator.restart.Node;
import io.metamigrate.migrator.restart.NodeConfiguration;
import io.metamigrate.verifier.store.Store;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** What a node starts with next shows on which store it would come up. */
final class NextStartTest {
  private static final Node BOOKIE = new Node(Component.BOOKIE, "b1:3181");
  private static final Node BROKER = new Node(Component.BROKER, "br1:8080");

  @Test
  void namesASettingThatLeadsToTheOtherStore() {
    Map<String, String> etcd = Map.of("metadataServiceUri", "metadata-store:etcd:http://e:2379");
    Map<String, String> zookeeper =
        Map.of("metadataServiceUri", "zk+hierarchical://zk:2181/ledgers");

    assertThat(leaves(BOOKIE, etcd, Store.ETCD)).isEmpty();
    assertThat(leaves(BOOKIE, zookeeper, Store.ZOOKEEPER)).isEmpty();
    assertThat(
            leaves(
                BOOKIE,
                Map.of("metadataServiceUri", "metadata-store:zk:was-etcd:2181/ledgers"),
                Store.ZOOKEEPER))
        .as("a host's name")
        .isEmpty();
    assertThat(leaves(BOOKIE, etcd, Store.ZOOKEEPER).orElseThrow())
        .contains("bookie b1:3181", "ZooKeeper", "metadata-store:etcd:http://e:2379");
    assertThat(leaves(BOOKIE, zookeeper, Store.ETCD).orElseThrow())
        .contains("etcd", "zk+hierarchical://zk:2181/ledgers");
  }

  @Test
  void anAddressThatIsNotSetIsZooKeepers() {
    assertThat(leaves(BOOKIE, Map.of("zkServers", "zk:2181"), Store.ZOOKEEPER)).isEmpty();
    assertThat(leaves(BOOKIE, Map.of("zkServers", "zk:2181"), Store.ETCD)).isPresent();
    assertThat(leaves(BROKER, Map.of("metadataStoreUrl", "etcd:http://e:2379"), Store.ETCD))
        .isEmpty();
    assertThat(
            leaves(
                BROKER,
                Map.of(
                    "metadataStoreUrl", "etcd:http://e:2379",
                    "bookkeeperMetadataServiceUri", "zk://zk:2181/ledgers"),
                Store.ETCD))
        .isPresent();
  }

  @Test
  void nothingIsKnownOfANodeThatTheDriverCannotRead() {
    assertThat(NextStart.leaves(BROKER, NodeConfiguration.unknown("no show command"), Store.ETCD))
        .isEmpty();
  }

  private static Optional<String> leaves(Node node, Map<String, String> settings, Store side) {
    return NextStart.leaves(
        node,
        new NodeConfiguration(
            new TreeMap<>(settings),
            new TreeMap<>(),
            List.of(),
            Optional.empty(),
            Optional.empty()),
        side);
  }
}
