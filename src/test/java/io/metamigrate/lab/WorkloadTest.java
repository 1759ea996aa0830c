package io.metamigrate.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The workload by itself: a plain restart on ZooKeeper is what a move is measured against. */
final class WorkloadTest {

  @Test
  void everyMessageIsAccountedForAfterAPlainRestart(@TempDir Path directory) throws Exception {
    PulsarClassPath pulsar = PulsarClassPath.of("2.10.0");
    try (ZooKeeperServer zooKeeper = ZooKeeperServer.start(pulsar, directory);
        PulsarCluster cluster =
            new PulsarCluster(
                pulsar,
                directory,
                "c1",
                new MetadataHome.OnZooKeeper(List.of(zooKeeper)),
                3,
                1)) {
      cluster.create();
      Workload workload = new Workload(cluster);
      workload.prepare();
      workload.round();
      workload.noteLedgerIds();
      cluster.stop();

      cluster.start();

      Findings findings = workload.check();
      assertThat(findings.clean()).as(findings.toString()).isTrue();
      assertThat(findings.messagesReceived()).isGreaterThan(workload.messagesSent() / 2);
      workload.round();
      Findings again = workload.check();
      assertThat(again.clean()).as(again.toString()).isTrue();
    }
  }
}
