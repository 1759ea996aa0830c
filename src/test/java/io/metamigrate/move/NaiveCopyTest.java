package io.metamigrate.move;

import static org.assertj.core.api.Assertions.assertThat;

import io.metamigrate.lab.EtcdServer;
import io.metamigrate.lab.LossWorkload;
import io.metamigrate.lab.MetadataHome;
import io.metamigrate.lab.PulsarClassPath;
import io.metamigrate.lab.PulsarCluster;
import io.metamigrate.lab.StraightCopy;
import io.metamigrate.lab.WorkloadFindings;
import io.metamigrate.lab.ZooKeeperServer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a straight copy does to a real cluster: the workload must be able to see it. */
@Tag("campaign")
final class NaiveCopyTest {

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void naiveCopyKeepsMessagesOnlyWithSeededLedgerIds(boolean seeded, @TempDir Path directory)
      throws Exception {
    PulsarClassPath pulsar = PulsarClassPath.of("2.10.0");
    try (ZooKeeperServer zooKeeper = ZooKeeperServer.start(pulsar, directory);
        EtcdServer etcd = EtcdServer.start(directory);
        PulsarCluster cluster = PulsarCluster.on(zooKeeper, pulsar, directory, 3)) {
      cluster.create();
      LossWorkload workload = LossWorkload.begun(cluster);
      workload.noteLedgerIds();
      cluster.stop();
      StraightCopy copy = new StraightCopy(zooKeeper, etcd);
      assertThat(copy.run()).isGreaterThan(200);
      if (seeded) {
        copy.seedLedgerIds();
      }
      cluster.use(new MetadataHome.EtcdHome(List.of(etcd)));
      cluster.start();

      WorkloadFindings findings = workload.check(Duration.ofSeconds(10));

      assertThat(findings.clean()).as(findings.toString()).isEqualTo(seeded);
      assertThat(findings.messagesMissing() == 0).as(findings.toString()).isEqualTo(seeded);
    }
  }
}
