package io.metamigrate.move;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.metamigrate.lab.CommandLineRun;
import io.metamigrate.lab.EtcdServer;
import io.metamigrate.lab.LiveTraffic;
import io.metamigrate.lab.MetadataHome;
import io.metamigrate.lab.MigrateProcess;
import io.metamigrate.lab.MoveArguments;
import io.metamigrate.lab.TopicChurn;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A real Pulsar 2.10.0 cluster produces, consumes, creates and deletes topics while the daemon
 * follows; then its brokers are stopped, and it is moved from what the daemon left.
 */
@Tag("campaign")
final class FollowedClusterMoveTest {
  private static final String VERSION = "2.10.0";
  private static final int HEAP = 256;

  @Test
  void moveSucceedsFromTheFollowedState(@TempDir Path directory) throws Exception {
    try (WorkedCluster worked = WorkedCluster.start(VERSION, directory);
        EtcdServer etcd = EtcdServer.start(directory);
        MigrateProcess daemon =
            MigrateProcess.of(
                "daemon",
                directory,
                HEAP,
                worked.zooKeeper().connect(),
                etcd.endpoint(),
                "--cluster",
                "c1")) {
      MoveArguments move = new MoveArguments(worked.zooKeeper(), etcd, VERSION);
      try (LiveTraffic traffic = LiveTraffic.start(worked.cluster())) {
        try (TopicChurn churn = TopicChurn.start(worked.cluster())) {
          daemon.start().awaitFollowing();
          worked.workload().round();
          traffic.awaitProgress();
          await().atMost(Duration.ofMinutes(5)).until(() -> churn.deleted() > 50);
          daemon.await(
              "has verified beside the brokers",
              status -> status.path("lastVerification").path("consistent").asBoolean());
        }
        assertThat(traffic.stop()).allMatch(report -> report.lost().isEmpty()).hasSize(3);
      }
      worked.workload().noteLedgerIds();
      worked.cluster().stop();

      daemon.barrier();
      CommandLineRun followed = move.migrate("verify");
      assertThat(followed.code()).as(followed.toString()).isZero();
      daemon.process().stop();

      CommandLineRun run = move.migrate("run", "--once");
      assertThat(run.code()).as(run.toString()).isZero();
      assertThat(run.json().path("put").asLong()).as(run.toString()).isZero();
      worked.assertWorksOn(new MetadataHome.EtcdHome(List.of(etcd)));
    }
  }
}
