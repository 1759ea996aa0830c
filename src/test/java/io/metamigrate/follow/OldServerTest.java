package io.metamigrate.follow;

import io.metamigrate.lab.EtcdServer;
import io.metamigrate.lab.MigrateProcess;
import io.metamigrate.lab.ZooKeeperServer;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A ZooKeeper before 3.6 knows no recursive watches: it is compared again and again. */
@Tag("campaign")
final class OldServerTest {
  @Test
  void followsByComparingAndReportsItInStatus(@TempDir Path directory) throws Exception {
    ZooKeeperServer old = ZooKeeperServer.startBeforeMultiReads(directory);
    try (FollowLab lab = FollowLab.start(directory, old, EtcdServer.start(directory))) {
      MigrateProcess daemon = lab.daemon("daemon").start();
      try (Load load = lab.load(100)) {
        daemon.await("reports it", s -> s.path("waitingFor").asText().contains("older than 3.6"));
        long goal = load.accepted() + 1_000;
        daemon.await("follows the load", status -> load.accepted() > goal);
      }
      lab.assertEqualAtTheBarrier(daemon);
    }
  }
}
