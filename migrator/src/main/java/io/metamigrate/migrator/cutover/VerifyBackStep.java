package io.metamigrate.migrator.cutover;

import io.metamigrate.migrator.cutover.CutoverState.MoveProgress;
import io.metamigrate.migrator.phase.Phase;
import io.metamigrate.migrator.run.SeedWriter;
import io.metamigrate.verifier.store.Revision;
import java.util.List;
import java.util.Set;

/** Proves that ZooKeeper equals etcd, and that no id can be allocated twice. */
final class VerifyBackStep extends StepDefinition {
  VerifyBackStep() {
    super(
        Phase.ROLLING_BACK,
        "verify-back",
        Texts.ofRollback("Compare both stores in full", "read both stores side by side"));
  }

  @Override
  List<Condition> requires() {
    return List.of(Conditions.noBrokerRuns());
  }

  @Override
  List<Condition> proof() {
    return List.of(
        Condition.shownByAct("no difference between the stores"), Conditions.countersAreSafe());
  }

  @Override
  String act(StepContext here, Step step, Deadline deadline) {
    CutoverContext context = here.context();
    Revision revision = context.stores().keys().revision();
    ReverseCopy copy = here.reverseCopy();
    ReverseCopy.CopyPass left = copy.compare();
    if (!left.isEqual()) {
      here.rollbackConditions().discardEarlierProof();
      throw new StoresDifferException("the stores differ: " + left);
    }
    String counters =
        CounterRaiser.proof(SeedWriter.sequences(context.stores()), copy.largestLedger());
    here.rollbackConditions().verifiedAt(revision);
    return "no difference; " + counters;
  }

  @Override
  Set<MoveProgress> repeatedIn() {
    return Set.of(MoveProgress.BACK_AFTER_NO_RETURN);
  }
}
