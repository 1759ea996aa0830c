package io.metamigrate.follow;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.metamigrate.lab.EtcdAdmin;
import io.metamigrate.lab.MigrateProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The daemon is killed at random moments of copy and follow, and started again each time. */
final class KilledTest {
  /** A kill in the moment in which such a file is opened leaves the header of an empty one. */
  private static final long EMPTY_STORE = 64 * 1024;

  private static final List<String> NOT_OURS =
      List.of("!before", "another/application", "metamigrate-but-not-quite", "zzz");
  private static final List<String> SEEDS =
      List.of(
          "/ledgers/idgen-long", "/ledgers/idgen-long/HOB-0000000001", "/counters/producer-name");

  @Test
  void convergesWhereverItIsKilled(@TempDir Path directory) throws Exception {
    kill(directory, 4);
  }

  @Test
  @Tag("campaign")
  void convergesAfterFiftyKills(@TempDir Path directory) throws Exception {
    kill(directory, Integer.getInteger("killed.times", 50));
  }

  /** Each store has a fault of its own between two kills. */
  @Test
  @Tag("campaign")
  void convergesAfterFiveKillsAndStoreFaults(@TempDir Path directory) throws Exception {
    List<StoreFault> faults =
        List.of(
            lab -> {
              lab.zookeeper().process().kill();
              lab.zookeeper().start();
            },
            lab -> {
              lab.zookeeper().process().freeze();
              TimeUnit.SECONDS.sleep(6);
              lab.zookeeper().process().thaw();
            },
            lab -> lab.admin().compact(),
            lab -> {
              lab.etcd().process().kill();
              lab.etcd().start();
            },
            lab -> lab.admin().compact());
    kill(directory, faults.size(), faults);
  }

  private interface StoreFault {
    void happen(FollowLab lab) throws Exception;
  }

  private static long bytesIn(Path directory) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      return files.filter(Files::isRegularFile).mapToLong(file -> file.toFile().length()).sum();
    }
  }

  private static void kill(Path directory, int times) throws Exception {
    kill(directory, times, List.of());
  }

  private static void kill(Path directory, int times, List<StoreFault> faults) throws Exception {
    long seed = Long.getLong("killed.seed", System.nanoTime());
    System.out.printf(Locale.ROOT, "killing %d times, -Dkilled.seed=%d%n", times, seed);
    Random random = new Random(seed);
    try (FollowLab lab = FollowLab.start(directory)) {
      for (String key : NOT_OURS) {
        lab.keys().put(key, "another writer's".getBytes(UTF_8));
      }
      MigrateProcess daemon = lab.daemon("daemon");
      try (Load load = faults.isEmpty() ? lab.load(1_000) : lab.steadyLoad(1_000)) {
        long[] seeds = new long[SEEDS.size()];
        for (int i = 0; i < times; i++) {
          daemon.start();
          // Half of the kills fall into opening and copying, half into following.
          if (random.nextBoolean()) {
            daemon.awaitFollowing();
          } else {
            daemon.await("answers", status -> status.has("phase"));
          }
          TimeUnit.MILLISECONDS.sleep(random.nextInt(1_500));
          if (!faults.isEmpty()) {
            faults.get(i).happen(lab);
            TimeUnit.MILLISECONDS.sleep(random.nextInt(1_500));
          }
          daemon.process().kill();
          assertThat(bytesIn(directory.resolve("daemon/tmp")))
              .as("bytes in temporary files")
              .isLessThan(EMPTY_STORE);
          if (!faults.isEmpty()) {
            // What happened on etcd since the last checkpoint is gone when the next one begins.
            lab.admin().compact();
          }
          // The lock would end with its lease; the dead cannot mind.
          lab.admin().endLease("metamigrate/lock");
          assertNotLowered(lab.admin(), seeds);
        }
        assertThat(load.accepted()).isPositive();
        System.out.printf(
            Locale.ROOT, "%,d changes at %,d/s%n", load.accepted(), load.reachedPerSecond());
        daemon.start();
        daemon.awaitFollowing();
      }
      lab.assertEqualAtTheBarrier(daemon);
      for (String key : NOT_OURS) {
        assertThat(lab.admin().version(key)).as(key).isEqualTo(1);
        assertThat(lab.admin().text(key)).as(key).isEqualTo("another writer's");
      }
      long own = lab.keys().count("metamigrate/");
      assertThat(lab.admin().countAll())
          .as("keys that are neither paths nor the daemon's")
          .isEqualTo(lab.keys().count("/") + own + NOT_OURS.size());
    }
  }

  private static void assertNotLowered(EtcdAdmin admin, long[] seeds) throws IOException {
    for (int i = 0; i < seeds.length; i++) {
      long now = admin.version(SEEDS.get(i));
      assertThat(now).as(SEEDS.get(i)).isGreaterThanOrEqualTo(seeds[i]);
      seeds[i] = now;
    }
  }
}
