package io.metamigrate.migrator.cutover;

import io.metamigrate.migrator.cutover.CutoverState.MoveProgress;
import io.metamigrate.migrator.phase.Phase;
import io.metamigrate.migrator.run.SeedWriter;
import io.metamigrate.verifier.store.Revision;
import java.util.Set;

/** Proves that ZooKeeper says what etcd says, and that no id can be allocated twice. */
final class VerifyBackStep extends StepDefinition {
  VerifyBackStep() {
    super(
        Phase.ROLLING_BACK,
        "verify-back",
        Texts.ofRollback(
            "Compare both stores in full",
            "ZooKeeper has what etcd has",
            "read both stores side by side",
            "no difference, and the next ledger id on ZooKeeper is above etcd's"));
  }

  @Override
  String act(StepContext here, Step step, Deadline deadline) {
    CutoverContext context = here.context();
    deadline.until("brokers stopped", context.brokers()::none);
    Revision revision = context.stores().keys().revision();
    ReverseCopy.Pass left = here.reverseCopy().compare();
    if (left.total() > 0) {
      throw new StoresDifferException("the stores differ: " + left);
    }
    here.rollbackConditions().verifiedAt(revision);
    return "no difference; " + CounterRaiser.proof(SeedWriter.sequences(context.stores()));
  }

  @Override
  Set<MoveProgress> repeatedIn() {
    return Set.of(MoveProgress.BACK_AFTER_NO_RETURN);
  }
}
