package io.metamigrate.move;

import static org.assertj.core.api.Assertions.assertThat;

import io.metamigrate.lab.CommandLineRun;
import io.metamigrate.lab.EtcdServer;
import io.metamigrate.lab.LiveReport;
import io.metamigrate.lab.LiveTraffic;
import io.metamigrate.lab.LossWorkload;
import io.metamigrate.lab.MetadataHome;
import io.metamigrate.lab.MoveArguments;
import io.metamigrate.lab.PulsarClassPath;
import io.metamigrate.lab.PulsarCluster;
import io.metamigrate.lab.WorkloadFindings;
import io.metamigrate.lab.ZooKeeperServer;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Each supported line of Pulsar is moved with {@code migrate run --once} while producers and
 * consumers keep trying: the record of every message holds, and live traffic continues from where
 * it was.
 */
@Tag("campaign")
final class EveryVersionMoveTest {

  @ParameterizedTest
  @ValueSource(strings = {"2.10.0", "3.0.7", "4.0.0", "4.0.7", "4.2.4"})
  void liveTrafficContinuesAfterTheMove(String version, @TempDir Path directory) throws Exception {
    PulsarClassPath pulsar = PulsarClassPath.of(version);
    try (ZooKeeperServer zooKeeper = ZooKeeperServer.start(pulsar, directory);
        EtcdServer etcd = EtcdServer.start(directory);
        PulsarCluster cluster = PulsarCluster.on(zooKeeper, pulsar, directory, 3)) {
      cluster.create();
      LossWorkload workload = LossWorkload.begun(cluster);
      MoveArguments move = new MoveArguments(zooKeeper, etcd, version);
      try (LiveTraffic traffic = LiveTraffic.start(cluster)) {
        workload.noteLedgerIds();
        cluster.stop();
        CommandLineRun run = move.migrate("run", "--once");
        assertThat(run.code()).as(run.toString()).isZero();
        CommandLineRun verify = move.migrate("verify");
        assertThat(verify.code()).as(verify.toString()).isZero();
        cluster.use(new MetadataHome.EtcdHome(List.of(etcd)));

        cluster.start();

        traffic.awaitProgress();
        List<LiveReport> reports = traffic.stop();
        reports.forEach(report -> System.out.println(version + " " + report));
        assertThat(reports).allSatisfy(report -> assertThat(report.lost()).isEmpty());
        assertThat(reports).allSatisfy(report -> assertThat(report.outOfOrder()).isEmpty());
      }
      WorkloadFindings findings = workload.check();
      assertThat(findings.clean()).as(findings.toString()).isTrue();
    }
  }
}
