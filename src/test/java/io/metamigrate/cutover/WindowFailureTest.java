package io.metamigrate.cutover;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.etcd.jetcd.ByteSequence;
import io.metamigrate.migrator.config.CutoverConfig.Strategy;
import io.metamigrate.migrator.cutover.Confirmation;
import io.metamigrate.migrator.cutover.CutoverState;
import io.metamigrate.migrator.cutover.Step;
import io.metamigrate.migrator.cutover.StepFailedException;
import io.metamigrate.migrator.cutover.StepListener;
import io.metamigrate.migrator.cutover.WindowResult;
import io.metamigrate.migrator.phase.Phase;
import io.metamigrate.migrator.replay.LostAuthorityException;
import io.metamigrate.migrator.restart.StepOutcome;
import io.metamigrate.verifier.report.Digest;
import io.metamigrate.verifier.store.ZkPath;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.LongStream;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.ZooDefs.Ids;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What fails stops in a named, safe state; cutover again and rollback both lead on. */
@Timeout(600)
final class WindowFailureTest extends OnTwoStores {
  private static final String BUDGET = "20s";

  WindowFailureTest() {
    super(BUDGET);
  }

  /** A cutover of which a step waits in vain for the end of its budget. */
  private WindowResult cutoverWithShortBudget(Strategy strategy) throws IOException {
    bed.budget("5s");
    WindowResult result = bed.cutover(strategy);
    bed.budget(BUDGET);
    return result;
  }

  @Test
  void bookieThatFailsToRestartStopsTheRoll() throws Exception {
    bed.bookies.get(1).broken = true;

    WindowResult stopped = cutoverWithShortBudget(Strategy.ROLLING);

    assertThat(stopped.outcome()).isEqualTo("stopped");
    assertThat(stopped.step()).contains("move-bookie " + bed.bookies.get(1).id);
    assertThat(stopped.reason().orElseThrow()).contains("after 5 s its probe reports");
    assertThat(stopped.safe().orElseThrow()).contains("ZooKeeper is authoritative");
    assertThat(bed.driver.actions()).noneMatch(action -> action.contains(bed.bookies.get(2).id));
    assertThat(bed.brokers).allMatch(StandIn::running);
    assertThat(bed.existsInZooKeeper(bed.bookies.get(0).path())).isTrue();

    bed.bookies.get(1).broken = false;
    assertThat(bed.rollback().text()).contains("phase RolledBack");
    bed.assertServingOnZooKeeper();
  }

  @Test
  void unknownBrokerHealthStopsCutoverBeforeAnyChange() {
    bed.brokers.get(1).unhealthy = true;

    WindowResult stopped = bed.cutover(Strategy.STOP_ALL);

    assertThat(stopped.step()).contains("check");
    assertThat(stopped.reason().orElseThrow())
        .contains("the health check of broker " + bed.brokers.get(1).id);
    assertThat(bed.driver.actions()).isEmpty();
    bed.brokers.get(1).unhealthy = false;
    assertThat(bed.cutover(Strategy.STOP_ALL).done()).isTrue();
    bed.assertServingOnEtcd();
  }

  @Test
  void brokerThatFailsAfterPointOfNoReturnStopsAndResumes() throws Exception {
    bed.brokers.get(0).broken = true;

    WindowResult stopped = cutoverWithShortBudget(Strategy.ROLLING);

    assertThat(stopped.step()).contains("start-first-broker");
    assertThat(stopped.pointOfNoReturn()).isPresent();
    assertThat(stopped.advice().orElseThrow()).contains("a reverse migration");
    bed.brokers.get(0).broken = false;
    assertThat(bed.cutover(Strategy.ROLLING).done()).isTrue();
    bed.assertServingOnEtcd();
  }

  @Test
  void brokerThatFailsToStartAllowsRollback() throws Exception {
    bed.brokers.get(0).broken = true;
    cutoverWithShortBudget(Strategy.STOP_ALL);
    bed.brokers.get(0).broken = false;

    assertThat(bed.rollback().text()).contains("phase RolledBack");
    bed.assertServingOnZooKeeper();
  }

  @Test
  void differenceStopsBeforePointOfNoReturn() throws Exception {
    bed.listener =
        when(
            "verify",
            step -> bed.put("/managed-ledgers/public/default/persistent/a", "x".getBytes(UTF_8)));

    WindowResult stopped = bed.cutover(Strategy.STOP_ALL);

    assertThat(stopped.step()).contains("verify");
    assertThat(stopped.reason().orElseThrow()).contains("the stores differ: 0 missing, 0 extra, 1");
    assertThat(stopped.pointOfNoReturn()).isEmpty();
    assertThat(bed.move().checkpoint().orElseThrow().phase()).isEqualTo(Phase.STOPPED);
    assertThat(bed.rollback().text()).contains("phase RolledBack");
    bed.assertServingOnZooKeeper();
  }

  /** Stopped before it asked anything, with its brokers down since. */
  @Test
  void rollbackOfStoppedBrokersReportsLateWrites() throws Exception {
    String policies = "/admin/policies/public/default";
    assertThat(bed.cutover(Strategy.STOP_ALL).done()).isTrue();
    bed.listener =
        when(
            "stop-brokers-on-etcd",
            step -> {
              throw new StepFailedException("stopped here");
            });
    assertThat(bed.rollback().reason()).contains("stopped here");
    bed.listener = StepListener.SILENT;
    bed.brokers.forEach(StandIn::stop);
    bed.zk().setData(policies, "late".getBytes(UTF_8), -1);

    WindowResult back = bed.rollback();

    assertThat(back.done()).as(back.text()).isTrue();
    assertThat(back.text()).contains("ALARM: 1 late writes on ZooKeeper, first " + policies);
  }

  /** An undo that is killed while it reads ZooKeeper compares with where the fence was lifted. */
  @Test
  void undoKeepsWhereTheFenceWasLiftedUntilItsDigestIsSaved() {
    assertThat(bed.cutover(Strategy.STOP_ALL).done()).isTrue();
    bed.put("/admin/policies/public/new", "{}".getBytes(UTF_8));
    bed.listener =
        when(
            "lift-fence",
            step -> {
              throw new StepFailedException("stopped here");
            });
    assertThat(bed.rollback().reason()).contains("stopped here");
    assertThat(bed.state().fence().lifted()).isPresent();
    Digest old = bed.state().commitProof().orElseThrow().digest();
    long from = bed.stores.keys().revision().value();
    bed.listener = StepListener.SILENT;

    assertThat(bed.undoRollback().done()).isTrue();

    List<CutoverState> states =
        LongStream.rangeClosed(from, bed.stores.keys().revision().value())
            .mapToObj(bed::stateAt)
            .toList();
    assertThat(states).anyMatch(state -> state.fence().lifted().isPresent());
    assertThat(states)
        .filteredOn(state -> state.fence().lifted().isEmpty())
        .isNotEmpty()
        .noneMatch(state -> state.commitProof().orElseThrow().digest().equals(old));
  }

  /** The ids that etcd gives begin above it, since the drain raises them again. */
  @Test
  void allocatesNoLedgerIdTwice() {
    String high = "/ledgers/000/0000/0042/9496/L7320";
    bed.listener =
        when(
            "stop-brokers",
            step -> {
              try {
                bed.create(high, bed.ledger(bed.bookies.get(0).id, bed.bookies.get(1).id));
              } catch (Exception e) {
                throw new IllegalStateException(e);
              }
            });

    assertThat(bed.cutover(Strategy.ROLLING).text()).contains("done: cluster c1, phase Observing");

    assertThat(bed.key(high)).isPresent();
    assertThat(bed.nextLedgerIdOnEtcd()).isGreaterThan(4294967320L);
  }

  /** ZooKeeper does so with an empty container, once a minute. */
  @ParameterizedTest
  @ValueSource(strings = {"fence", "no-return"})
  void fencesBrokerContainersThatZooKeeperReaps(String step) throws Exception {
    bed.confirmation = announcement -> StepOutcome.failed("no");
    bed.listener = when(step, opened -> bed.deleteInZooKeeper("/loadbalance/brokers"));

    WindowResult stopped = bed.cutover(Strategy.STOP_ALL);

    assertThat(stopped.step()).contains("no-return");
    assertThat(stopped.reason().orElseThrow()).endsWith("no");
    assertThatThrownBy(() -> bed.create("/loadbalance/brokers/left-behind:8080", new byte[0]))
        .isInstanceOf(KeeperException.NoAuthException.class);
    bed.listener = StepListener.SILENT;
    assertThat(bed.rollback().text()).contains("phase RolledBack");
    bed.assertServingOnZooKeeper();
  }

  /** A broker that came up again registers nowhere, so that only its answer shows it. */
  @Test
  void restartedBrokerBeforePointOfNoReturnStopsCutover() throws Exception {
    bed.listener = when("no-return", step -> bed.brokers.get(1).start());

    WindowResult stopped = cutoverWithShortBudget(Strategy.ROLLING);

    assertThat(stopped.step()).contains("no-return");
    assertThat(stopped.reason().orElseThrow())
        .contains("runs according to the driver's probe: timed out after", bed.brokers.get(1).id);
    assertThat(stopped.pointOfNoReturn()).isEmpty();
  }

  @Test
  void missingBookieBeforePointOfNoReturnStopsCutover() throws Exception {
    bed.listener = when("no-return", step -> bed.bookies.get(1).stop());

    WindowResult stopped = cutoverWithShortBudget(Strategy.STOP_ALL);

    assertThat(stopped.step()).contains("no-return");
    assertThat(stopped.reason().orElseThrow()).contains("not every bookie is up on etcd");
    assertThat(stopped.pointOfNoReturn()).isEmpty();
  }

  @Test
  void restoresFenceLiftedByAnotherClient() throws Exception {
    bed.confirmation =
        announcement -> {
          try {
            bed.zk().setACL("/ledgers/idgen", Ids.OPEN_ACL_UNSAFE, -1);
          } catch (Exception e) {
            throw new IllegalStateException(e);
          }
          return StepOutcome.notYet("nobody answers");
        };

    WindowResult stopped = bed.cutover(Strategy.ROLLING);

    assertThat(stopped.step()).contains("no-return");
    assertThat(stopped.reason().orElseThrow())
        .contains("another client lifted the fence at /ledgers/idgen");
    assertThatThrownBy(() -> bed.allocateLedgerId())
        .isInstanceOf(KeeperException.NoAuthException.class);
  }

  @Test
  void neverTakesForeignNodeForAMirror() throws Exception {
    String bookie = bed.bookies.get(0).id;
    String path = bed.bookies.get(0).path();
    bed.driver.before(
        action -> {
          if (action.equals("start " + bookie)) {
            try {
              bed.create(path, "foreign".getBytes(UTF_8));
            } catch (Exception e) {
              throw new IllegalStateException(e);
            }
          }
        });

    WindowResult stopped = bed.cutover(Strategy.ROLLING);

    assertThat(stopped.reason().orElseThrow())
        .contains("znode " + path + " is persistent and not the daemon's");
    assertThat(stopped.pointOfNoReturn()).isEmpty();
    assertThat(bed.dataInZooKeeper(path)).isEqualTo("foreign");
    assertThat(bed.state().mirrors()).doesNotContain(new ZkPath(path));
  }

  @Test
  void lateWriteStopsCutoverAndIsCopiedOnRetry() throws Exception {
    String path = "/managed-ledgers/public/default/persistent/a";
    bed.listener =
        when(
            "no-return",
            step -> {
              try {
                bed.zk().setData(path, "late".getBytes(UTF_8), -1);
              } catch (Exception e) {
                throw new IllegalStateException(e);
              }
            });

    WindowResult stopped = bed.cutover(Strategy.ROLLING);

    assertThat(stopped.step()).contains("no-return");
    assertThat(stopped.reason().orElseThrow()).contains(path + " changed at zxid");
    bed.listener = StepListener.SILENT;
    assertThat(bed.cutover(Strategy.ROLLING).done()).isTrue();
    assertThat(bed.key(path).orElseThrow().getValue().toString()).isEqualTo("late");
    bed.assertServingOnEtcd();
  }

  @Test
  void lateWriteAfterPointOfNoReturnRaisesAlarmAndBlocksFinalize() {
    bed.listener =
        when(
            "start-brokers",
            step -> {
              try {
                bed.zk().setData("/admin/clusters/c1", "late".getBytes(UTF_8), -1);
              } catch (Exception e) {
                throw new IllegalStateException(e);
              }
            });

    WindowResult result = bed.cutover(Strategy.ROLLING);

    assertThat(result.done()).isTrue();
    assertThat(result.text())
        .contains(
            "ALARM: 1 late writes on ZooKeeper: [/admin/clusters/c1 ",
            "ALARM: 1 late writes on ZooKeeper, first /admin/clusters/c1 ");
    assertThatThrownBy(() -> bed.end())
        .hasMessageContaining("/admin/clusters/c1 changed")
        .hasMessageContaining("NOT_READY");
  }

  @Test
  void outageAboveTheLimitRollsBackAutomatically() throws Exception {
    bed.confirmation = announcement -> StepOutcome.notYet("nobody answers");
    bed.maxOutage = Duration.ofSeconds(3);

    WindowResult result = bed.cutover(Strategy.ROLLING);

    assertThat(result.outcome()).isEqualTo("went-back");
    bed.assertServingOnZooKeeper();
  }

  @Test
  @Tag("campaign")
  void lostEtcdStopsCutoverAndItResumes() throws Exception {
    bed.close();
    bed = new TestBed(folder, zookeeper, etcd, "20s", "8s");
    bed.copy();
    bed.listener = when("move-bookie " + bed.bookies.get(1).id, step -> etcd.process().kill());

    WindowResult stopped = bed.cutover(Strategy.ROLLING);

    assertThat(stopped.outcome()).isEqualTo("stopped");
    assertThat(stopped.reason().orElseThrow()).contains("etcd");
    etcd.start();
    bed.listener = StepListener.SILENT;
    bed.bookies.get(0).stop();
    bed.bookies.get(0).start();
    assertThat(bed.cutover(Strategy.ROLLING).done()).isTrue();
    bed.assertServingOnEtcd();
  }

  @Test
  void thawedProcessChangesNothing() throws Exception {
    CountDownLatch frozen = new CountDownLatch(1);
    CountDownLatch thaw = new CountDownLatch(1);
    String place = "move-bookie " + bed.bookies.get(1).id;
    bed.listener =
        when(
            place,
            step -> {
              frozen.countDown();
              try {
                assertThat(thaw.await(300, TimeUnit.SECONDS)).isTrue();
              } catch (InterruptedException e) {
                throw new IllegalStateException(e);
              }
            });
    CompletableFuture<WindowResult> first =
        CompletableFuture.supplyAsync(() -> bed.cutover(Strategy.ROLLING));
    assertThat(frozen.await(300, TimeUnit.SECONDS)).isTrue();
    endLockOfTheOther();
    bed.listener = StepListener.SILENT;
    assertThat(bed.cutover(Strategy.ROLLING).done()).isTrue();
    List<String> actions = bed.driver.actions();
    var state = bed.state();

    thaw.countDown();

    assertThatThrownBy(first::get)
        .isInstanceOf(ExecutionException.class)
        .hasCauseInstanceOf(LostAuthorityException.class);
    assertThat(bed.driver.actions()).isEqualTo(actions);
    assertThat(bed.state()).isEqualTo(state);
    bed.assertServingOnEtcd();
  }

  private void endLockOfTheOther() {
    long lease =
        StandIn.get(
                bed.servers.etcd().getKVClient().get(ByteSequence.from("metamigrate/lock", UTF_8)))
            .getKvs()
            .get(0)
            .getLease();
    StandIn.get(bed.servers.etcd().getLeaseClient().revoke(lease));
  }

  @Test
  void ignoresRegistrationOfADeadBookie() throws Exception {
    bed.bookies.get(0).zombie = true;

    WindowResult stopped = cutoverWithShortBudget(Strategy.ROLLING);

    assertThat(stopped.step()).contains("move-bookie " + bed.bookies.get(0).id);
    assertThat(bed.bookies.get(0).running()).isTrue();
    assertThat(stopped.reason().orElseThrow()).contains("has no key with a lease");
  }

  @Test
  void openStepBlocksFinalize() {
    bed.listener =
        when(
            "observe",
            step -> {
              throw new Killed("observe");
            });
    assertThatThrownBy(() -> bed.cutover(Strategy.ROLLING)).isInstanceOf(Killed.class);
    assertThat(bed.move().checkpoint().orElseThrow().phase()).isEqualTo(Phase.OBSERVING);

    assertThatThrownBy(() -> bed.end()).hasMessageContaining("step observe is not done");
  }

  @Test
  void finalizeRemovesItsOwnData() throws Exception {
    assertThat(bed.cutover(Strategy.ROLLING).done()).isTrue();
    bed.confirmation = Confirmation.GIVEN;

    bed.end();

    assertThat(bed.leftBehind()).isEmpty();
    assertThat(bed.move().checkpoint()).isEmpty();
    assertThat(bed.move().direction()).isEmpty();
    assertThat(bed.folderOfRecord()).content().contains("\"noReturn\"", "metadataStoreUrl");
    assertThat(bed.zk().getACL("/loadbalance/brokers", null).get(0).getPerms()).isEqualTo(17);
  }

  /** Called as the step is opened; may throw. */
  static StepListener when(String id, Consumer<Step> action) {
    return listener(
        step -> {
          if (step.id().equals(id)) {
            action.accept(step);
          }
        },
        line -> {});
  }

  static StepListener announcing(Consumer<String> lines) {
    return listener(step -> {}, lines);
  }

  private static StepListener listener(Consumer<Step> opened, Consumer<String> lines) {
    return new StepListener() {
      @Override
      public void opened(Step step, int number, int count) {
        opened.accept(step);
      }

      @Override
      public void acted(Step step) {}

      @Override
      public void done(Step step, String proof) {}

      @Override
      public void announce(String line) {
        lines.accept(line);
      }
    };
  }
}
