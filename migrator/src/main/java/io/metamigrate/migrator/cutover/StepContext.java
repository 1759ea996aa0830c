package io.metamigrate.migrator.cutover;

import io.metamigrate.migrator.cutover.CutoverState.MoveProgress;
import io.metamigrate.migrator.phase.MassDeletion;
import io.metamigrate.verifier.store.Ensemble;
import io.metamigrate.verifier.store.Store;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What the steps of one process work with, and what this process has proven itself: another
 * process's proofs do not count. For one thread.
 */
final class StepContext {
  private final CutoverContext context;
  private final FenceWatch fence;
  private final StoreComparison comparison;
  private final EtcdBookies etcdBookies;
  private final SinceVerification sinceVerification;
  private final RollbackConditions rollbackConditions;
  private final LedgersThere ledgersOnEtcd;
  private final LedgersThere ledgersInZooKeeper;
  private final MetadataWriters metadataWriters;
  private final List<String> remarks = new ArrayList<>();
  private boolean committed;
  private OptionalLong largestLedger = OptionalLong.empty();

  StepContext(CutoverContext context) {
    this.context = context;
    this.fence = new FenceWatch(context);
    this.comparison = new StoreComparison(context);
    this.etcdBookies = new EtcdBookies(context);
    this.sinceVerification = new SinceVerification(context, comparison);
    this.rollbackConditions = new RollbackConditions(context, this::reverseCopy);
    this.ledgersOnEtcd = new LedgersThere(context, Store.ETCD);
    this.ledgersInZooKeeper = new LedgersThere(context, Store.ZOOKEEPER);
    this.metadataWriters = new MetadataWriters(context);
  }

  CutoverContext context() {
    return context;
  }

  FenceWatch fence() {
    return fence;
  }

  StoreComparison comparison() {
    return comparison;
  }

  EtcdBookies etcdBookies() {
    return etcdBookies;
  }

  SinceVerification sinceVerification() {
    return sinceVerification;
  }

  RollbackConditions rollbackConditions() {
    return rollbackConditions;
  }

  LedgersThere ledgersOn(Store side) {
    return side == Store.ETCD ? ledgersOnEtcd : ledgersInZooKeeper;
  }

  MetadataWriters metadataWriters() {
    return metadataWriters;
  }

  /** What a step saw that belongs into the result of the command; may be added to. */
  List<String> remarks() {
    return remarks;
  }

  /**
   * Whether this process passed the point of no return, so that all that it proved still counts.
   */
  boolean hasCommitted() {
    return committed;
  }

  /**
   * This process has copied etcd to ZooKeeper.
   *
   * @param largest the largest id of a ledger
   */
  void copied(OptionalLong largest) {
    largestLedger = largest;
  }

  OptionalLong largestLedger() {
    return largestLedger;
  }

  /** This process has just passed it. */
  void committed() {
    committed = true;
  }

  /**
   * Waits for each condition in turn. If ZooKeeper is permanently lost, its conditions are left
   * out.
   *
   * @throws StepFailedException with the sentence of the first that does not hold
   */
  void ask(List<Condition> conditions, Step step, Deadline deadline) {
    boolean withZooKeeper = context.stores().hasZooKeeper();
    for (Condition condition : conditions) {
      if (withZooKeeper || !condition.ofZooKeeper()) {
        deadline.until(condition.sentence(), () -> condition.ask(this, step));
      }
    }
  }

  /**
   * Asked all the time while a step is under way.
   *
   * @throws StepFailedException when something that must hold does not hold any more
   */
  void checkInvariants() {
    context.services().bridgeFailure().ifPresent(StepContext::fail);
    context.services().followingFailure().ifPresent(StepContext::fail);
    if (context.journal().state().progress() == MoveProgress.FORWARD) {
      fence.requireIntact();
    }
  }

  private static void fail(String cause) {
    throw new StepFailedException(cause);
  }

  /** A copy from etcd to ZooKeeper, by the present state of the move. */
  ReverseCopy reverseCopy() {
    CutoverState state = context.journal().state();
    return new ReverseCopy(
        context.stores(),
        context.services()::zookeeper,
        context.scope(),
        SharedConfigurationStore.isAccepted(
                context.configuration().source(), context.journal().checkpoint())
            ? Optional.of(
                new SharedConfigurationStore(
                    state.fence().mark(Ensemble.CONFIGURATION),
                    state.commitProof().orElseThrow().revision(),
                    OthersChanges.read(context.journal())))
            : Optional.empty(),
        new MassDeletion(context.configuration().copy().maxDeleteShare()),
        new LateDeletion(state.fence().mark(Ensemble.LOCAL), context.accepted().lateWrites()));
  }
}
