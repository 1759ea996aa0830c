package io.metamigrate.migrator.cutover;

import io.metamigrate.migrator.cutover.Bookies.Needed;
import io.metamigrate.migrator.phase.Phase;
import io.metamigrate.verifier.store.Store;
import java.util.List;
import java.util.Set;

/**
 * Restarts a bookie on etcd with its garbage collection enabled, or suspended for a rollback. One
 * that collects deletes every ledger that etcd does not list, so that is asked first.
 */
final class CollectionStep extends StepDefinition {
  private final GarbageCollection collection;

  private CollectionStep(GarbageCollection collection, Phase phase, String label, Texts texts) {
    super(phase, label, texts);
    this.collection = collection;
  }

  static CollectionStep enabling() {
    return new CollectionStep(
        GarbageCollection.ENABLED,
        Phase.UNPARKING_BOOKIES,
        "unpark-bookie",
        new Texts(
            "Enable garbage collection of a bookie again",
            "all brokers on etcd are healthy",
            "restart with the operator's own settings",
            "leased and writable on etcd, port open",
            "a reverse migration"));
  }

  static CollectionStep suspending() {
    return new CollectionStep(
        GarbageCollection.SUSPENDED,
        Phase.ROLLING_BACK,
        "park-bookie",
        Texts.ofRollback(
            "Suspend garbage collection of a bookie on etcd",
            "it runs with its own settings",
            "restart with garbage collection suspended",
            "leased and writable on etcd, port open"));
  }

  @Override
  String act(StepContext here, Step step, Deadline deadline) {
    CutoverContext context = here.context();
    if (collection == GarbageCollection.ENABLED) {
      context.requireNoNewBookie();
      here.fence().recordAllLateWrites();
      LateLedgers.require(context);
      here.ledgersOn(Store.ETCD).require();
    }
    return context
        .bookies()
        .restart(
            List.of(node(step)),
            Store.ETCD,
            collection,
            Needed.PRESENT,
            false,
            Bookies.NOTHING,
            deadline);
  }

  @Override
  String actWithoutZooKeeper(StepContext here, Step step, Deadline deadline) {
    return collection == GarbageCollection.ENABLED
        ? act(here, step, deadline)
        : super.actWithoutZooKeeper(here, step, deadline);
  }

  @Override
  Set<StepKind> takesBack() {
    return collection == GarbageCollection.SUSPENDED
        ? Set.of(StepKind.ENABLE_COLLECTION)
        : Set.of();
  }
}
