package io.metamigrate.follow;

import static org.assertj.core.api.Assertions.assertThat;

import io.metamigrate.lab.EtcdServer;
import io.metamigrate.lab.MigrateProcess;
import io.metamigrate.lab.ZooKeeperServer;
import io.metamigrate.migrator.demo.PulsarTree;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Three members of each store, whose leaders are killed while the daemon follows. */
@Tag("campaign")
final class EnsembleFaultTest {
  @Test
  void continuesAfterEitherStoresLeaderIsKilled(@TempDir Path directory) throws Exception {
    List<ZooKeeperServer> zookeepers = ZooKeeperServer.ensemble(directory, 3);
    List<EtcdServer> etcds = EtcdServer.cluster(directory, 3);
    try {
      zookeepers.forEach(ZooKeeperServer::startOnly);
      etcds.forEach(EtcdServer::startOnly);
      zookeepers.forEach(ZooKeeperServer::awaitServing);
      etcds.forEach(EtcdServer::awaitHealthy);
      String connect = ZooKeeperServer.connect(zookeepers);
      String endpoints = etcds.stream().map(EtcdServer::endpoint).collect(Collectors.joining(","));
      try (PulsarTree tree = PulsarTree.fill(connect, PulsarTree.DEFAULT_ZNODES, 7);
          MigrateProcess daemon =
              MigrateProcess.of("daemon", directory, FollowLab.HEAP, connect, endpoints)) {
        assertThat(tree.znodes()).isEqualTo(PulsarTree.DEFAULT_ZNODES);
        try (Load load = Load.start(connect, 200, 7)) {
          daemon.start().awaitFollowing();
          zookeepers.stream().filter(ZooKeeperServer::leads).forEach(s -> s.process().kill());
          daemon.barrier();
          // Whichever of the three leads: each is killed once, and comes back before the next.
          for (EtcdServer member : etcds) {
            member.process().kill();
            daemon.barrier();
            member.start();
          }
          assertThat(load.accepted()).isPositive();
        }
        daemon.barrier();
        FollowLab.assertEqual(connect, endpoints);
      }
    } finally {
      zookeepers.forEach(ZooKeeperServer::close);
      etcds.forEach(EtcdServer::close);
    }
  }
}
