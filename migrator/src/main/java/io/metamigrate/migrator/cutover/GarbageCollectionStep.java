package io.metamigrate.migrator.cutover;

import io.metamigrate.migrator.cutover.Bookies.RequiredState;
import io.metamigrate.migrator.phase.Phase;
import io.metamigrate.migrator.restart.StepOutcome;
import io.metamigrate.verifier.store.Store;
import java.util.List;
import java.util.Set;

/**
 * Restarts a bookie on etcd with its garbage collection enabled, or suspended for a rollback. A
 * bookie that collects garbage deletes every ledger that etcd does not list
 * (ScanAndCompareGarbageCollector), so that is checked first.
 */
final class GarbageCollectionStep extends StepDefinition {
  private final GarbageCollection collection;

  private GarbageCollectionStep(
      GarbageCollection collection, Phase phase, String label, Texts texts) {
    super(phase, label, texts);
    this.collection = collection;
  }

  static GarbageCollectionStep enabling() {
    return new GarbageCollectionStep(
        GarbageCollection.ENABLED,
        Phase.ENABLING_GARBAGE_COLLECTION,
        "enable-garbage-collection",
        new Texts(
            "Enable garbage collection of a bookie again",
            "restart with the operator's own settings",
            "a reverse migration"));
  }

  static GarbageCollectionStep suspending() {
    return new GarbageCollectionStep(
        GarbageCollection.SUSPENDED,
        Phase.ROLLING_BACK,
        "suspend-garbage-collection",
        Texts.ofRollback(
            "Suspend garbage collection of a bookie on etcd",
            "restart with garbage collection suspended"));
  }

  @Override
  List<Condition> requires() {
    return collection == GarbageCollection.ENABLED
        ? List.of(
            Conditions.everyBookieIsNamed(),
            noLateLedger(),
            Conditions.ledgersAreListedOn(Store.ETCD))
        : List.of();
  }

  @Override
  List<Condition> proof() {
    return List.of(
        Condition.of(
            "leased on etcd, port open"
                + (collection == GarbageCollection.SUSPENDED ? ", collects no garbage" : ""),
            this::isUp));
  }

  private StepOutcome isUp(StepContext here, Step step) {
    StepOutcome present = here.context().bookies().present(node(step), Store.ETCD);
    return present.isDone() && collection == GarbageCollection.SUSPENDED
        ? here.context().bookies().running().suspended(node(step), Store.ETCD)
        : present;
  }

  @Override
  String act(StepContext here, Step step, Deadline deadline) {
    CutoverContext context = here.context();
    return context
        .bookies()
        .restart(
            List.of(node(step)),
            Store.ETCD,
            collection,
            RequiredState.PRESENT,
            false,
            Bookies.NOTHING,
            deadline);
  }

  private static Condition noLateLedger() {
    return Condition.of(
        "no ledger was created in ZooKeeper after the fence, or each is accepted by name",
        (here, step) -> {
          here.fence().recordAllLateWrites();
          LateLedgers.require(here.context());
          return StepOutcome.done("none was");
        });
  }

  @Override
  String actWithoutZooKeeper(StepContext here, Step step, Deadline deadline) {
    return collection == GarbageCollection.ENABLED
        ? act(here, step, deadline)
        : super.actWithoutZooKeeper(here, step, deadline);
  }

  @Override
  Set<StepKind> reverts() {
    return collection == GarbageCollection.SUSPENDED
        ? Set.of(StepKind.ENABLE_GARBAGE_COLLECTION)
        : Set.of();
  }
}
