package io.metamigrate.move;

import static org.assertj.core.api.Assertions.assertThat;

import io.metamigrate.lab.CommandLineRun;
import io.metamigrate.lab.EtcdKeys;
import io.metamigrate.lab.EtcdServer;
import io.metamigrate.lab.MetadataHome;
import io.metamigrate.lab.MoveArguments;
import io.metamigrate.verifier.check.SequenceChecks;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * A real Pulsar 2.10.0 cluster (ZooKeeper, three bookies, a broker) is stopped, moved with {@code
 * migrate run --once}, started on etcd, and every message is accounted for.
 *
 * <p>All tests share the cluster, since a move leaves ZooKeeper as it was.
 */
@Tag("campaign")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class RealClusterMoveTest {
  private static final String VERSION = "2.10.0";

  private WorkedCluster worked;

  @BeforeAll
  void stoppedUsedCluster(@TempDir Path directory) throws Exception {
    worked = WorkedCluster.start(VERSION, directory);
    worked.cluster().stop();
  }

  @AfterAll
  void nothingIsLeftRunning() {
    worked.close();
  }

  @Test
  void everyMessageIsAccountedForAfterTheMove(@TempDir Path directory) throws Exception {
    try (EtcdServer etcd = EtcdServer.start(directory)) {
      CommandLineRun run =
          new MoveArguments(worked.zooKeeper(), etcd, VERSION).migrate("run", "--once");
      assertThat(run.code()).as(run.toString()).isZero();
      CommandLineRun verify =
          new MoveArguments(worked.zooKeeper(), etcd, VERSION).migrate("verify");
      assertThat(verify.code()).as(verify.toString()).isZero();
      assertThat(verify.json().path("compared").asLong()).isGreaterThan(200);

      worked.assertWorksOn(new MetadataHome.EtcdHome(List.of(etcd)));
    }
  }

  @Test
  void verifyNamesCheckThatFailsWithoutSeed(@TempDir Path directory) throws Exception {
    try (EtcdServer etcd = EtcdServer.start(directory)) {
      CommandLineRun run =
          new MoveArguments(worked.zooKeeper(), etcd, VERSION).migrate("run", "--once");
      assertThat(run.code()).as(run.toString()).isZero();
      assertThat(new EtcdKeys(etcd.endpoint()).deletePrefix("/ledgers/idgen-long")).isEqualTo(2);

      CommandLineRun verify =
          new MoveArguments(worked.zooKeeper(), etcd, VERSION).migrate("verify");

      assertThat(verify.code()).as(verify.toString()).isEqualTo(6);
      assertThat(verify.json().path("consistent").asBoolean(true)).isFalse();
      assertThat(verify.json().path("checks"))
          .filteredOn(check -> !check.path("ok").asBoolean(true))
          .extracting(check -> check.path("id").asText())
          .containsExactlyInAnyOrder(SequenceChecks.LEDGER_ID, "NEXT_LEDGER_ID_ABOVE_ALL");
    }
  }
}
