package io.metamigrate.migrator.cutover;

import io.metamigrate.migrator.cutover.CutoverState.CommitProof;
import io.metamigrate.migrator.replay.EtcdHistory;
import io.metamigrate.migrator.replay.ForeignChangeException;
import io.metamigrate.verifier.store.Revision;
import io.metamigrate.verifier.store.Store;
import java.util.Optional;

/**
 * What must hold when the first broker's start on etcd is issued: every bookie up there, no broker
 * registered, answering or running anywhere, the fence, and both stores as the verification found
 * them. Asked after the last wait, the operator's answer included, by the process that continues.
 */
final class CommitConditions {
  private final CutoverContext context;
  private final FenceWatch fence;
  private final StoreComparison comparison;
  private final EtcdBookies bookies;

  CommitConditions(
      CutoverContext context, FenceWatch fence, StoreComparison comparison, EtcdBookies bookies) {
    this.context = context;
    this.fence = fence;
    this.comparison = comparison;
    this.bookies = bookies;
  }

  /** Before the verification is relied on, and again after the answer. */
  void requireNodesAndFence(Deadline deadline) {
    requireNodes(deadline);
    fence.prove(deadline);
  }

  private void requireNodes(Deadline deadline) {
    context.requireNoNewBookie();
    deadline.until("all bookies up on etcd", bookies::allUp);
    deadline.until("brokers stopped", context.brokers()::none);
  }

  /**
   * That nobody changed etcd since the verification: its history shows own changes alone. Where the
   * history is compacted, all is compared again.
   */
  void requireEtcdUnchanged() {
    EtcdHistory.Answer history = historySinceVerification();
    history
        .foreign()
        .ifPresent(
            foreign -> {
              throw ForeignChangeException.found(foreign.path(), foreign.at());
            });
    if (history.compacted().isPresent()) {
      comparison.requireEqual();
    }
  }

  /**
   * The same in a process that found the point of no return passed and no broker's start issued:
   * what another writer changed on etcd must have been restored.
   */
  void requireAllAgain(Deadline deadline) {
    requireNodesAndFence(deadline);
    fence.recordAllLateWrites();
    EtcdHistory.Answer history = historySinceVerification();
    if (history.foreign().isPresent() || history.compacted().isPresent()) {
      comparison.requireEqual();
    }
    context.journal().confirm();
  }

  /** The same of what etcd, the nodes and their driver can show if ZooKeeper is gone for good. */
  void requireWithoutZooKeeper(Deadline deadline) {
    requireNodes(deadline);
    foreignSinceVerification()
        .ifPresent(alarm -> context.listener().announce("ALARM: " + alarm));
    CheckReport content =
        new ContentCheck(context, Store.ETCD).look(context.knownNodes(Store.ETCD));
    if (!content.isClean()) {
      throw new StepFailedException(String.join("; ", content.faults()));
    }
    context.journal().confirm();
  }

  /** What others did to etcd since then, where no other store can show what was there. */
  private Optional<String> foreignSinceVerification() {
    EtcdHistory.Answer history = historySinceVerification();
    return history
        .foreign()
        .map(
            foreign ->
                "another writer changed etcd since the verification, first %s at revision %s"
                    .formatted(foreign.path(), foreign.at()))
        .or(
            () ->
                history
                    .compacted()
                    .map(
                        revision ->
                            "what others changed on etcd since the verification was not checked: its history is compacted"));
  }

  private EtcdHistory.Answer historySinceVerification() {
    Revision verified = context.journal().state().gate().map(CommitProof::revision).orElseThrow();
    return EtcdHistory.between(
        context.stores().etcd(),
        verified,
        context.stores().keys().revision(),
        context.scope(),
        ActiveServices.bookieOwnedCookies(context.journal().state()));
  }

}
