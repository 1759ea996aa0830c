package io.metamigrate.migrator.switchover.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.metamigrate.migrator.switchover.Environment;
import io.metamigrate.migrator.switchover.engine.LostAuthorityException;
import io.metamigrate.migrator.switchover.engine.Permit;
import io.metamigrate.migrator.switchover.engine.Permits;
import io.metamigrate.migrator.switchover.node.Node;
import io.metamigrate.migrator.switchover.node.NodeDriver;
import io.metamigrate.migrator.switchover.node.NodeDriver.NodeState;
import io.metamigrate.migrator.switchover.node.NodeKind;
import io.metamigrate.migrator.switchover.node.NodeSettings;
import io.metamigrate.migrator.switchover.side.Copier;
import io.metamigrate.migrator.switchover.side.Direction;
import io.metamigrate.migrator.switchover.side.Fence;
import io.metamigrate.migrator.switchover.side.MetadataSide;
import io.metamigrate.migrator.switchover.side.Mirrors;
import io.metamigrate.migrator.switchover.side.Registration;
import io.metamigrate.migrator.switchover.side.StoreKind;
import io.metamigrate.migrator.switchover.side.Watch;
import io.metamigrate.migrator.switchover.state.ConfiguredMove;
import io.metamigrate.migrator.switchover.state.MoveDirection;
import io.metamigrate.migrator.switchover.state.MoveDocument;
import io.metamigrate.migrator.switchover.state.MoveStore;
import io.metamigrate.migrator.switchover.state.Strategy;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Holds for the fakes and for real stores, or the search shows nothing. */
public abstract class AdapterContract {
  private static final int MAX_PAUSES = 600;

  /** The cluster of this test. */
  protected abstract Lab lab();

  private MetadataSide side(StoreKind kind) {
    return side(lab().environment(), kind);
  }

  private static MetadataSide side(Environment environment, StoreKind kind) {
    return kind == StoreKind.ZOOKEEPER ? environment.zookeeper() : environment.etcd();
  }

  private MetadataSide claimed(StoreKind kind) {
    lab().environment().zookeeper().claim(permit());
    return side(kind);
  }

  private static Permit permit() {
    return Permits.toTest();
  }

  private void await(BooleanSupplier condition) {
    for (int i = 0; i < MAX_PAUSES && !condition.getAsBoolean(); i++) {
      lab().environment().scheduler().pause(Duration.ofMillis(50));
    }
    assertThat(condition.getAsBoolean()).isTrue();
  }

  @Test
  void nodesAreRegisteredWhereTheyServe() {
    MetadataSide zookeeper = side(StoreKind.ZOOKEEPER);
    assertThat(zookeeper.bookies())
        .filteredOn(Registration::isOwn)
        .extracting(Registration::id)
        .contains(lab().bookie().id());
    assertThat(zookeeper.brokers()).extracting(Registration::id).contains(lab().broker().id());
    assertThat(zookeeper.cookies()).contains(lab().bookie().id());
    assertThat(side(StoreKind.ETCD).cookies()).isEqualTo(zookeeper.cookies());
    assertThat(side(StoreKind.ETCD).bookies()).isEmpty();
    assertThat(side(StoreKind.ETCD).brokers()).isEmpty();
  }

  @Test
  void aPermitServesOnce() {
    MetadataSide zookeeper = side(StoreKind.ZOOKEEPER);
    Permit once = permit();
    zookeeper.claim(once);
    assertThatThrownBy(() -> zookeeper.claim(once)).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void zookeeperIsClaimedByOneProcessAndReleasedWithoutATrace() {
    MetadataSide first = side(StoreKind.ZOOKEEPER);
    assertThat(first.isReleased()).isTrue();
    assertThat(first.isClaimed()).isFalse();
    first.claim(permit());
    first.claim(permit());
    first.identify(permit(), lab().environment().nonces().get());
    assertThat(first.isClaimed()).isTrue();
    assertThat(first.isReleased()).isFalse();

    MetadataSide second = lab().takeOver().zookeeper();
    assertThat(second.isClaimed()).isFalse();
    second.claim(permit());
    assertThat(first.isClaimed()).isFalse();
    assertThatThrownBy(() -> first.identify(permit(), "another"))
        .isInstanceOf(LostAuthorityException.class);
    second.release(permit());
    second.release(permit());
    assertThat(second.isReleased()).isTrue();
    assertThat(second.identity()).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(StoreKind.class)
  void theIdentityIsTheOneThatWasLeft(StoreKind kind) {
    String nonce = lab().environment().nonces().get();
    MetadataSide side = claimed(kind);
    side.identify(permit(), nonce);
    side.identify(permit(), nonce);
    assertThat(side.identity()).contains(nonce);
  }

  @ParameterizedTest
  @EnumSource(StoreKind.class)
  void replicationIsDisabledAndEnabledAnyNumberOfTimes(StoreKind kind) {
    MetadataSide side = claimed(kind);
    assertThat(side.isReplicationDisabled()).isFalse();
    side.disableReplication(permit());
    side.disableReplication(permit());
    assertThat(side.isReplicationDisabled()).isTrue();
    side.enableReplication(permit());
    side.enableReplication(permit());
    assertThat(side.isReplicationDisabled()).isFalse();
  }

  @ParameterizedTest
  @EnumSource(StoreKind.class)
  void theEpochIsTheLastThatWasRecorded(StoreKind kind) {
    MetadataSide side = claimed(kind);
    assertThat(side.epoch()).isZero();
    side.recordEpoch(permit(), 1, StoreKind.ETCD);
    side.recordEpoch(permit(), 2, StoreKind.ZOOKEEPER);
    assertThat(side.epoch()).isEqualTo(2);
  }

  @Test
  void theFenceStaysUntilItIsLifted() {
    MetadataSide zookeeper = claimed(StoreKind.ZOOKEEPER);
    for (Registration broker : zookeeper.brokers()) {
      lab().environment().driver().stop(permit(), new Node(NodeKind.BROKER, broker.id()));
    }
    await(() -> zookeeper.brokers().isEmpty());
    Fence fence = zookeeper.fence();
    assertThat(fence.isPossible()).isTrue();
    assertThat(fence.isAbsent()).isTrue();
    assertThat(fence.isIntact()).isFalse();
    String saved = fence.read();
    fence.raise(permit());
    fence.raise(permit());
    assertThat(fence.isIntact()).isTrue();
    assertThat(fence.isEffective()).isTrue();
    assertThat(fence.isAbsent()).isFalse();
    assertThat(fence.obstacles()).isEmpty();
    fence.openCounters(permit(), saved);
    assertThat(fence.isAbsent()).isFalse();
    fence.raise(permit());
    assertThat(fence.isIntact()).isTrue();
    fence.lift(permit(), saved);
    fence.lift(permit(), saved);
    assertThat(fence.isAbsent()).isTrue();
    assertThat(fence.read()).isEqualTo(saved);
  }

  @Test
  void etcdCannotBeFenced() {
    Fence fence = side(StoreKind.ETCD).fence();
    assertThat(fence.isPossible()).isFalse();
    assertThat(fence.isEffective()).isFalse();
    assertThat(fence.isAbsent()).isTrue();
    assertThat(fence.isIntact()).isFalse();
  }

  @ParameterizedTest
  @EnumSource(StoreKind.class)
  void aWatchIsSilentUntilAnotherWriterWrites(StoreKind kind) {
    Watch watch = claimed(kind).watch();
    assertThat(watch.isAlive()).isFalse();
    String mark = watch.begin(permit());
    assertThat(watch.isAlive()).isTrue();
    assertThat(watch.silentSince(mark).holds()).as(watch.silentSince(mark).detail()).isTrue();
    assertThat(watch.writesSince(mark)).isEmpty();

    lab().createLedger(kind);

    await(() -> !watch.silentSince(mark).holds());
    assertThat(watch.writesSince(mark)).isNotEmpty();
    String later = watch.begin(permit());
    assertThat(watch.silentSince(later).holds()).as(watch.silentSince(later).detail()).isTrue();
    assertThat(watch.writesSince(later)).isEmpty();
    assertThat(watch.writesSince(mark)).isNotEmpty();
  }

  /** Own writes are no writes of others. */
  /** A killed process may have set it on one store alone. */
  @ParameterizedTest
  @EnumSource(StoreKind.class)
  void theFlagOfReplicationIsNoLateWrite(StoreKind kind) {
    MetadataSide side = claimed(kind);
    String mark = side.watch().begin(permit());
    side.disableReplication(permit());
    assertThat(side.watch().writesSince(mark)).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(StoreKind.class)
  void aWatchIsSilentOverOwnWrites(StoreKind kind) {
    MetadataSide side = claimed(kind);
    side.disableReplication(permit());
    String mark = side.watch().begin(permit());
    side.recordEpoch(permit(), 1, StoreKind.ETCD);
    side.identify(permit(), lab().environment().nonces().get());
    assertThat(side.watch().silentSince(mark).holds())
        .as(side.watch().silentSince(mark).detail())
        .isTrue();
    assertThat(side.watch().writesSince(mark)).isEmpty();
  }

  @Test
  void onlyBookiesOnEtcdAreMirrored() {
    MetadataSide zookeeper = claimed(StoreKind.ZOOKEEPER);
    Mirrors mirrors = zookeeper.mirrors();
    assertThat(mirrors.isRunning()).isFalse();
    mirrors.start(permit());
    mirrors.start(permit());
    assertThat(mirrors.isRunning()).isTrue();
    assertThat(mirrors.present()).isEmpty();

    move(lab().bookie(), StoreKind.ETCD);

    await(() -> mirrors.present().equals(Set.of(lab().bookie().id())));
    assertThat(side(StoreKind.ETCD).bookies()).allMatch(Registration::isOwn);
    assertThat(zookeeper.bookies())
        .filteredOn(found -> !found.isOwn())
        .extracting(Registration::id)
        .containsExactly(lab().bookie().id());
    mirrors.stop();
    assertThat(mirrors.isRunning()).isFalse();
    assertThat(mirrors.present()).isNotEmpty();
    mirrors.remove(permit(), lab().bookie().id());
    mirrors.remove(permit(), lab().bookie().id());
    assertThat(mirrors.present()).isEmpty();
    assertThat(side(StoreKind.ETCD).bookies()).hasSize(1);
  }

  /** Stops, waits until no store has it, configures, and starts. */
  private void move(Node node, StoreKind to) {
    NodeDriver driver = lab().environment().driver();
    NodeSettings now = driver.configured(node);
    driver.stop(permit(), node);
    await(() -> !isRegistered(node));
    driver.configure(permit(), node, new NodeSettings(to, false, now.layer()));
    driver.start(permit(), node);
    await(() -> isRegistered(node));
  }

  private boolean isRegistered(Node node) {
    return List.of(StoreKind.values()).stream()
        .map(this::side)
        .flatMap(
            side -> (node.kind() == NodeKind.BOOKIE ? side.bookies() : side.brokers()).stream())
        .anyMatch(found -> found.isOwn() && found.id().equals(node.id()));
  }

  @ParameterizedTest
  @EnumSource(StoreKind.class)
  void theNextLedgerIdIsRaisedAndNeverLowered(StoreKind kind) {
    MetadataSide side = claimed(kind);
    MetadataSide other = side(kind == StoreKind.ETCD ? StoreKind.ZOOKEEPER : StoreKind.ETCD);
    long before = side.nextLedgerId();
    side.raiseNextLedgerId(permit(), Math.min(before, other.nextLedgerId()));
    assertThat(side.nextLedgerId()).isGreaterThanOrEqualTo(before);
    side.raiseNextLedgerId(permit(), other.nextLedgerId());
    assertThat(side.nextLedgerId()).isGreaterThanOrEqualTo(other.nextLedgerId());
  }

  @Test
  void zookeeperIsCopiedToEtcdUntilBothAreEqual() {
    Copier copier = lab().environment().copier();
    assertThat(copier.direction()).isEqualTo(Direction.ZK_TO_ETCD);
    lab().createLedger(StoreKind.ZOOKEEPER);
    assertThat(copier.differences(StoreKind.ZOOKEEPER)).isNotEmpty();
    copier.apply(permit(), StoreKind.ZOOKEEPER);
    assertThat(copier.differences(StoreKind.ZOOKEEPER)).isEmpty();
    assertThat(copier.brokenReferences(StoreKind.ETCD)).isEmpty();
  }

  @Test
  void etcdIsCopiedBackUntilBothAreEqual() {
    MetadataSide unused = claimed(StoreKind.ZOOKEEPER);
    Copier copier = lab().environment().copier();
    copier.changeDirection(permit(), Direction.NONE);
    copier.changeDirection(permit(), Direction.ETCD_TO_ZK);
    assertThat(copier.direction()).isEqualTo(Direction.ETCD_TO_ZK);
    lab().createLedger(StoreKind.ETCD);
    assertThat(copier.obstacles(StoreKind.ETCD)).isEmpty();
    assertThat(copier.differences(StoreKind.ETCD)).isNotEmpty();
    lab()
        .environment()
        .store()
        .save(document().beginMove(MoveDirection.REVERSE, Strategy.STOP_ALL));
    copier.apply(permit(), StoreKind.ETCD);
    assertThat(copier.differences(StoreKind.ETCD)).isEmpty();
    assertThat(copier.brokenReferences(StoreKind.ZOOKEEPER)).isEmpty();
  }

  @Test
  void theDocumentIsReadAsItWasSavedAndOnlyByTheHolder() {
    MoveStore first = lab().environment().store();
    assertThat(first.read()).isEmpty();
    MoveDocument document = document().beginMove(MoveDirection.FORWARD, Strategy.ROLLING);
    first.save(document);
    assertThat(first.read()).contains(document);
    MoveDocument finished = document.finished();
    first.save(finished);
    first.confirm();

    MoveStore second = lab().takeOver().store();
    assertThat(second.read()).contains(finished);
    assertThatThrownBy(first::confirm).isInstanceOf(LostAuthorityException.class);
    assertThatThrownBy(() -> first.save(document)).isInstanceOf(LostAuthorityException.class);
    assertThat(second.read()).contains(finished);
  }

  private MoveDocument document() {
    TreeSet<Node> nodes = new TreeSet<>(List.of(lab().bookie(), lab().broker()));
    return MoveDocument.begin(
        new ConfiguredMove("c1", "all", Strategy.ROLLING, nodes),
        lab().environment().nonces().get());
  }

  @Test
  void aNodeRunsWithWhatItWasStartedWith() {
    NodeDriver driver = lab().environment().driver();
    Node bookie = lab().bookie();
    NodeSettings found = driver.configured(bookie);
    NodeSettings suspended = new NodeSettings(StoreKind.ZOOKEEPER, false, found.layer());
    assertThat(driver.running(bookie)).contains(found);
    assertThat(driver.isHealthy(bookie)).isTrue();

    driver.configure(permit(), bookie, suspended);

    assertThat(driver.configured(bookie)).isEqualTo(suspended);
    assertThat(driver.running(bookie)).contains(found);
    driver.start(permit(), bookie);
    assertThat(driver.running(bookie)).contains(found);
    driver.stop(permit(), bookie);
    driver.stop(permit(), bookie);
    await(() -> !isRegistered(bookie));
    assertThat(driver.probe(bookie)).isEqualTo(NodeState.STOPPED);
    assertThat(driver.running(bookie)).isEmpty();
    driver.start(permit(), bookie);
    await(() -> isRegistered(bookie));
    assertThat(driver.probe(bookie)).isEqualTo(NodeState.RUNNING);
    assertThat(driver.running(bookie)).contains(suspended);
  }
}
