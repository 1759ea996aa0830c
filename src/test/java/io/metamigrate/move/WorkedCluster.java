package io.metamigrate.move;

import static org.assertj.core.api.Assertions.assertThat;

import io.metamigrate.lab.LossWorkload;
import io.metamigrate.lab.MetadataHome;
import io.metamigrate.lab.PulsarClassPath;
import io.metamigrate.lab.PulsarCluster;
import io.metamigrate.lab.WorkloadFindings;
import io.metamigrate.lab.ZooKeeperServer;
import java.nio.file.Path;

/**
 * A real cluster (ZooKeeper, three bookies, a broker) that has worked, and was restarted once on
 * ZooKeeper: what that brings back is what a move may bring back.
 */
record WorkedCluster(ZooKeeperServer zooKeeper, PulsarCluster cluster, LossWorkload workload)
    implements AutoCloseable {

  /** Every node runs. */
  static WorkedCluster start(String version, Path directory) throws Exception {
    PulsarClassPath pulsar = PulsarClassPath.of(version);
    ZooKeeperServer zooKeeper = ZooKeeperServer.start(pulsar, directory);
    PulsarCluster cluster = PulsarCluster.on(zooKeeper, pulsar, directory, 3);
    cluster.create();
    LossWorkload workload = LossWorkload.begun(cluster);
    workload.noteLedgerIds();
    cluster.stop();
    cluster.start();
    WorkloadFindings plainRestart = workload.check();
    assertThat(plainRestart.clean()).as("plain restart: " + plainRestart).isTrue();
    workload.noteLedgerIds();
    return new WorkedCluster(zooKeeper, cluster, workload);
  }

  /** Starts it where it has been moved to, and finds everything; again after a round of work. */
  void assertWorksOn(MetadataHome home) throws Exception {
    cluster.use(home);
    cluster.start();
    WorkloadFindings moved = workload.check();
    assertThat(moved.clean()).as("after the move: " + moved).isTrue();
    workload.round();
    workload.noteLedgerIds();
    cluster.stop();
    cluster.start();
    WorkloadFindings later = workload.check();
    assertThat(later.clean()).as("a round and a restart later: " + later).isTrue();
  }

  @Override
  public void close() {
    cluster.close();
    zooKeeper.close();
  }
}
