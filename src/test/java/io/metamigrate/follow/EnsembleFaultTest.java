package io.metamigrate.follow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.metamigrate.lab.CommandLineRun;
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

/** Three members of each store, which are killed while the daemon follows. */
@Tag("campaign")
final class EnsembleFaultTest {
  /** A member without the others serves only clients that do not write, and no sync. */
  @Test
  void namesLostMajorityOfReadOnlyZooKeeper(@TempDir Path directory) throws Exception {
    List<ZooKeeperServer> servers =
        ZooKeeperServer.ensemble(directory, 3, "-Dreadonlymode.enabled=true");
    try (EtcdServer etcd = EtcdServer.start(directory)) {
      servers.forEach(ZooKeeperServer::startOnly);
      servers.forEach(ZooKeeperServer::awaitServing);
      String connect = ZooKeeperServer.connect(servers);
      PulsarTree.fill(connect, 600, 7).close();
      try (MigrateProcess daemon =
          MigrateProcess.of("daemon", directory, FollowLab.HEAP, connect, etcd.endpoint())) {
        daemon.start().awaitFollowing();
        daemon.barrier();
        servers.subList(0, 2).forEach(server -> server.process().kill());

        daemon.await("reports silence", status -> silence(status).contains(": "));
        await().until(() -> servers.get(2).ask("srvr").contains("Mode: read-only"));
        daemon.await(
            "names it", status -> silence(status).contains("its ensemble has no majority"));
        assertThat(silence(daemon.status())).contains("sync", "start the other servers");
        CommandLineRun verify = verify(servers.get(2).connect(), etcd);
        assertThat(verify.code()).as(verify.toString()).isEqualTo(4);
        assertThat(verify.err()).contains("its ensemble has no majority: start the other servers");

        servers.get(0).startOnly();
        daemon.barrier();
        FollowLab.assertEqual(connect, etcd.endpoint());
      }
    } finally {
      servers.forEach(ZooKeeperServer::close);
    }
  }

  private static CommandLineRun verify(String connect, EtcdServer etcd) {
    return CommandLineRun.migrate("verify", "--zookeeper", connect, "--etcd", etcd.endpoint());
  }

  private static String silence(JsonNode status) {
    for (JsonNode problem : status.at("/health/problems")) {
      if (problem.path("id").asText().equals("ZOOKEEPER_SILENT")) {
        return problem.path("text").asText();
      }
    }
    return "";
  }

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
