package io.metamigrate.migrator.cutover;

import io.metamigrate.migrator.phase.Phase;
import io.metamigrate.migrator.restart.Node;
import io.metamigrate.verifier.store.Store;
import java.util.List;

/**
 * Starts one broker on etcd. A process that did not pass the point of no return itself asks all of
 * its conditions again, until a start was issued.
 */
final class StartFirstBrokerStep extends StepDefinition {
  StartFirstBrokerStep() {
    super(
        Phase.SWITCHING_BROKERS,
        "start-first-broker",
        new Texts(
            "Start one broker on etcd",
            "the point of no return is recorded",
            "configure and start",
            "registered on etcd with a lease, and healthy by its own check",
            "a reverse migration"));
  }

  @Override
  String act(StepContext here, Step step, Deadline deadline) {
    CutoverContext context = here.context();
    context.requireCommitted();
    FirstStart start = context.firstStart(Store.ETCD);
    if (start.mayBeIssued()) {
      return context.brokers().start(first(context), Store.ETCD, deadline);
    }
    if (!here.hasCommitted()) {
      here.commitConditions().requireAllAgain(deadline);
    }
    return startFirst(
        context,
        deadline,
        () -> {
          deadline.until("brokers stopped", context.brokers()::none);
          start.issue();
        });
  }

  @Override
  String actWithoutZooKeeper(StepContext here, Step step, Deadline deadline) {
    CutoverContext context = here.context();
    FirstStart start = context.firstStart(Store.ETCD);
    if (start.mayBeIssued()) {
      return act(here, step, deadline);
    }
    return startFirst(
        context,
        deadline,
        () -> {
          here.commitConditions().requireWithoutZooKeeper(deadline);
          start.issue();
        });
  }

  private static String startFirst(CutoverContext context, Deadline deadline, Runnable before) {
    return context.brokers().startFirst(first(context), Store.ETCD, deadline, before);
  }

  private static List<Node> first(CutoverContext context) {
    return context.brokers().nodes().subList(0, 1);
  }
}
