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
    ReverseCopy copy = here.reverseCopy();
    new WrittenWhileLifted(here.context(), copy).requireAccepted();
    ReverseCopy.Pass first = copy.apply();
    for (int i = 0; i < MOST_PASSES; i++) {
      Map<Ensemble, Zxid> marks = WrittenWhileLifted.marks(here.context());
      Revision at = here.context().stores().keys().revision();
      ReverseCopy.Pass left = copy.compare();
      if (left.isEqual()) {
        WrittenWhileLifted.begin(here.context(), marks, at);
        here.copied(copy.largestLedger());
        return "%d created, %d set, %d deleted"
            .formatted(first.created(), first.set(), first.deleted());
      }
      copy.apply();
    }
    throw new StepFailedException(
        "both stores do not become equal, since one of them keeps changing: " + copy.compare());
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
