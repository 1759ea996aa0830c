package io.metamigrate.move;

import static org.assertj.core.api.Assertions.assertThat;

import io.metamigrate.lab.CommandLineRun;
import io.metamigrate.lab.EtcdKeys;
import io.metamigrate.lab.EtcdServer;
import io.metamigrate.lab.Findings;
import io.metamigrate.lab.MetadataHome;
import io.metamigrate.lab.PulsarClassPath;
import io.metamigrate.lab.PulsarCluster;
import io.metamigrate.lab.Workload;
import io.metamigrate.lab.ZooKeeperServer;
import io.metamigrate.verifier.check.DomainCheck;
import io.metamigrate.verifier.check.SequenceChecks;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * A real Pulsar 2.10.0 cluster (ZooKeeper, three bookies, a broker) is stopped, moved with {@code
 * migrate run --once}, started on etcd, and every message is accounted for.
 *
 * <p>The cluster is restarted on ZooKeeper once before: what that brings back is what a move may
 * bring back. All tests share it, since a move leaves ZooKeeper as it was.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class RealClusterMoveTest {
  private static final String VERSION = "2.10.0";

  private ZooKeeperServer zooKeeper;
  private PulsarCluster cluster;
  private Workload workload;

  @BeforeAll
  void stoppedClusterThatHasWorked(@TempDir Path directory) throws Exception {
    PulsarClassPath pulsar = PulsarClassPath.of(VERSION);
    zooKeeper = ZooKeeperServer.start(pulsar, directory);
    cluster =
        new PulsarCluster(
            pulsar, directory, "c1", new MetadataHome.OnZooKeeper(List.of(zooKeeper)), 3, 1);
    cluster.create();
    workload = new Workload(cluster);
    workload.prepare();
    workload.round();
    workload.noteLedgerIds();
    cluster.stop();
    cluster.start();
    Findings plainRestart = workload.check();
    assertThat(plainRestart.clean()).as("plain restart: " + plainRestart).isTrue();
    workload.noteLedgerIds();
    cluster.stop();
  }

  @AfterAll
  void nothingIsLeftRunning() {
    cluster.close();
    zooKeeper.close();
  }

  @Test
  void everyMessageIsAccountedForAfterTheMove(@TempDir Path directory) throws Exception {
    try (EtcdServer etcd = EtcdServer.start(directory)) {
      CommandLineRun run = new MoveArguments(zooKeeper, etcd, VERSION).migrate("run", "--once");
      assertThat(run.code()).as(run.toString()).isZero();
      CommandLineRun verify = new MoveArguments(zooKeeper, etcd, VERSION).migrate("verify");
      assertThat(verify.code()).as(verify.toString()).isZero();
      assertThat(verify.json().path("compared").asLong()).isGreaterThan(200);
      cluster.use(new MetadataHome.OnEtcd(List.of(etcd)));

      cluster.start();

      Findings moved = workload.check();
      assertThat(moved.clean()).as("after the move: " + moved).isTrue();
      workload.round();
      workload.noteLedgerIds();
      cluster.stop();
      cluster.start();
      Findings later = workload.check();
      assertThat(later.clean()).as("a round and a restart later: " + later).isTrue();
    }
  }

  @Test
  void verifyNamesTheCheckThatAMoveWithoutSeedFails(@TempDir Path directory) throws Exception {
    try (EtcdServer etcd = EtcdServer.start(directory)) {
      CommandLineRun run = new MoveArguments(zooKeeper, etcd, VERSION).migrate("run", "--once");
      assertThat(run.code()).as(run.toString()).isZero();
      assertThat(new EtcdKeys(etcd.endpoint()).deletePrefix("/ledgers/idgen-long")).isEqualTo(2);

      CommandLineRun verify = new MoveArguments(zooKeeper, etcd, VERSION).migrate("verify");

      assertThat(verify.code()).as(verify.toString()).isEqualTo(6);
      assertThat(verify.json().path("consistent").asBoolean(true)).isFalse();
      assertThat(verify.json().path("checks"))
          .filteredOn(check -> !check.path("ok").asBoolean(true))
          .extracting(check -> check.path("id").asText())
          .containsExactlyInAnyOrder(
              SequenceChecks.LEDGER_ID, DomainCheck.NEXT_LEDGER_ID_ABOVE_ALL.name());
    }
  }
}
