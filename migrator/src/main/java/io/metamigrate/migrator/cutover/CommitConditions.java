package io.metamigrate.migrator.cutover;

import io.metamigrate.migrator.cutover.CutoverState.CommitProof;
import io.metamigrate.migrator.replay.EtcdHistory;
import io.metamigrate.migrator.replay.ForeignChangeException;
import io.metamigrate.verifier.report.VerificationReport;
import io.metamigrate.verifier.store.Revision;
import java.util.Optional;

/**
 * What must hold when the first broker's start on etcd is issued: every bookie up there, no broker
 * registered, answering or running anywhere, the fence, and both stores as the verification found
 * them. Asked after the last wait, the operator's answer included, by the process that continues.
 */
final class CommitConditions {
  private final CutoverContext context;
  private final CommitSteps commit;
  private final CutoverSteps forward;

  CommitConditions(CutoverContext context, CommitSteps commit, CutoverSteps forward) {
    this.context = context;
    this.commit = commit;
    this.forward = forward;
  }

  /** Before the verification is relied on, and again after the answer. */
  void requireNodesAndFence(Deadline deadline) {
    context.requireNoNewBookie();
    deadline.until("all bookies up on etcd", forward::allUp);
    deadline.until("brokers stopped", context.brokers()::none);
    commit.reproveFence(deadline);
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
      requireEqual();
    }
  }

  /**
   * The same in a process that found the point of no return passed and no broker's start issued:
   * what another writer changed on etcd must have been restored.
   */
  void requireAllAgain(Deadline deadline) {
    requireNodesAndFence(deadline);
    commit.recordAllLateWrites();
    EtcdHistory.Answer history = historySinceVerification();
    if (history.foreign().isPresent() || history.compacted().isPresent()) {
      requireEqual();
    }
    context.journal().confirm();
  }

  /** What others did to etcd since then, where no other store can show what was there. */
  Optional<String> foreignSinceVerification() {
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

  private void requireEqual() {
    VerificationReport report = commit.compare();
    if (!commit.isEqual(report)) {
      throw new StoresDifferException(CommitSteps.describe(report));
    }
  }
}
