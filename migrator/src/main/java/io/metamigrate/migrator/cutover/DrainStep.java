package io.metamigrate.migrator.cutover;

import io.metamigrate.migrator.cutover.CutoverState.MoveProgress;
import io.metamigrate.migrator.follow.Barrier;
import io.metamigrate.migrator.phase.Phase;
import java.util.List;
import java.util.Set;

/** Applies to etcd what ZooKeeper has at the fence, and raises the counters. */
final class DrainStep extends StepDefinition {
  DrainStep() {
    super(
        Phase.DRAINING,
        "drain",
        new Texts(
            "Apply the last changes",
            "apply everything up to a marker set after the fence; migrate the counters",
            "nothing to undo"));
  }

  @Override
  List<Condition> requires() {
    return List.of(Conditions.fenceIsInPlace());
  }

  @Override
  List<Condition> proof() {
    return List.of(Conditions.lastChangesAreApplied());
  }

  @Override
  String act(StepContext here, Step step, Deadline deadline) {
    return drain(here);
  }

  static String drain(StepContext here) {
    CutoverContext context = here.context();
    Barrier barrier = context.services().following().barrier();
    long puts = here.comparison().raiseCounters();
    context
        .journal()
        .checkpoint(
            c ->
                c.applied(
                    barrier.zxid().max(here.fence().mark()),
                    context.services().checkedUntil(),
                    c.copied(),
                    c.total(),
                    context.journal().now()));
    return "applied up to zxid %s; %d puts for the counters"
        .formatted(barrier.zxid().max(here.fence().mark()), puts);
  }

  @Override
  Set<MoveProgress> repeatedIn() {
    return Set.of(MoveProgress.FORWARD);
  }
}
