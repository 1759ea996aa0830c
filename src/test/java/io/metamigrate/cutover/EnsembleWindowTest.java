package io.metamigrate.cutover;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.metamigrate.lab.EtcdServer;
import io.metamigrate.lab.LabProcess;
import io.metamigrate.lab.ZooKeeperServer;
import io.metamigrate.migrator.config.CutoverConfig.Strategy;
import io.metamigrate.migrator.cutover.Step;
import io.metamigrate.migrator.cutover.StepKind;
import io.metamigrate.migrator.cutover.StepListener;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Three members of each store, of which one dies in the middle of the window. */
@Timeout(600)
final class EnsembleWindowTest {
  /** These read or write ZooKeeper, and none starts a node there. */
  private static final Steps ALL =
      new Steps(
          EnumSet.of(
              StepKind.CLAIM_ZOOKEEPER,
              StepKind.START_BRIDGE,
              StepKind.MOVE_BOOKIE,
              StepKind.FENCE,
              StepKind.DRAIN,
              StepKind.VERIFY,
              StepKind.PASS_NO_RETURN),
          EnumSet.of(
              StepKind.COPY_BACK, StepKind.RAISE_IDS, StepKind.VERIFY_BACK, StepKind.LIFT_FENCE));

  /** Six kills: each member of etcd dies twice, in writes and reads of both stores. */
  private static final Steps MAIN =
      new Steps(
          EnumSet.of(StepKind.MOVE_BOOKIE, StepKind.FENCE, StepKind.DRAIN, StepKind.PASS_NO_RETURN),
          EnumSet.of(StepKind.COPY_BACK, StepKind.LIFT_FENCE));

  /** The steps in which a member dies, forward and back. */
  private record Steps(Set<StepKind> forward, Set<StepKind> back) {}

  @TempDir static Path folder;
  private static List<ZooKeeperServer> zookeepers;
  private static List<EtcdServer> etcds;

  private TestBed bed;
  private int turn;

  @BeforeAll
  static void startStores() {
    zookeepers = ZooKeeperServer.ensemble(folder, 3);
    etcds = EtcdServer.cluster(folder, 3);
    zookeepers.forEach(ZooKeeperServer::startOnly);
    etcds.forEach(EtcdServer::startOnly);
    zookeepers.forEach(ZooKeeperServer::awaitServing);
    etcds.forEach(EtcdServer::awaitHealthy);
  }

  @AfterAll
  static void stopStores() {
    etcds.forEach(EtcdServer::close);
    zookeepers.forEach(ZooKeeperServer::close);
  }

  @BeforeEach
  void copied() throws Exception {
    bed = TestBed.at(folder, ZooKeeperServer.connect(zookeepers), etcds.toArray(EtcdServer[]::new));
    bed.copy();
  }

  @AfterEach
  void closeBed() {
    bed.close();
  }

  @Test
  void roundTripSurvivesLossOfTheZooKeeperLeader() throws Exception {
    thereAndBack(MAIN, this::leader);
  }

  @Test
  @Tag("campaign")
  void roundTripSurvivesLossOfTheZooKeeperLeaderInEachStep() throws Exception {
    thereAndBack(ALL, this::leader);
  }

  /** The marks of the rollback are of one epoch, and what is compared with them of later ones. */
  @Test
  @Tag("campaign")
  void undoSurvivesLossOfTheZooKeeperLeader() throws Exception {
    assertThat(bed.cutover(Strategy.ROLLING).done()).isTrue();
    bed.rollBackUntil("start-brokers-on-zookeeper");
    Killing undo =
        new Killing(
            EnumSet.of(StepKind.FENCE, StepKind.MOVE_BOOKIE, StepKind.START_FIRST_BROKER),
            this::leader);
    bed.listener = undo;

    assertThat(bed.undoRollback().text()).contains("done: cluster c1, phase Observing");

    assertThat(undo.left).isEmpty();
    bed.assertServingOnEtcd();
    assertThat(bed.state().lateWrites()).isEmpty();
    bed.listener = StepListener.SILENT;
    assertThat(bed.rollback().text()).contains("phase RolledBack");
    bed.assertServingOnZooKeeper();
  }

  @Test
  @Tag("campaign")
  void roundTripSurvivesLossOfEachEtcdMember() throws Exception {
    thereAndBack(MAIN, this::nextOfEtcd);
  }

  @Test
  @Tag("campaign")
  void roundTripSurvivesLossOfEachEtcdMemberInEachStep() throws Exception {
    thereAndBack(ALL, this::nextOfEtcd);
  }

  private void thereAndBack(Steps steps, Supplier<Victim> victim) throws Exception {
    Killing forward = new Killing(EnumSet.copyOf(steps.forward()), victim);
    bed.listener = forward;
    assertThat(bed.cutover(Strategy.ROLLING).text()).contains("done: cluster c1, phase Observing");
    assertThat(forward.left).isEmpty();
    bed.assertServingOnEtcd();

    Killing back = new Killing(EnumSet.copyOf(steps.back()), victim);
    bed.listener = back;
    assertThat(bed.rollback().text()).contains("phase RolledBack");
    assertThat(back.left).isEmpty();
    bed.assertServingOnZooKeeper();
  }

  private Victim leader() {
    ZooKeeperServer leader =
        await()
            .atMost(Duration.ofMinutes(1))
            .until(
                () -> zookeepers.stream().filter(ZooKeeperServer::leads).findFirst(),
                Optional::isPresent)
            .orElseThrow();
    return new Victim(leader.process(), leader::start);
  }

  /** One after the other, so that the leader is among them. */
  private Victim nextOfEtcd() {
    EtcdServer next = etcds.get(turn++ % etcds.size());
    return new Victim(next.process(), next::start);
  }

  /** Who is killed, and comes back. */
  private record Victim(LabProcess process, Runnable start) {}

  /** Kills as the first step of each kind opens; who was killed is back when the step is done. */
  private static final class Killing implements StepListener {
    private final Set<StepKind> left;
    private final Supplier<Victim> victim;
    private Optional<Victim> killed = Optional.empty();

    Killing(Set<StepKind> deeds, Supplier<Victim> victim) {
      this.left = deeds;
      this.victim = victim;
    }

    @Override
    public void opened(Step step, int number, int count) {
      if (left.remove(step.kind())) {
        killed = Optional.of(victim.get());
        killed.get().process().kill();
      }
    }

    @Override
    public void acted(Step step) {
      // It stays away until what was done is recorded.
    }

    @Override
    public void done(Step step, String proof) {
      killed.map(Victim::start).ifPresent(Runnable::run);
      killed = Optional.empty();
    }

    @Override
    public void announce(String line) {
      // Nobody listens.
    }
  }
}
