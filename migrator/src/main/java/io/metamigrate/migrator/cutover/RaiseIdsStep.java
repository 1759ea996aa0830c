package io.metamigrate.migrator.cutover;

import io.metamigrate.migrator.cutover.CutoverState.FenceState;
import io.metamigrate.migrator.cutover.CutoverState.MoveProgress;
import io.metamigrate.migrator.cutover.fence.SavedAcl;
import io.metamigrate.migrator.phase.Phase;
import io.metamigrate.verifier.catalog.Catalogue;
import io.metamigrate.verifier.store.ZkPath;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Raises ZooKeeper's counters above etcd's, so that no id is allocated twice. */
final class RaiseIdsStep extends StepDefinition {
  RaiseIdsStep() {
    super(
        Phase.ROLLING_BACK,
        "raise-ids",
        Texts.ofRollback(
            "Raise ZooKeeper's counters above etcd's",
            "lift the fence on the counters; add a new high half of ledger ids; create and delete"
                + " children"));
  }

  @Override
  List<Condition> requires() {
    return List.of(Conditions.noBrokerRuns());
  }

  @Override
  List<Condition> proof() {
    return List.of(Conditions.countersAreSafe());
  }

  @Override
  String act(StepContext here, Step step, Deadline deadline) {
    CutoverContext context = here.context();
    FenceState fence = context.journal().state().fence();
    Map<ZkPath, List<SavedAcl>> counters = new TreeMap<>(fence.saved());
    counters.remove(Catalogue.BROKERS);
    context.services().fence().lift(counters);
    return new CounterRaiser(context.stores(), context.services().zookeeper())
        .raise(here.largestLedger());
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
