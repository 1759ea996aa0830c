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
        new Texts("Start one broker on etcd", "configure and start", "a reverse migration"));
  }

  @Override
  List<Condition> requires() {
    return List.of(Conditions.isCommitted());
  }

  @Override
  List<Condition> proof() {
    return List.of(
        Condition.of(
            "registered on etcd with a lease, and healthy by its own check",
            (here, step) ->
                here.context().brokers().healthy(first(here.context()).get(0), Store.ETCD)));
  }

  @Override
  String act(StepContext here, Step step, Deadline deadline) {
    CutoverContext context = here.context();
    FirstStart start = context.firstStart(Store.ETCD);
    if (start.mayBeIssued()) {
      return context.brokers().start(first(context), Store.ETCD, deadline);
    }
    if (!here.hasCommitted()) {
      here.ask(CommitStep.nodesAndFence(), step, deadline);
      here.fence().recordAllLateWrites();
      here.sinceVerification().requireRestored();
      context.journal().confirm();
    }
    return startFirst(
        context,
        deadline,
        () -> {
          deadline.until("brokers stopped", context.brokers()::none);
          start.issue();
          // So that a rollback without etcd knows it, too.
          context.services().copyMove();
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
          requireWithoutZooKeeper(here, step, deadline);
          start.issue();
        });
  }

  /** What etcd, the nodes and their driver can show; ZooKeeper, which had the rest, is gone. */
  private static void requireWithoutZooKeeper(StepContext here, Step step, Deadline deadline) {
    CutoverContext context = here.context();
    here.ask(CommitStep.nodesAndFence(), step, deadline);
    here.sinceVerification()
        .alarm()
        .ifPresent(alarm -> context.listener().announce("ALARM: " + alarm));
    CheckReport content =
        new ContentCheck(context, Store.ETCD).look(context.knownNodes(Store.ETCD));
    if (!content.isClean()) {
      throw new StepFailedException(String.join("; ", content.faults()));
    }
    context.journal().confirm();
  }

  private static String startFirst(CutoverContext context, Deadline deadline, Runnable before) {
    return context.brokers().startFirst(first(context), Store.ETCD, deadline, before);
  }

  private static List<Node> first(CutoverContext context) {
    return context.brokers().nodes().subList(0, 1);
  }
}
