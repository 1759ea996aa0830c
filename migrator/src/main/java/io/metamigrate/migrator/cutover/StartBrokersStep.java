package io.metamigrate.migrator.cutover;

import io.metamigrate.migrator.phase.Phase;
import io.metamigrate.verifier.store.Store;
import java.util.List;

/** Starts the other brokers on etcd. */
final class StartBrokersStep extends StepDefinition {
  StartBrokersStep() {
    super(
        Phase.SWITCHING_BROKERS,
        "start-brokers",
        new Texts("Start the other brokers on etcd", "configure and start", "a reverse migration"));
  }

  @Override
  List<Condition> requires() {
    return List.of(Conditions.isCommitted());
  }

  @Override
  List<Condition> proof() {
    return List.of(Conditions.brokersAreHealthyOn(Store.ETCD));
  }

  @Override
  String act(StepContext here, Step step, Deadline deadline) {
    CutoverContext context = here.context();
    return context.brokers().start(context.brokers().nodes(), Store.ETCD, deadline);
  }

  @Override
  String actWithoutZooKeeper(StepContext here, Step step, Deadline deadline) {
    return act(here, step, deadline);
  }
}
