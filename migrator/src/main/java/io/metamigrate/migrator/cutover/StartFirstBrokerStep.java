package io.metamigrate.migrator.cutover;

import io.metamigrate.migrator.phase.Phase;
import io.metamigrate.migrator.restart.Node;
import io.metamigrate.verifier.store.Store;
import java.util.List;

/**
 * Starts one broker on etcd. All conditions of the point of no return are asked again right before
 * the start is issued, and before anything else by a process that did not pass it itself.
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
      requireLedgers(here, step, deadline);
      if (context.stores().hasZooKeeper()) {
        // The rollback to undo may have passed authority to ZooKeeper.
        new EpochKeeper(context).pass(Store.ETCD);
      }
      return context.brokers().start(first(context), Store.ETCD, deadline);
    }
    if (!here.hasCommitted()) {
      requireAll(here, step, deadline);
    }
    return startFirst(
        context,
        deadline,
        () -> {
          // A hook, or a command of the driver, may have taken long since it was asked.
          requireAll(here, step, deadline);
          start.issue();
          // So that a rollback without etcd knows it, too.
          context.services().copyMove();
        });
  }

  /**
   * Brokers may have been stopped since the first start, as by a rollback that is undone, and one
   * that serves now may be a supervisor's.
   */
  private static void requireLedgers(StepContext here, Step step, Deadline deadline) {
    if (here.context().stores().hasZooKeeper()) {
      here.ask(List.of(Conditions.ledgersAreListedOn(Store.ETCD)), step, deadline);
    }
  }

  private static void requireAll(StepContext here, Step step, Deadline deadline) {
    here.ask(CommitStep.nodesAndFence(), step, deadline);
    here.fence().recordAllLateWrites();
    here.sinceVerification().requireRestored();
    here.context().journal().confirm();
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
        new ContentCheck(context, Store.ETCD).check(context.knownNodes(Store.ETCD));
    if (!content.isClean()) {
      throw new StepFailedException(String.join("; ", content.faults()));
    }
    context.journal().confirm();
  }

  private static String startFirst(CutoverContext context, Deadline deadline, Runnable before) {
    List<Node> first = first(context);
    return context.brokers().startFirst(first, first, Store.ETCD, deadline, before);
  }

  private static List<Node> first(CutoverContext context) {
    return context.brokers().nodes().subList(0, 1);
  }
}
