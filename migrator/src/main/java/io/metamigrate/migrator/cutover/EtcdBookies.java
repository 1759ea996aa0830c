package io.metamigrate.migrator.cutover;

import io.metamigrate.migrator.cutover.Bookies.RequiredState;
import io.metamigrate.migrator.restart.Node;
import io.metamigrate.migrator.restart.StepOutcome;
import io.metamigrate.verifier.store.Store;

/** Whether bookies that have moved to etcd are still there. */
final class EtcdBookies {
  private final CutoverContext context;

  EtcdBookies(CutoverContext context) {
    this.context = context;
  }

  /**
   * Before the commit one is writable and reports that it collects no garbage, if it can be asked;
   * after it, it may be read-only.
   */
  StepOutcome isUp(Node bookie) {
    if (needed() == RequiredState.PRESENT) {
      return context.bookies().present(bookie, Store.ETCD);
    }
    StepOutcome up = context.bookies().up(bookie, Store.ETCD, context.services().bridging());
    StepOutcome suspended =
        up.isDone() ? context.bookies().running().suspended(bookie, Store.ETCD) : up;
    return suspended.isDone() ? up : suspended;
  }

  /** What is checked of a bookie that starts there. */
  RequiredState needed() {
    return context.journal().state().isCommitted() ? RequiredState.PRESENT : RequiredState.WRITABLE;
  }

  /** The first one that is not, if any. */
  StepOutcome allUp() {
    for (Node bookie : context.bookieNodes()) {
      StepOutcome up = isUp(bookie);
      if (!up.isDone()) {
        String why = "not every bookie is up on etcd: " + up.text();
        return up instanceof StepOutcome.Failed ? StepOutcome.failed(why) : StepOutcome.notYet(why);
      }
    }
    return StepOutcome.done("all bookies are registered on etcd");
  }
}
