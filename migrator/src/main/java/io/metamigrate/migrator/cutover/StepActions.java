package io.metamigrate.migrator.cutover;

import java.util.List;
import java.util.Optional;

/** Runs steps by their definitions, with ZooKeeper or without one that is gone for good. */
final class StepActions {
  /** What no look without ZooKeeper can show. */
  static final List<String> NOT_CHECKED_WITHOUT_ZOOKEEPER =
      List.of(
          "writes to ZooKeeper after the last command that could read it: it is gone",
          "registrations in ZooKeeper and the fence there: it is gone. If that ZooKeeper ever returns, keep brokers and bookies away from it",
          "whether etcd is in an older state than the move left it: ZooKeeper held the proof");

  private final StepContext here;

  StepActions(StepContext here) {
    this.here = here;
  }

  /**
   * Asks what the step requires, acts, and asks for its proof. The stores are asked first whether
   * they are still those of the move, and no older.
   *
   * @return what it did
   * @throws StepFailedException when it cannot be
   */
  String perform(Step step, Deadline deadline) {
    CutoverContext context = here.context();
    context.stores().confirm();
    context.services().copyMove();
    StepDefinition definition = step.kind().definition();
    here.ask(definition.requires(), step, deadline);
    String done =
        context.stores().hasZooKeeper()
            ? definition.act(here, step, deadline)
            : definition.actWithoutZooKeeper(here, step, deadline);
    here.ask(definition.proof(), step, deadline);
    context.services().copyMove();
    return done;
  }

  /** Asked before a step that was found open is repeated: what shows that it is done already. */
  Optional<String> completedProof(Step step) {
    return step.kind().definition().completedProof(here, step);
  }

  /** Restores in this process what a completed step keeps running, such as the bridge. */
  void resume(Step step) {
    StepDefinition definition = step.kind().definition();
    if (here.context().stores().hasZooKeeper()) {
      definition.resume(here, step);
    } else {
      definition.resumeWithoutZooKeeper(here, step);
    }
  }

  /**
   * Asked all the time while a step is under way.
   *
   * @throws StepFailedException when something that must hold does not hold any more
   */
  void checkInvariants() {
    here.checkInvariants();
  }
}
