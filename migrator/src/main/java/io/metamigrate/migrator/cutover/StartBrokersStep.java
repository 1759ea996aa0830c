package io.metamigrate.migrator.cutover;

import io.metamigrate.migrator.phase.Phase;
import io.metamigrate.verifier.store.Store;

/** Starts the other brokers on etcd. */
final class StartBrokersStep extends StepDefinition {
  StartBrokersStep() {
    super(
        Phase.SWITCHING_BROKERS,
        "start-brokers",
        new Texts(
            "Start the other brokers on etcd",
            "the first broker is healthy",
            "configure and start",
            "registered on etcd with a lease, and healthy by their own check",
            "a reverse migration"));
  }

  @Override
  String act(StepContext here, Step step, Deadline deadline) {
    CutoverContext context = here.context();
    context.requireCommitted();
    return context.brokers().start(context.brokers().nodes(), Store.ETCD, deadline);
  }

  @Override
  String actWithoutZooKeeper(StepContext here, Step step, Deadline deadline) {
    return act(here, step, deadline);
  }
}
