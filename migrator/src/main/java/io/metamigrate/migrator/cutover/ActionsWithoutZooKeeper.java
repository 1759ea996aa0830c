package io.metamigrate.migrator.cutover;

import io.metamigrate.verifier.store.Store;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/**
 * The steps of a cutover after its point of no return if ZooKeeper is gone for good. etcd is
 * authoritative by then, so only what guards against ZooKeeper falls away. What ZooKeeper alone
 * could have shown is shown by each node's own port or health check and by the driver's probe.
 */
final class ActionsWithoutZooKeeper implements Performer {
  /** What no look without ZooKeeper can show. */
  static final List<String> NOT_LOOKED_AT =
      List.of(
          "writes to ZooKeeper after the last command that could read it: it is gone",
          "registrations in ZooKeeper and the fence there: it is gone. If that ZooKeeper ever returns, keep brokers and bookies away from it",
          "whether etcd is in an older state than the move left it: ZooKeeper held the proof");

  private final CutoverContext context;
  private final StepActions actions;

  ActionsWithoutZooKeeper(CutoverContext context, StepActions actions) {
    this.context = context;
    this.actions = actions;
  }

  @Override
  public String perform(Step step, Deadline deadline) {
    return switch (step.kind()) {
      case FENCE -> "not raised again: ZooKeeper is gone";
      case END_BRIDGE -> forgetMirrors();
      case START_FIRST_BROKER -> startFirstBroker(step, deadline);
      case MOVE_BOOKIE,
          SWITCH_BOOKIES,
          START_BROKERS,
          ENABLE_COLLECTION,
          SIDE_WRITERS_TO_ETCD,
          OBSERVE ->
          actions.perform(step, deadline);
      default ->
          throw new StepFailedException(
              "step %s needs ZooKeeper, which is declared gone".formatted(step.id()));
    };
  }

  /** They went with ZooKeeper. */
  private String forgetMirrors() {
    context.journal().change(state -> state.withMirrors(new TreeSet<>()));
    return "the mirrors are gone with ZooKeeper";
  }

  /** If no start was issued yet, asks what can be asked without ZooKeeper first. */
  private String startFirstBroker(Step step, Deadline deadline) {
    FirstStart start = context.firstStart(Store.ETCD);
    if (start.mayBeIssued()) {
      return actions.perform(step, deadline);
    }
    return context
        .brokers()
        .startFirst(
            context.brokers().nodes().subList(0, 1),
            Store.ETCD,
            deadline,
            () -> {
              actions.requireReadyForFirstStart(deadline);
              start.issue();
            });
  }

  @Override
  public Optional<String> completedProof(Step step) {
    return actions.completedProof(step);
  }

  /** Nothing of a step that is done runs in this process but what watches ZooKeeper. */
  @Override
  public void resume(Step step) {
    if (step.kind() == StepKind.MOVE_BOOKIE) {
      actions.resume(step);
    }
  }

  @Override
  public void checkInvariants(Step step) {
    actions.checkInvariants(step);
  }
}
