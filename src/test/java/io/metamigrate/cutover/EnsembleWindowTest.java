package io.metamigrate.cutover;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.metamigrate.lab.EtcdServer;
import io.metamigrate.lab.ZooKeeperServer;
import io.metamigrate.migrator.config.CutoverConfig.Strategy;
import io.metamigrate.migrator.cutover.Deed;
import io.metamigrate.migrator.cutover.Step;
import io.metamigrate.migrator.cutover.StepListener;
import io.metamigrate.migrator.cutover.WindowResult;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Three members of ZooKeeper, whose leader dies in the middle of the window. */
@Timeout(600)
final class EnsembleWindowTest {
  @TempDir static Path folder;
  private static List<ZooKeeperServer> members;
  private static EtcdServer etcd;

  private TestBed bed;

  @BeforeAll
  static void startStores() {
    members = ZooKeeperServer.ensemble(folder, 3);
    members.forEach(ZooKeeperServer::startOnly);
    members.forEach(ZooKeeperServer::awaitServing);
    etcd = EtcdServer.start(folder);
  }

  @AfterAll
  static void stopStores() {
    etcd.close();
    members.forEach(ZooKeeperServer::close);
  }

  @BeforeEach
  void copied() throws Exception {
    bed = TestBed.at(folder, ZooKeeperServer.connect(members), etcd);
    bed.copy();
  }

  @AfterEach
  void closeBed() {
    bed.close();
  }

  /** Each of these steps reads or writes ZooKeeper, and none starts a node there. */
  @Test
  void theWayToEtcdOutlivesItInEveryStep() {
    LeaderKiller killer =
        new LeaderKiller(
            EnumSet.of(
                Deed.TAKE_ZOOKEEPER,
                Deed.START_BRIDGE,
                Deed.MOVE_BOOKIE,
                Deed.FENCE,
                Deed.DRAIN,
                Deed.VERIFY,
                Deed.PASS_NO_RETURN));
    bed.listener = killer;

    WindowResult result = bed.cutover(Strategy.ROLLING);

    assertThat(result.text()).contains("done: cluster c1, phase Observing");
    assertThat(killer.left).isEmpty();
    bed.assertServingOnEtcd();
  }

  @Test
  void theWayBackOutlivesItInEveryStep() throws Exception {
    assertThat(bed.cutover(Strategy.ROLLING).done()).isTrue();
    LeaderKiller killer =
        new LeaderKiller(
            EnumSet.of(Deed.COPY_BACK, Deed.RAISE_IDS, Deed.VERIFY_BACK, Deed.LIFT_FENCE));
    bed.listener = killer;

    WindowResult result = bed.rollback();

    assertThat(result.text()).contains("phase RolledBack");
    assertThat(killer.left).isEmpty();
    bed.assertServingOnZooKeeper();
  }

  /** Kills the leader as a kind of step opens, and has it back when the step is done. */
  private static final class LeaderKiller implements StepListener {
    private final Set<Deed> left;
    private Optional<ZooKeeperServer> killed = Optional.empty();

    LeaderKiller(Set<Deed> deeds) {
      left = deeds;
    }

    @Override
    public void opened(Step step, int number, int count) {
      if (left.remove(step.deed())) {
        killed = await().atMost(Duration.ofMinutes(1)).until(this::leader, Optional::isPresent);
        killed.orElseThrow().process().kill();
      }
    }

    private Optional<ZooKeeperServer> leader() {
      return members.stream().filter(ZooKeeperServer::leads).findFirst();
    }

    @Override
    public void acted(Step step) {
      // It stays away until what was done is recorded.
    }

    @Override
    public void done(Step step, String proof) {
      killed.ifPresent(ZooKeeperServer::start);
      killed = Optional.empty();
    }

    @Override
    public void say(String line) {
      // Nobody listens.
    }
  }
}
