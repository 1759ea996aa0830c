package io.metamigrate.migrator.cutover;

import io.metamigrate.migrator.cutover.CutoverState.MoveProgress;
import io.metamigrate.migrator.phase.Phase;
import io.metamigrate.verifier.store.Ensemble;
import io.metamigrate.verifier.store.Revision;
import io.metamigrate.verifier.store.Store;
import io.metamigrate.verifier.store.Zxid;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Copies to ZooKeeper what etcd has now. */
final class CopyBackStep extends StepDefinition {
  private static final int MOST_PASSES = 5;

  CopyBackStep() {
    super(
        Phase.ROLLING_BACK,
        "copy-back",
        Texts.ofRollback(
            "Apply to ZooKeeper what etcd has now", "create, set and delete what differs"));
  }

  @Override
  List<Condition> requires() {
    return List.of(Conditions.noBrokerRuns(), Conditions.ledgersAreStillListedOn(Store.ETCD));
  }

  @Override
  List<Condition> proof() {
    return List.of(Condition.shownByAct("a second comparison finds nothing to do"));
  }

  @Override
  String act(StepContext here, Step step, Deadline deadline) {
    CutoverContext context = here.context();
    ReverseCopy copy = here.reverseCopy();
    WrittenWhileLifted written = new WrittenWhileLifted(context, copy);
    written.requireAccepted();
    here.rollbackConditions().keepEarlierProof();
    context.services().copyMove();
    Revision copied = context.stores().keys().revision();
    ReverseCopy.CopyPass first = copy.apply(written);
    ReverseCopy.CopyPass left = compared(context, copy, copied);
    for (int i = 0; !left.isEqual(); i++) {
      if (i == MOST_PASSES) {
        throw new StepFailedException(
            "both stores do not become equal, since one of them keeps changing: " + left);
      }
      copied = context.stores().keys().revision();
      ReverseCopy.CopyPass unused = copy.apply(written);
      left = compared(context, copy, copied);
    }
    here.copied(copy.largestLedger());
    return "%d created, %d set, %d deleted"
        .formatted(first.created(), first.set(), first.deleted());
  }

  /** Compares, and marks up to where ZooKeeper has what etcd has. */
  private static ReverseCopy.CopyPass compared(
      CutoverContext context, ReverseCopy copy, Revision copied) {
    Map<Ensemble, Zxid> marks = WrittenWhileLifted.marks(context);
    Revision now = context.stores().keys().revision();
    ReverseCopy.CopyPass left = copy.compare();
    WrittenWhileLifted.begin(context, marks, left.isEqual() ? now : copied);
    return left;
  }

  @Override
  Set<MoveProgress> repeatedIn() {
    return Set.of(MoveProgress.BACK_AFTER_NO_RETURN);
  }

  @Override
  Set<StepKind> reverts() {
    return Set.of(StepKind.FENCE);
  }
}
