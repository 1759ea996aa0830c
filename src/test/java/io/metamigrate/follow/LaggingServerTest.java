package io.metamigrate.follow;

import static org.assertj.core.api.Assertions.assertThat;

import io.metamigrate.lab.CommandLineRun;
import io.metamigrate.lab.EtcdServer;
import io.metamigrate.lab.ZooKeeperServer;
import io.metamigrate.migrator.demo.PulsarTree;
import io.metamigrate.store.Tree;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A server of the ensemble that has slept is behind what was seen, and is no older store. */
@Tag("campaign")
final class LaggingServerTest {
  private static final int CHANGES = 500;

  @Test
  void waitsForLaggingServer(@TempDir Path directory) throws Exception {
    List<ZooKeeperServer> servers = ZooKeeperServer.ensemble(directory, 3);
    try (EtcdServer etcd = EtcdServer.start(directory)) {
      servers.forEach(ZooKeeperServer::startOnly);
      servers.forEach(ZooKeeperServer::awaitServing);
      PulsarTree.fill(ZooKeeperServer.connect(servers), 600, 7).close();
      ZooKeeperServer behind =
          servers.stream().filter(server -> !server.leads()).findFirst().orElseThrow();
      ZooKeeperServer ahead =
          servers.stream().filter(server -> !server.equals(behind)).findFirst().orElseThrow();

      behind.process().freeze();
      try (Tree tree = Tree.connect(ahead.connect())) {
        for (int i = 0; i < CHANGES; i++) {
          tree.create("/admin/policies/late-" + i, new byte[] {1});
        }
      }
      CommandLineRun copy = migrate("run", ahead.connect(), etcd, "--once");
      assertThat(copy.code()).as(copy.toString()).isEqualTo(0);
      // Its session waits at the sleeping server's door.
      CompletableFuture<CommandLineRun> verify =
          CompletableFuture.supplyAsync(() -> migrate("verify", behind.connect(), etcd));
      behind.process().thaw();

      CommandLineRun answer = verify.get();

      assertThat(answer.code()).as(answer.toString()).isZero();
      assertThat(answer.out()).contains("YES");
    } finally {
      servers.forEach(ZooKeeperServer::close);
    }
  }

  private static CommandLineRun migrate(
      String command, String connect, EtcdServer etcd, String... more) {
    String[] words = {
      command,
      "--zookeeper",
      connect,
      "--etcd",
      etcd.endpoint(),
      "--cluster",
      "demo",
      "--pulsar-version",
      "3.0.8"
    };
    String[] all = Arrays.copyOf(words, words.length + more.length);
    System.arraycopy(more, 0, all, words.length, more.length);
    return CommandLineRun.migrate(all);
  }
}
