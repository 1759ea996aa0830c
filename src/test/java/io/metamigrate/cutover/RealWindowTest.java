package io.metamigrate.cutover;

import static org.assertj.core.api.Assertions.assertThat;

import io.metamigrate.lab.LiveTraffic;
import io.metamigrate.lab.LossWorkload;
import io.metamigrate.lab.WorkloadFindings;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A real Pulsar 2.10.0 cluster, three bookies and two brokers, goes to etcd by {@code migrate run}
 * and {@code migrate cutover} under live producers and consumers, works there, and comes back by
 * {@code migrate rollback} with everything that was produced on both sides.
 */
@Timeout(900)
final class RealWindowTest {
  @Test
  void rollsToEtcdUnderTrafficAndBackAfterPointOfNoReturn(@TempDir Path folder) throws Exception {
    thereAndBack(folder, "2.10.0");
  }

  static void thereAndBack(Path folder, String version) throws Exception {
    try (PulsarBed bed = PulsarBed.start(folder, version, 3, 2)) {
      thereAndBack(bed);
    }
  }

  static void thereAndBack(PulsarBed bed) throws Exception {
    LossWorkload workload = bed.worked();
    bed.follow();
    try (LiveTraffic traffic = LiveTraffic.start(bed.cluster())) {
      workload.noteLedgerIds();

      bed.migrate("cutover", "--yes");

      bed.assertServingOn(bed.onEtcd(), bed.onZooKeeper());
      traffic.awaitProgress();
      System.out.println("to etcd, rolling\n" + bed.pauses(traffic, false));
      WorkloadFindings moved = workload.check();
      assertThat(moved.clean()).as("on etcd: " + moved).isTrue();
      workload.round();
      workload.noteLedgerIds();

      bed.migrate("rollback");

      bed.assertServingOn(bed.onZooKeeper(), bed.onEtcd());
      traffic.awaitProgress();
      System.out.println("back to ZooKeeper\n" + bed.pauses(traffic, true));
      WorkloadFindings back = workload.check();
      assertThat(back.clean()).as("back on ZooKeeper: " + back).isTrue();
      PulsarBed.assertUnharmed(traffic.stop());
    }
  }
}
