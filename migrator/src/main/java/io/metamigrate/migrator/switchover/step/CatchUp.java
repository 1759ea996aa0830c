package io.metamigrate.migrator.switchover.step;

import io.metamigrate.migrator.phase.Phase;
import io.metamigrate.migrator.switchover.engine.Act;
import io.metamigrate.migrator.switchover.engine.Answer;
import io.metamigrate.migrator.switchover.engine.Condition;
import io.metamigrate.migrator.switchover.engine.ResumeRule;
import io.metamigrate.migrator.switchover.engine.Step;
import io.metamigrate.migrator.switchover.engine.Undo;
import io.metamigrate.migrator.switchover.side.Direction;
import java.util.List;

/** Carries over what the target lacks, and raises its counters if they are behind. */
public record CatchUp(SwitchoverContext context) implements Step {
  static final String ID = "drain";

  @Override
  public String id() {
    return ID;
  }

  @Override
  public String phase() {
    return context.isForward() ? Phase.DRAINING.title() : Phase.ROLLING_BACK.title();
  }

  @Override
  public String title() {
    return "Apply the last changes to " + context.target().kind().title();
  }

  @Override
  public List<Condition> requires() {
    return context.isForward()
        ? List.of(
            cluster().noBrokerRuns(),
            stores().fenceIntact(context.source()),
            stores().nothingForeignOnTarget())
        : List.of(
            cluster().noBrokerRuns(),
            stores().referencesIntact(context.source()),
            stores().nothingForeignOnTarget());
  }

  @Override
  public void act(Act act) {
    turn(act, context.isForward() ? Direction.ZK_TO_ETCD : Direction.ETCD_TO_ZK);
    context.copier().apply(act.permit("apply the difference"), context.heading().source());
    long next = context.source().nextLedgerId();
    if (context.target().nextLedgerId() < next) {
      context.target().raiseNextLedgerId(act.permit("raise the next ledger id"), next);
    }
  }

  private void turn(Act act, Direction direction) {
    if (context.copier().direction() != direction) {
      context.copier().turn(act.permit("turn to " + direction), direction);
    }
  }

  @Override
  public Condition proof() {
    return stores().countersSafe();
  }

  @Override
  public ResumeRule resumeRule() {
    return ResumeRule.REPEAT;
  }

  @Override
  public Undo undo() {
    Direction before = context.isForward() ? Direction.ZK_TO_ETCD : Direction.NONE;
    return Undo.restore(
        "set the direction to " + before,
        act -> turn(act, before),
        Condition.of(
            "the direction is " + before,
            () ->
                context.copier().direction() == before
                    ? Answer.yes("it is")
                    : Answer.no("it is " + context.copier().direction())));
  }

  private ClusterConditions cluster() {
    return new ClusterConditions(context);
  }

  private StoreConditions stores() {
    return new StoreConditions(context);
  }
}
