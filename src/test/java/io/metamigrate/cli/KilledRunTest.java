package io.metamigrate.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.metamigrate.cli.Commands.Outcome;
import io.metamigrate.lab.EtcdAdmin;
import io.metamigrate.lab.EtcdServer;
import io.metamigrate.lab.FreePorts;
import io.metamigrate.lab.MigrateProcess;
import io.metamigrate.migrator.demo.LocalZooKeeper;
import io.metamigrate.migrator.demo.PulsarTree;
import io.metamigrate.verifier.store.EtcdConnection;
import io.metamigrate.verifier.store.EtcdReader;
import io.metamigrate.verifier.store.EtcdSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A run that is killed half way, as a process of its own, and the next one. */
final class KilledRunTest {
  private static final int ZNODES = 20_000;

  /** Keys that are not copied but seeded, at most. */
  private static final int SEEDS = 10;

  private static final Duration TIMEOUT = Duration.ofMinutes(3);

  @Test
  void nextRunResumesAndWritesNoKeyTwice(@TempDir Path directory) throws Exception {
    try (LocalZooKeeper zooKeeper =
            LocalZooKeeper.start(directory.resolve("zk"), FreePorts.next(), List.of());
        PulsarTree tree = PulsarTree.fill(zooKeeper.connectString(), ZNODES, 1);
        EtcdServer etcd = EtcdServer.start(directory.resolve("etcd"))) {
      Commands commands = new Commands(zooKeeper.connectString(), etcd.endpoint());
      long counted;
      try (MigrateProcess killed =
          MigrateProcess.of("killed", directory, 256, commands.zookeeper(), commands.etcd())) {
        killed.start();
        await().atMost(TIMEOUT).until(() -> commands.keys().count("/") > 500);
        etcd.process().freeze();
        counted = settled(killed);
      }
      etcd.process().kill();
      etcd.start();
      long copied = commands.keys().count("/");
      // The lock would end with its lease; the dead cannot mind.
      new EtcdAdmin(etcd.endpoint()).endLease("metamigrate/lock");

      Outcome next = commands.run("run", "--once");

      assertThat(copied).isLessThan(commands.keys().count("/"));
      assertThat(next.code()).as(next.err()).isZero();
      assertThat(next.lastLine()).startsWith("YES: ");
      assertThat(tree.znodes()).isEqualTo(ZNODES);
      assertThat(counted)
          .as("counted as copied, of which etcd keeps what it has acknowledged")
          .isBetween(1L, copied + ZNODES - commands.keys().count("/") + SEEDS);
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

  /** What it counts while etcd answers nothing, once it sends nothing more. */
  private static long settled(MigrateProcess daemon) {
    long[] counted = {-1};
    await()
        .atMost(TIMEOUT)
        .pollInterval(Duration.ofMillis(300))
        .until(
            () -> {
              long before = counted[0];
              counted[0] = daemon.status().path("copied").asLong();
              return counted[0] == before;
            });
    return counted[0];
  }
}
