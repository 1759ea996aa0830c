package io.metamigrate.migrator.switchover.side.etcd;

import io.metamigrate.migrator.cutover.EpochKeeper;
import io.metamigrate.migrator.cutover.Following;
import io.metamigrate.migrator.cutover.WritePaths;
import io.metamigrate.migrator.phase.MoveIdentity;
import io.metamigrate.migrator.replay.Operation;
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
import io.metamigrate.verifier.store.NodeData;
import io.metamigrate.verifier.store.Revision;
import io.metamigrate.verifier.store.ZkPath;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;

/** etcd. The lock lives there, so nothing else needs to be claimed. For one thread. */
public final class EtcdSide implements MetadataSide {
  private final MoveSession session;
  private final EtcdWatch watch;

  public EtcdSide(MoveSession session) {
    this.session = session;
    this.watch = new EtcdWatch(session);
  }

  @Override
  public StoreKind kind() {
    return StoreKind.ETCD;
  }

  /** The nonce that the copy left there. */
  @Override
  public Optional<String> identity() {
    return session.states().snapshot().identity().map(MoveIdentity::nonce);
  }

  @Override
  public void identify(Permit permit, String nonce) {
    Optional<String> found = identity();
    if (found.isPresent() && !found.get().equals(nonce)) {
      throw new StepException(
          "etcd carries the identity %s, the move has %s".formatted(found.get(), nonce));
    }
    if (found.isEmpty()) {
      session.stores().identity().save(session.authority(), session.stores());
    }
  }

  @Override
  public List<Registration> bookies() {
    return session.registrations().bookiesOnEtcd().values().stream()
        .map(
            entry ->
                new Registration(
                    entry.path().name(),
                    entry.isLeased() ? Owner.NODE : Owner.MIRROR,
                    !entry.path().isAtOrBelow(Catalogue.READONLY)))
        .toList();
  }

  @Override
  public List<Registration> brokers() {
    return session.registrations().brokersOnEtcd().stream()
        .map(entry -> new Registration(entry.path().name(), Owner.NODE, true))
        .toList();
  }

  @Override
  public Set<String> cookies() {
    Set<String> bookies = new TreeSet<>();
    session.registrations().cookiesOnEtcd().forEach(entry -> bookies.add(entry.path().name()));
    return bookies;
  }

  @Override
  public void claim(Permit permit) {
    session.journal().confirm();
  }

  @Override
  public boolean isClaimed() {
    session.journal().confirm();
    return true;
  }

  @Override
  public void release(Permit permit) {
    // The documents of the move stay until it is finalized.
  }

  @Override
  public boolean isReleased() {
    return true;
  }

  @Override
  public Fence fence() {
    return new NoFence();
  }

  @Override
  public Watch watch() {
    return Adapters.wrap(Watch.class, watch);
  }

  @Override
  public Mirrors mirrors() {
    return Adapters.wrap(Mirrors.class, new EtcdMirrors(session));
  }

  /** If AutoRecovery never ran there is nothing to disable. */
  @Override
  public boolean isReplicationDisabled() {
    String below = WritePaths.REPLICATION_DISABLED.parent().value();
    boolean never =
        read(WritePaths.REPLICATION_DISABLED.parent()).isEmpty()
            && session.stores().keys().count(below + "/", below + "0") == 0;
    return never || read(WritePaths.REPLICATION_DISABLED).isPresent();
  }

  @Override
  public void disableReplication(Permit permit) {
    catchUp();
    if (!isReplicationDisabled()) {
      session.writeToEtcd(
          new Operation.Put(WritePaths.REPLICATION_DISABLED, NodeData.EMPTY, Revision.ABSENT));
    }
  }

  @Override
  public void enableReplication(Permit permit) {
    catchUp();
    read(WritePaths.REPLICATION_DISABLED)
        .ifPresent(
            at -> session.writeToEtcd(new Operation.Delete(WritePaths.REPLICATION_DISABLED, at)));
  }

  /** A follower would take such a write for a foreign one. */
  private void catchUp() {
    session.activeFollowing().ifPresent(Following::barrier);
  }

  private Optional<Revision> read(ZkPath path) {
    return session.stores().keys().read(path).map(entry -> entry.modRevision());
  }

  @Override
  public long nextLedgerId() {
    return SeedWriter.sequences(session.stores()).nextLedgerIdOnTarget();
  }

  @Override
  public void raiseNextLedgerId(Permit permit, long atLeast) {
    OptionalLong largest =
        session.activeFollowing().map(Following::largestLedger).orElseGet(OptionalLong::empty);
    long unused =
        new SeedWriter(
                session.stores(), session.configuration().copy().ledgerIds(), session.authority())
            .raise(largest);
    if (nextLedgerId() < atLeast) {
      throw new StepException(
          "the next ledger id on etcd is %d, it must be at least %d"
              .formatted(nextLedgerId(), atLeast));
    }
  }

  @Override
  public int epoch() {
    return Math.toIntExact(EpochKeeper.identity(session.stores()).epoch());
  }

  @Override
  public void recordEpoch(Permit permit, int move, StoreKind authority) {
    EpochKeeper.recordOnEtcd(session.stores(), session.authority(), move);
  }
}
