package io.metamigrate.follow;

import static org.assertj.core.api.Assertions.assertThat;

import io.metamigrate.lab.EtcdServer;
import io.metamigrate.lab.MigrateProcess;
import io.metamigrate.migrator.demo.LocalZooKeeper;
import io.metamigrate.migrator.demo.PulsarTree;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Copying and following a tree that changes all the time. */
final class FollowUnderLoadTest {
  private static final int CHANGES_PER_SECOND = 2_000;

  @Test
  void copiesAndFollowsUnderLoadInASmallHeap(@TempDir Path directory) throws Exception {
    followUnderLoad(directory, 40_000, 5, 128);
  }

  @Test
  @Tag("campaign")
  void copiesLargeTreeAndFollowsUnderLoadInASmallHeap(@TempDir Path directory) throws Exception {
    followUnderLoad(directory, 200_000, 20, 192);
  }

  @Test
  @Tag("campaign")
  void followsTwoThousandChangesASecondForAMinute(@TempDir Path directory) throws Exception {
    followUnderLoad(directory, 200_000, 60, 512);
  }

  @Test
  @Tag("campaign")
  void copiesAndFollowsAMillionZnodesInHalfAGigabyte(@TempDir Path directory) throws Exception {
    followUnderLoad(directory, 1_000_000, 60, 512);
  }

  private static void followUnderLoad(Path directory, int znodes, int seconds, int heap)
      throws Exception {
    try (LocalZooKeeper zookeeper = LocalZooKeeper.start(directory.resolve("zookeeper"));
        PulsarTree tree = PulsarTree.fill(zookeeper.connectString(), znodes, 1);
        EtcdServer etcd = EtcdServer.start(directory, "--quota-backend-bytes=4000000000");
        MigrateProcess daemon =
            MigrateProcess.of(
                "daemon", directory, heap, zookeeper.connectString(), etcd.endpoint())) {
      long began;
      long copied;
      try (Load load = Load.start(zookeeper.connectString(), CHANGES_PER_SECOND, 1);
          LagProbe probe = new LagProbe(zookeeper.connectString(), etcd.endpoint())) {
        began = System.nanoTime();
        daemon.start();
        daemon.awaitFollowing();
        copied = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - began);
        daemon.barrier();
        probe.restart();
        // The load itself is the condition: so many changes, at the rate that the machine gives.
        long goal = load.accepted() + (long) CHANGES_PER_SECOND * seconds;
        daemon.await("has followed the load", status -> load.accepted() >= goal);
        System.out.printf(
            Locale.ROOT,
            "%,d znodes copied and followed in %d s under %,d changes/s with -Xmx%dm; then lag of"
                + " %d samples: p50 %d ms, p99 %d ms, most %d ms%n",
            tree.znodes(),
            copied,
            load.reachedPerSecond(),
            heap,
            probe.samples(),
            probe.percentile(50),
            probe.percentile(99),
            probe.percentile(100));
        assertThat(probe.samples()).isGreaterThan(100);
      }
      daemon.barrier();
      FollowLab.assertEqual(zookeeper.connectString(), etcd.endpoint());
      assertThat(daemon.process().alive()).isTrue();
    }
  }
}
