package io.metamigrate.follow;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.metamigrate.lab.CuttableProxy;
import io.metamigrate.lab.EtcdServer;
import io.metamigrate.lab.MigrateProcess;
import io.metamigrate.lab.ZooKeeperServer;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Stores that are restarted, cut off, full, or forget. Each time the daemon reports what it waits
 * for, recovers, and both stores are equal at the barrier.
 */
final class StoreFaultTest {
  private static final int CHANGES_PER_SECOND = 200;
  private static final Duration TIMEOUT = Duration.ofMinutes(3);

  @Test
  @Tag("campaign")
  void waitsForRestartsOfBothStores(@TempDir Path directory) throws Exception {
    try (FollowLab lab = FollowLab.start(directory)) {
      MigrateProcess daemon = lab.daemon("daemon").start();
      try (Load load = lab.load(CHANGES_PER_SECOND)) {
        daemon.awaitFollowing();

        lab.zookeeper().process().kill();
        awaitReason(daemon, "ZooKeeper");
        lab.zookeeper().start();
        daemon.barrier();

        lab.etcd().process().kill();
        awaitReason(daemon, "etcd");
        lab.etcd().start();
        daemon.barrier();

        assertThat(load.accepted()).isPositive();
      }
      lab.assertEqualAtTheBarrier(daemon);
    }
  }

  @Test
  @Tag("campaign")
  void missesNothingAfterSessionExpiry(@TempDir Path directory) throws Exception {
    try (FollowLab lab = FollowLab.start(directory, "maxSessionTimeout=4000");
        CuttableProxy proxy = CuttableProxy.to(lab.zookeeper().port())) {
      MigrateProcess daemon =
          lab.daemonAt("daemon", "127.0.0.1:" + proxy.port(), lab.etcd().endpoint()).start();
      try (Load load = lab.load(CHANGES_PER_SECOND)) {
        daemon.awaitFollowing();
        daemon.barrier();
        long sessions = sessions(lab.zookeeper());

        proxy.cut();
        awaitReason(daemon, "ZooKeeper");
        awaitMissedChanges(lab, load, sessions);
        proxy.reopen();

        daemon.barrier();
      }
      lab.assertEqualAtTheBarrier(daemon);
    }
  }

  @Test
  @Tag("campaign")
  void missesNothingAfterAFreezeBeyondTheSession(@TempDir Path directory) throws Exception {
    try (FollowLab lab = FollowLab.start(directory, "maxSessionTimeout=4000")) {
      MigrateProcess daemon = lab.daemon("daemon").start();
      try (Load load = lab.load(CHANGES_PER_SECOND)) {
        daemon.awaitFollowing();
        daemon.barrier();
        long sessions = sessions(lab.zookeeper());

        daemon.process().freeze();
        awaitMissedChanges(lab, load, sessions);
        daemon.process().thaw();

        daemon.barrier();
      }
      lab.assertEqualAtTheBarrier(daemon);
    }
  }

  @Test
  @Tag("campaign")
  void waitsForFrozenZooKeeper(@TempDir Path directory) throws Exception {
    try (FollowLab lab = FollowLab.start(directory, "maxSessionTimeout=4000")) {
      MigrateProcess daemon = lab.daemon("daemon").start();
      try (Load load = lab.load(CHANGES_PER_SECOND)) {
        daemon.awaitFollowing();

        lab.zookeeper().process().freeze();
        awaitReason(daemon, "ZooKeeper");
        lab.zookeeper().process().thaw();
        long before = load.accepted();

        daemon.barrier();
        await("the load continues").atMost(TIMEOUT).until(() -> load.accepted() > before);
      }
      lab.assertEqualAtTheBarrier(daemon);
    }
  }

  @Test
  @Tag("campaign")
  void waitsForSpaceOnFullEtcd(@TempDir Path directory) throws Exception {
    EtcdServer etcd = EtcdServer.start(directory, "--quota-backend-bytes=33554432");
    try (FollowLab lab = FollowLab.start(directory, ZooKeeperServer.start(directory), etcd)) {
      MigrateProcess daemon = lab.daemon("daemon").start();
      try (Load load = lab.load(CHANGES_PER_SECOND)) {
        daemon.awaitFollowing();

        fill(lab, () -> lab.admin().size() > 29_000_000);
        awaitReason(daemon, "etcd's backend is at");
        fill(lab, lab.admin()::isFull);
        awaitReason(daemon, "NOSPACE");
        assertThat(load.accepted()).isPositive();
        lab.keys().deletePrefix("filling/");
        lab.admin().compact();
        lab.admin().defragment();
        lab.admin().disarm();

        daemon.barrier();
        daemon.await("runs at the full rate", s -> !s.toString().contains("backend"));
      }
      lab.assertEqualAtTheBarrier(daemon);
    }
  }

  @Test
  @Tag("campaign")
  void comparesAfterCompactionUnderTheWatch(@TempDir Path directory) throws Exception {
    try (FollowLab lab = FollowLab.start(directory);
        CuttableProxy proxy = CuttableProxy.to(lab.etcd().clientPort())) {
      MigrateProcess daemon =
          lab.daemonAt("daemon", lab.zookeeper().connect(), "http://127.0.0.1:" + proxy.port())
              .start();
      try (Load load = lab.load(CHANGES_PER_SECOND)) {
        daemon.awaitFollowing();
        daemon.barrier();

        proxy.cut();
        awaitReason(daemon, "etcd");
        for (int i = 0; i < 10; i++) {
          lab.keys().put("other/key-" + i, "out of scope".getBytes(UTF_8));
        }
        lab.admin().compact();
        proxy.reopen();

        daemon.barrier();
        assertThat(load.accepted()).isPositive();
      }
      lab.assertEqualAtTheBarrier(daemon);
    }
  }

  /** Somebody else's keys, until it shows. */
  static void fill(FollowLab lab, Callable<Boolean> shows) throws Exception {
    byte[] megabyte = new byte[1 << 20];
    for (int i = 0; i < 200 && !shows.call(); i++) {
      try {
        lab.keys().put("filling/" + i % 20, megabyte);
      } catch (IOException e) {
        assertThat(lab.admin().isFull()).as("refused for its size: " + e).isTrue();
      }
    }
    assertThat(shows.call()).isTrue();
  }

  /** Waits until one session has ended, and then for changes that it does not see. */
  private static void awaitMissedChanges(FollowLab lab, Load load, long sessions) {
    await("the session ends").atMost(TIMEOUT).until(() -> sessions(lab.zookeeper()) < sessions);
    long before = load.accepted();
    await("changes are missed").atMost(TIMEOUT).until(() -> load.accepted() > before + 500);
  }

  private static void awaitReason(MigrateProcess daemon, String store) {
    daemon.await(
        "reports that it waits for " + store,
        status ->
            (status.path("throttled").path("reason").asText("")
                    + status.path("waitingFor").asText(""))
                .contains(store));
  }

  /** The sessions that the server keeps. */
  private static long sessions(ZooKeeperServer server) throws IOException {
    return server.ask("dump").lines().filter(line -> line.startsWith("\t0x")).count();
  }
}
