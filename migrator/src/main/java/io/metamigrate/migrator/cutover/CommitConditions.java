package io.metamigrate.migrator.cutover;

import io.metamigrate.migrator.cutover.CutoverState.GateRecord;
import io.metamigrate.migrator.replay.EtcdHistory;
import io.metamigrate.migrator.replay.ForeignChangeException;
import io.metamigrate.verifier.report.VerificationReport;
import io.metamigrate.verifier.store.Revision;

/**
 * What must hold when the first broker's start on etcd is issued: every bookie up there, no broker
 * registered, answering or running anywhere, the fence, and both stores as the verification found
 * them. Asked after the last wait, the operator's answer included, by the process that goes on.
 */
final class CommitConditions {
  private final Tools tools;
  private final Gate gate;
  private final ForwardDeeds deeds;

  CommitConditions(Tools tools, Gate gate, ForwardDeeds deeds) {
    this.tools = tools;
    this.gate = gate;
    this.deeds = deeds;
  }

  /** Before the verification is relied on, and again after the answer. */
  void requireNodesAndFence(Waiting waiting) {
    tools.requireNoNewBookie();
    waiting.until("all bookies up on etcd", deeds::allUp);
    waiting.until("brokers stopped", tools.brokers()::none);
    gate.proveFenceAgain(waiting);
  }

  /**
   * That nobody changed etcd since the verification: its history shows own changes alone. Where the
   * history is compacted, all is compared again.
   */
  void requireEtcdUnchanged() {
    EtcdHistory.Answer history = historySinceTheGate();
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
   * what somebody changed on etcd must have been put back.
   */
  void requireAllAgain(Waiting waiting) {
    requireNodesAndFence(waiting);
    gate.recordAllLateWrites();
    EtcdHistory.Answer history = historySinceTheGate();
    if (history.foreign().isPresent() || history.compacted().isPresent()) {
      requireEqual();
    }
    tools.journal().confirm();
  }

  private EtcdHistory.Answer historySinceTheGate() {
    Revision verified = tools.journal().state().gate().map(GateRecord::revision).orElseThrow();
    return EtcdHistory.between(
        tools.stores().etcd(),
        verified,
        tools.stores().keys().revision(),
        tools.scope(),
        Standing.cookiesThatPassed(tools.journal().state()));
  }

  private void requireEqual() {
    VerificationReport report = gate.compare();
    if (!gate.isEqual(report)) {
      throw new StoresDifferException(Gate.told(report));
    }
  }
}
