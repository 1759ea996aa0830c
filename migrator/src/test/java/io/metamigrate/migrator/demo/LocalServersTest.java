package io.metamigrate.migrator.demo;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.etcd.jetcd.ByteSequence;
import io.etcd.jetcd.Client;
import io.metamigrate.verifier.decode.LedgerPaths;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.apache.zookeeper.ZooKeeper;
import org.apache.zookeeper.data.Stat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real servers. */
final class LocalServersTest {
  @TempDir private Path directory;

  @Test
  void filledZooKeeperHoldsTheTreeAndContinuesLedgerIds() throws Exception {
    try (LocalZooKeeper server = LocalZooKeeper.start(directory);
        PulsarTree tree = PulsarTree.fill(server.connectString(), 2000, 1)) {
      ZooKeeper client = new ZooKeeper(server.connectString(), 30_000, event -> {});
      try {
        // the root and the four of ZooKeeper's own are not the tree's
        assertThat(client.getAllChildrenNumber("/") + 1)
            .isEqualTo(tree.znodes() + client.getAllChildrenNumber("/zookeeper") + 2);
        Stat idgen = stat(client, LedgerPaths.IDGEN);
        assertThat((idgen.getCversion() + idgen.getNumChildren()) / 2L)
            .isEqualTo(tree.nextLedgerId());
        for (String bookie : tree.bookies()) {
          assertThat(stat(client, "/ledgers/available/" + bookie).getEphemeralOwner()).isNotZero();
        }
        assertThat(new String(client.getData("/ledgers/INSTANCEID", false, null), UTF_8))
            .isEqualTo(tree.instanceId());
      } finally {
        client.close();
      }
    }
  }

  @Test
  void killedZooKeeperRestartsOnItsPortWithItsData() throws Exception {
    LocalZooKeeper first = LocalZooKeeper.start(directory);
    PulsarTree.fill(first.connectString(), TreeShape.SMALLEST, 1).close();
    first.kill();
    assertThat(ProcessHandle.of(first.pid())).isEmpty();
    first.close();

    try (LocalZooKeeper second = LocalZooKeeper.start(directory, first.port(), List.of())) {
      ZooKeeper client = new ZooKeeper(second.connectString(), 30_000, event -> {});
      try {
        assertThat(stat(client, "/ledgers/cookies").getNumChildren()).isEqualTo(3);
        assertThat(stat(client, "/ledgers/available").getNumChildren()).isEqualTo(1);
      } finally {
        client.close();
      }
    }
  }

  @Test
  void etcdKeepsKeyAfterAKill() throws Exception {
    ByteSequence key = ByteSequence.from("/k", UTF_8);
    LocalEtcd first = LocalEtcd.start(directory);
    try (Client client = Client.builder().endpoints(first.endpoint()).build()) {
      client.getKVClient().put(key, ByteSequence.from("v", UTF_8)).get();
    }
    first.kill();
    first.close();

    try (LocalEtcd second = LocalEtcd.start(directory, first.port(), List.of());
        Client client = Client.builder().endpoints(second.endpoint()).build()) {
      assertThat(client.getKVClient().get(key).get().getKvs().get(0).getValue().toString())
          .isEqualTo("v");
    }
  }

  @Test
  void failedServerReportsItsOwnReason() {
    List<String> wrong = List.of("--auto-compaction-mode=none-such");

    assertThatThrownBy(() -> LocalEtcd.start(directory, LocalServer.freePort(), wrong))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("etcd ended at once")
        .hasMessageContaining("none-such");
  }

  private static Stat stat(ZooKeeper client, String path) throws Exception {
    return Objects.requireNonNull(client.exists(path, false), path);
  }
}
