package io.metamigrate.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.metamigrate.cli.Commands.Outcome;
import io.metamigrate.lab.EtcdAdmin;
import io.metamigrate.lab.EtcdServer;
import io.metamigrate.lab.FreePorts;
import io.metamigrate.migrator.cli.Migrate;
import io.metamigrate.migrator.demo.LocalZooKeeper;
import io.metamigrate.migrator.demo.PulsarTree;
import io.metamigrate.verifier.store.EtcdConnection;
import io.metamigrate.verifier.store.EtcdReader;
import io.metamigrate.verifier.store.EtcdSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A run that is killed half way, as a process of its own, and the next one. */
final class KilledRunTest {
  private static final int ZNODES = 20_000;
  private static final Duration TIMEOUT = Duration.ofMinutes(3);

  @Test
  void nextRunGoesOnAndWritesNoKeyTwice(@TempDir Path directory) throws Exception {
    try (LocalZooKeeper zooKeeper =
            LocalZooKeeper.start(directory.resolve("zk"), FreePorts.next(), List.of());
        PulsarTree tree = PulsarTree.fill(zooKeeper.connectString(), ZNODES, 1);
        EtcdServer etcd = EtcdServer.start(directory.resolve("etcd"))) {
      Commands commands = new Commands(zooKeeper.connectString(), etcd.endpoint());
      Process killed = start(commands, directory);
      await().atMost(TIMEOUT).until(() -> commands.keys().count("/") > 500);
      etcd.process().freeze();
      killed.destroyForcibly().waitFor();
      etcd.process().thaw();
      long copied = commands.keys().count("/");
      // The lock would end with its lease; the dead cannot mind.
      new EtcdAdmin(etcd.endpoint()).endLease("metamigrate/lock");

      Outcome next = commands.run("run", "--once");

      assertThat(copied).isLessThan(commands.keys().count("/"));
      assertThat(next.code()).as(next.err()).isZero();
      assertThat(next.lastLine()).startsWith("YES: ");
      assertThat(tree.znodes()).isEqualTo(ZNODES);
      assertThat(versionsOfLedgers(etcd)).containsOnly(1L);
    }
  }

  private static List<Long> versionsOfLedgers(EtcdServer etcd) {
    try (EtcdConnection connection = EtcdConnection.open(EtcdSettings.of(etcd.endpoint()))) {
      return new EtcdReader(connection)
          .range("/ledgers/00/", "/ledgers/000", Optional.empty()).stream()
              .map(entry -> entry.version())
              .distinct()
              .toList();
    }
  }

  private static Process start(Commands commands, Path directory) throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-Xmx256m",
            "-cp",
            System.getProperty("java.class.path"),
            Migrate.class.getName(),
            "run",
            "--once",
            "--zookeeper",
            commands.zookeeper(),
            "--etcd",
            commands.etcd())
        .redirectErrorStream(true)
        .redirectOutput(directory.resolve("killed.log").toFile())
        .start();
  }
}
