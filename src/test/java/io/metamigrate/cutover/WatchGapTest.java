package io.metamigrate.cutover;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.metamigrate.lab.CuttableProxy;
import io.metamigrate.migrator.config.CutoverConfig.Strategy;
import io.metamigrate.migrator.cutover.WindowResult;
import io.metamigrate.migrator.cutover.fence.GuardedZooKeeper;
import io.metamigrate.migrator.cutover.fence.LateWriteWatch;
import io.metamigrate.migrator.restart.StepOutcome;
import io.metamigrate.verifier.store.Ensemble;
import io.metamigrate.verifier.store.EtcdConnection;
import io.metamigrate.verifier.store.EtcdReader;
import io.metamigrate.verifier.store.Scope;
import io.metamigrate.verifier.store.ZkPath;
import io.metamigrate.verifier.store.ZooKeeperConnection;
import io.metamigrate.verifier.store.ZooKeeperSettings;
import java.util.List;
import org.apache.zookeeper.ZooDefs.Ids;
import org.apache.zookeeper.ZooDefs.Perms;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The tool loses ZooKeeper while the operator is asked, and others do not. */
@Timeout(300)
final class WatchGapTest extends TwoStores {
  private static final String TOPIC = "/managed-ledgers/public/default/persistent/a";

  private CuttableProxy proxy;
  private TestBed bed;

  @BeforeEach
  void copied() throws Exception {
    proxy = CuttableProxy.to(zookeeper.port());
    bed = TestBed.at(folder, "127.0.0.1:" + proxy.port(), etcd);
    bed.copy();
  }

  @AfterEach
  void close() {
    bed.close();
    proxy.close();
  }

  @Test
  void unobservedWriteStopsBeforePointOfNoReturn() throws Exception {
    bed.confirmation =
        announcement -> {
          proxy.cut();
          write();
          proxy.reopen();
          return StepOutcome.done("yes");
        };

    assertStoppedByTheWrite(bed.cutover(Strategy.ROLLING));
    assertThat(bed.rollback().done()).isTrue();
    bed.assertServingOnZooKeeper();
    assertThat(bed.dataInZooKeeper(TOPIC)).isEqualTo("late");
  }

  @Test
  void continuesWithoutWrites() {
    bed.confirmation =
        announcement -> {
          proxy.cut();
          proxy.reopen();
          return StepOutcome.done("yes");
        };

    assertThat(bed.cutover(Strategy.ROLLING).done()).isTrue();
    bed.assertServingOnEtcd();
  }

  /** ZooKeeper sends no event for what is written to a znode that the tool may not read. */
  @Test
  void writeToAHiddenZnodeStopsBeforePointOfNoReturn() {
    bed.confirmation =
        announcement -> {
          bed.setAcl(TOPIC, Ids.OPEN_ACL_UNSAFE, Perms.ALL & ~Perms.READ);
          write();
          bed.setAcl(TOPIC, Ids.OPEN_ACL_UNSAFE);
          return StepOutcome.done("yes");
        };

    assertStoppedByTheWrite(bed.cutover(Strategy.ROLLING));
  }

  private static void assertStoppedByTheWrite(WindowResult stopped) {
    assertThat(stopped.step()).contains("no-return");
    assertThat(stopped.reason().orElseThrow())
        .contains("ZooKeeper was written to after the fence: " + TOPIC);
    assertThat(stopped.pointOfNoReturn()).isEmpty();
  }

  /** Others share this ZooKeeper: what they write elsewhere is not even read. */
  @Test
  void changeOutsideTheScopeCostsNothing() throws Exception {
    EtcdReader unavailable =
        new EtcdReader(EtcdConnection.unavailable(bed.configuration.etcdSettings()));
    GuardedZooKeeper guarded =
        GuardedZooKeeper.take(bed.stores.zookeeper(), () -> {}, path -> true, "the test");
    Scope scope = new Scope(List.of(new ZkPath("/ledgers")), List.of());
    try (LateWriteWatch watch =
        LateWriteWatch.begin(
                ZooKeeperConnection.open(bed.configuration.zooKeeperSettings()),
                Ensemble.LOCAL,
                unavailable,
                scope,
                guarded)
            .watch()) {
      write();
      watch.settle();
      assertThat(watch.gaps()).isZero();

      bed.create("/ledgers/written", "late".getBytes(UTF_8));
      watch.settle();
      assertThat(watch.gaps()).isEqualTo(1);
    }
  }

  private void write() {
    String chroot = bed.configuration.requireZooKeeper().toString().replaceFirst("^[^/]*", "");
    try (ZooKeeperConnection other =
        ZooKeeperConnection.open(ZooKeeperSettings.of(zookeeper.connect() + chroot))) {
      other.client().setData(TOPIC, "late".getBytes(UTF_8), -1);
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }
}
