package io.metamigrate.migrator.switchover.side.zookeeper;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.metamigrate.migrator.cutover.CounterRaiser;
import io.metamigrate.migrator.cutover.EpochKeeper;
import io.metamigrate.migrator.cutover.RollbackReadiness;
import io.metamigrate.migrator.cutover.WritePaths;
import io.metamigrate.migrator.cutover.fence.GuardedZooKeeper;
import io.metamigrate.migrator.cutover.fence.GuardedZooKeeper.Change;
import io.metamigrate.migrator.phase.Epoch;
import io.metamigrate.migrator.run.SeedWriter;
import io.metamigrate.migrator.switchover.engine.Permit;
import io.metamigrate.migrator.switchover.engine.StepException;
import io.metamigrate.migrator.switchover.session.Adapters;
import io.metamigrate.migrator.switchover.session.MoveSession;
import io.metamigrate.migrator.switchover.side.Fence;
import io.metamigrate.migrator.switchover.side.MetadataSide;
import io.metamigrate.migrator.switchover.side.Mirrors;
import io.metamigrate.migrator.switchover.side.Registration;
import io.metamigrate.migrator.switchover.side.Registration.Owner;
import io.metamigrate.migrator.switchover.side.StoreKind;
import io.metamigrate.migrator.switchover.side.Watch;
import io.metamigrate.verifier.catalog.Catalogue;
import io.metamigrate.verifier.store.Ensemble;
import io.metamigrate.verifier.store.NodeData;
import io.metamigrate.verifier.store.SourceSnapshot;
import io.metamigrate.verifier.store.Store;
import io.metamigrate.verifier.store.ZkPath;
import io.metamigrate.verifier.store.Znode;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.apache.zookeeper.KeeperException.Code;

/** ZooKeeper, read after a sync and written through the guard. For one thread. */
public final class ZooKeeperSide implements MetadataSide, AutoCloseable {
  private static final ZkPath NONCE = GuardedZooKeeper.GUARD.child("nonce");

  private final MoveSession session;
  private final ZooKeeperMirrors mirrors;
  private final ZooKeeperWatch watch;
  private final Fence fence;

  /**
   * Prepares.
   *
   * @param ready asks what keeps ZooKeeper from taking the cluster
   */
  public ZooKeeperSide(MoveSession session, Supplier<RollbackReadiness> ready) {
    this.session = session;
    this.mirrors = new ZooKeeperMirrors(session);
    this.watch = new ZooKeeperWatch(session);
    this.fence = new ZooKeeperFence(session, ready);
  }

  @Override
  public StoreKind kind() {
    return StoreKind.ZOOKEEPER;
  }

  @Override
  public Optional<String> identity() {
    return read(NONCE).map(znode -> new String(znode.data().bytes(), UTF_8));
  }

  @Override
  public void identify(Permit permit, String nonce) {
    put(NONCE, NodeData.of(nonce.getBytes(UTF_8)));
  }

  @Override
  public List<Registration> bookies() {
    sync();
    Collection<Znode> znodes = session.registrations().bookiesOnZooKeeper().values();
    return znodes.stream()
        .map(
            znode ->
                new Registration(
                    znode.path().name(),
                    znode.isEphemeral() ? Owner.NODE : Owner.MIRROR,
                    !znode.path().isAtOrBelow(Catalogue.READONLY)))
        .toList();
  }

  @Override
  public List<Registration> brokers() {
    sync();
    return session.registrations().brokersOnZooKeeper().stream()
        .map(id -> new Registration(id, Owner.NODE, true))
        .toList();
  }

  @Override
  public Set<String> cookies() {
    sync();
    return new TreeSet<>(session.registrations().cookies());
  }

  @Override
  public void claim(Permit permit) {
    session.claim();
  }

  @Override
  public boolean isClaimed() {
    return session.isClaimed();
  }

  @Override
  public void release(Permit permit) {
    session.release();
  }

  /** The epoch of a committed move stays. */
  @Override
  public boolean isReleased() {
    List<Ensemble> ensembles = session.stores().ensembles();
    for (Ensemble ensemble : ensembles) {
      session.stores().connection(ensemble).bringUpToDate();
      List<String> own =
          new ArrayList<>(
              session.stores().tree(ensemble).children(List.of(GuardedZooKeeper.GUARD)).get(0));
      boolean stays = own.remove(SourceSnapshot.EPOCH.name());
      boolean there = session.stores().tree(ensemble).read(GuardedZooKeeper.GUARD).isPresent();
      if (!own.isEmpty() || (there && !stays)) {
        return false;
      }
    }
    return true;
  }

  @Override
  public Fence fence() {
    return Adapters.wrap(Fence.class, fence);
  }

  @Override
  public Watch watch() {
    return Adapters.wrap(Watch.class, watch);
  }

  @Override
  public Mirrors mirrors() {
    return Adapters.wrap(Mirrors.class, mirrors);
  }

  /** Where AutoRecovery never ran there is nothing to disable. */
  @Override
  public boolean isReplicationDisabled() {
    return read(WritePaths.REPLICATION_DISABLED.parent()).isEmpty()
        || read(WritePaths.REPLICATION_DISABLED).isPresent();
  }

  @Override
  public void disableReplication(Permit permit) {
    if (!isReplicationDisabled()) {
      require(
          WritePaths.REPLICATION_DISABLED,
          guarded()
              .write(new Change.Create(WritePaths.REPLICATION_DISABLED, NodeData.EMPTY, false)),
          Code.NODEEXISTS);
    }
  }

  @Override
  public void enableReplication(Permit permit) {
    read(WritePaths.REPLICATION_DISABLED)
        .ifPresent(
            znode ->
                require(
                    znode.path(),
                    guarded().write(new Change.Delete(znode.path(), znode.version())),
                    Code.NONODE));
  }

  @Override
  public long nextLedgerId() {
    sync();
    return SeedWriter.sequences(session.stores()).nextLedgerIdOnSource();
  }

  @Override
  public void raiseNextLedgerId(Permit permit, long atLeast) {
    String unused = new CounterRaiser(session.stores(), guarded()).raise();
    if (nextLedgerId() < atLeast) {
      throw new StepException(
          "the next ledger id on ZooKeeper is %d, it must be at least %d"
              .formatted(nextLedgerId(), atLeast));
    }
  }

  @Override
  public int epoch() {
    sync();
    return EpochKeeper.onZooKeeper(session.stores())
        .map(epoch -> Math.toIntExact(epoch.number()))
        .orElse(0);
  }

  @Override
  public void recordEpoch(Permit permit, int move, StoreKind authority) {
    EpochKeeper.recordOnZooKeeper(
        session.stores(),
        guarded(),
        new Epoch(
            move,
            EpochKeeper.identity(session.stores()).nonce(),
            authority == StoreKind.ETCD ? Store.ETCD : Store.ZOOKEEPER));
  }

  private Optional<Znode> read(ZkPath path) {
    sync();
    return session.stores().znodes().read(path);
  }

  private void put(ZkPath path, NodeData data) {
    Change change =
        read(path)
            .<Change>map(znode -> new Change.Set(path, data, znode.version()))
            .orElseGet(() -> new Change.Create(path, data, false));
    require(path, guarded().write(change), Code.OK);
  }

  private static void require(ZkPath path, Code code, Code alsoGood) {
    if (code != Code.OK && code != alsoGood) {
      throw new StepException("ZooKeeper refused to write %s: %s".formatted(path, code));
    }
  }

  private GuardedZooKeeper guarded() {
    return session.zookeeper(Ensemble.LOCAL);
  }

  private void sync() {
    session.stores().zookeeper().bringUpToDate();
  }

  @Override
  public void close() {
    mirrors.close();
    watch.close();
  }
}
