package io.metamigrate.follow;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.metamigrate.lab.CommandLineRun;
import io.metamigrate.lab.EtcdAdmin;
import io.metamigrate.lab.EtcdKeys;
import io.metamigrate.lab.EtcdServer;
import io.metamigrate.lab.FreePorts;
import io.metamigrate.lab.MigrateProcess;
import io.metamigrate.migrator.demo.LocalZooKeeper;
import io.metamigrate.migrator.demo.PulsarTree;
import io.metamigrate.store.Tree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The daemon's process beside stores that hold, or are written, much in few or in many pieces; each
 * time its peak resident memory is printed, and both stores are equal at the end.
 */
@Tag("campaign")
final class MemoryCampaignTest {
  private static final Duration TIMEOUT = Duration.ofMinutes(30);

  @TempDir private Path directory;

  private interface Scenario {
    void play(Bed bed) throws Exception;
  }

  /** Stores of a size that the scene needs, and a daemon that is not started yet. */
  private record Bed(LocalZooKeeper zookeeper, EtcdServer etcd, MigrateProcess daemon, Tree tree) {
    EtcdKeys keys() {
      return new EtcdKeys(etcd.endpoint());
    }

    void assertEqual() throws IOException {
      daemon.barrier();
      FollowLab.assertEqual(zookeeper.connectString(), etcd.endpoint());
    }

    CommandLineRun migrate(String command) {
      return CommandLineRun.migrate(
          command, "--zookeeper", zookeeper.connectString(), "--etcd", etcd.endpoint());
    }
  }

  private void play(String name, int zookeeperMegabytes, int heapMegabytes, Scenario scene)
      throws Exception {
    long started = System.nanoTime();
    try (LocalZooKeeper zookeeper =
            LocalZooKeeper.start(
                directory.resolve("zookeeper"),
                FreePorts.next(),
                List.of("-Xmx" + zookeeperMegabytes + "m"));
        PulsarTree filled = PulsarTree.fill(zookeeper.connectString(), 3_000, 7);
        EtcdServer etcd = EtcdServer.start(directory, "--quota-backend-bytes=8589934592");
        MigrateProcess daemon =
            MigrateProcess.of(
                "daemon",
                directory,
                heapMegabytes,
                """
                cluster: {name: demo, pulsarVersion: 2.10.0}
                source: {zookeeper: "%s"}
                target: {etcd: ["%s"], componentUrl: "%s", lockTtl: 1m}
                """
                    .formatted(zookeeper.connectString(), etcd.endpoint(), etcd.endpoint()),
                new String[] {"--accept", "MASS_DELETION"});
        Tree tree = Tree.connect(zookeeper.connectString())) {
      tree.create("/x-large", null);
      PeakMemory peak = new PeakMemory(daemon);
      try (peak) {
        scene.play(new Bed(zookeeper, etcd, daemon, tree));
      }
      System.out.printf(
          Locale.ROOT,
          "MEMORY %s (%,d znodes beside): peak resident %,d MiB with -Xmx%dm, %.0f s%n",
          name,
          filled.znodes(),
          peak.megabytes(),
          heapMegabytes,
          (System.nanoTime() - started) / 1e9);
      assertThat(peak.megabytes()).isBetween(50L, 2L * heapMegabytes + 400);
    }
  }

  @Test
  void treeOf240MegabytesIsKilledInItsFirstCopy() throws Exception {
    play(
        "240 MB tree killed in its first copy",
        1_200,
        256,
        bed -> {
          byte[] value = new byte[200_000];
          for (int i = 0; i < 1_200; i++) {
            bed.tree().create("/x-large/n%04d".formatted(i), value);
          }
          bed.daemon().start();
          await("a part is copied")
              .atMost(TIMEOUT)
              .pollInterval(Duration.ofMillis(20))
              .until(() -> bed.keys().count("/x-large/") > 500);
          bed.daemon().process().kill();
          long copied = bed.keys().count("/x-large/");
          System.out.println("killed when " + copied + " of 1,200 large values were copied");
          assertThat(copied).isLessThan(1_200);
          new EtcdAdmin(bed.etcd().endpoint()).endLease("metamigrate/lock");
          bed.daemon().start().awaitFollowing();
          bed.assertEqual();
        });
  }

  @Test
  void twoHundredDirectoriesOfTenThousandLongNames() throws Exception {
    String name = "n".repeat(100);
    play(
        "200 directories of 10,000 long names",
        4_000,
        256,
        bed -> {
          for (int i = 0; i < 200; i++) {
            String parent = "/x-large/d%03d".formatted(i);
            bed.tree().create(parent, null);
            bed.tree()
                .createAll(
                    IntStream.range(0, 10_000).mapToObj(n -> parent + "/" + name + n).toList(),
                    "x".getBytes(UTF_8));
          }
          bed.daemon().start();
          await("2,000,000 znodes are copied")
              .atMost(TIMEOUT)
              .until(() -> bed.daemon().status().path("phase").asText().equals("Following"));
          bed.assertEqual();
        });
  }

  @Test
  void directoryGrowsAboveTheClientLimit() throws Exception {
    String name = "n".repeat(500);
    play(
        "directory above the client's limit",
        1_000,
        256,
        bed -> {
          bed.daemon().start().awaitFollowing();
          bed.tree()
              .createAll(
                  IntStream.range(0, 70_000).mapToObj(n -> "/x-large/" + name + n).toList(),
                  "x".getBytes(UTF_8));
          bed.daemon()
              .await(
                  "reports what it cannot verify",
                  status ->
                      status.path("health").toString().contains("VERIFICATION_FAILS")
                          && status.path("health").toString().contains("/x-large"));
          assertThat(bed.daemon().process().alive()).isTrue();
          CommandLineRun plan = bed.migrate("plan");
          assertThat(plan.code()).as(plan.toString()).isEqualTo(3);
          assertThat(plan.toString()).contains("REPLY_TOO_LARGE", "/x-large");
        });
  }

  @Test
  void ninetyMegabytesOfForeignWritesWhileItIsDown() throws Exception {
    play(
        "90 MB of foreign writes while down",
        400,
        192,
        bed -> {
          bed.daemon().start().awaitFollowing();
          bed.daemon().process().stop();
          byte[] value = new byte[1_000_000];
          for (int i = 0; i < 90; i++) {
            bed.keys().put("somebody/else-" + i, value);
          }
          bed.daemon().start().awaitFollowing();
          bed.assertEqual();
          bed.daemon().process().stop();
          for (int i = 0; i < 90; i++) {
            bed.keys().put("/x-large/foreign-%02d".formatted(i), value);
          }
          bed.daemon().start();
          assertThat(bed.daemon().awaitEnd()).isEqualTo(3);
          assertThat(bed.daemon().log()).contains("/x-large/foreign-00");
        });
  }

  @Test
  void fiveHundredLargeValuesAreChangedAtOnce() throws Exception {
    play(
        "500 x 190 kB changed at once",
        700,
        192,
        bed -> {
          byte[] value = new byte[190_000];
          bed.daemon().start().awaitFollowing();
          for (int i = 0; i < 500; i++) {
            bed.tree().create("/x-large/n%03d".formatted(i), value);
          }
          bed.assertEqual();
          value[0] = 1;
          bed.daemon().process().freeze();
          for (int i = 0; i < 500; i++) {
            bed.tree().client().setData("/x-large/n%03d".formatted(i), value, -1);
          }
          bed.daemon().process().thaw();
          bed.assertEqual();
        });
  }

  /** Looks at the process now and then, since each start is another one. */
  private static final class PeakMemory implements AutoCloseable {
    private final MigrateProcess daemon;
    private final Thread thread = new Thread(this::run, "peak-memory");
    private volatile boolean ended;
    private volatile long kilobytes;

    PeakMemory(MigrateProcess daemon) {
      this.daemon = daemon;
      thread.setDaemon(true);
      thread.start();
    }

    private void run() {
      while (!ended) {
        daemon.process().pid().ifPresent(this::sample);
        try {
          Thread.sleep(100);
        } catch (InterruptedException e) {
          return;
        }
      }
    }

    private void sample(long pid) {
      try {
        Files.readAllLines(Path.of("/proc/" + pid + "/status")).stream()
            .filter(line -> line.startsWith("VmHWM:"))
            .map(line -> line.replaceAll("[^0-9]", ""))
            .forEach(text -> kilobytes = Math.max(kilobytes, Long.parseLong(text)));
      } catch (IOException e) {
        // It has ended meanwhile.
      }
    }

    long megabytes() {
      return kilobytes / 1_024;
    }

    @Override
    public void close() {
      ended = true;
      thread.interrupt();
    }
  }
}
