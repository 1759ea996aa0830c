package io.metamigrate.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.metamigrate.lab.ZooKeeperServer;
import io.metamigrate.verifier.store.Scope;
import io.metamigrate.verifier.store.ServerVersion;
import io.metamigrate.verifier.store.ZkPath;
import io.metamigrate.verifier.store.ZnodeReader;
import io.metamigrate.verifier.store.ZooKeeperConnection;
import io.metamigrate.verifier.store.ZooKeeperSettings;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.zookeeper.CreateMode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A server before 3.6 knows no multi-reads and ends the session of a client that sends one. */
final class OldZooKeeperTest {
  @Test
  void readsBySingleRequestsWithTheSameResult(@TempDir Path directory) throws Exception {
    try (ZooKeeperServer server = ZooKeeperServer.startBeforeMultiReads(directory);
        Tree tree = Tree.connect(server.connect())) {
      for (String name : TreeReadingTest.ODD_NAMES) {
        tree.create("/" + name + "/below", name.getBytes(UTF_8));
      }
      tree.create("/null", null);
      tree.create("/ephemeral", new byte[] {1}, CreateMode.EPHEMERAL);
      tree.create("/sequence/ID-", new byte[0], CreateMode.PERSISTENT_SEQUENTIAL);
      tree.createAll(
          IntStream.range(0, 3_000).mapToObj(i -> "/sequence/x" + i).toList(), new byte[] {2});
      try (ZooKeeperConnection connection =
          ZooKeeperConnection.open(ZooKeeperSettings.of(server.connect()))) {
        ZnodeReader reader = ZnodeReader.over(connection);

        assertThat(reader.usesMultiReads()).isFalse();
        assertThat(reader.countBelow(ZkPath.ROOT)).isEmpty();
        assertThat(Tree.read(reader, Scope.ALL)).containsExactlyElementsOf(tree.naively().values());
        assertThat(reader.children(List.of(new ZkPath("/absent")))).containsExactly(List.of());
        assertThat(ServerVersion.of(ZooKeeperSettings.of(server.connect()))).contains("3.5.10");
      }
    }
  }
}
