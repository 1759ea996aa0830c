package io.metamigrate.migrator.switchover.step;

import io.metamigrate.migrator.phase.Phase;
import io.metamigrate.migrator.switchover.engine.ActionContext;
import io.metamigrate.migrator.switchover.engine.Condition;
import io.metamigrate.migrator.switchover.engine.ResumeRule;
import io.metamigrate.migrator.switchover.engine.Step;
import io.metamigrate.migrator.switchover.engine.Undo;
import io.metamigrate.migrator.switchover.side.Direction;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The point of no return: asks the operator, asks everything again, and records it. */
public record Commit(SwitchoverContext context) implements Step {
  static final String ID = "no-return";

  @Override
  public String id() {
    return ID;
  }

  @Override
  public String phase() {
    return context.isForward() ? Phase.SWITCHING_BROKERS.title() : Phase.ROLLING_BACK.title();
  }

  @Override
  public String title() {
    return "Pass the point of no return";
  }

  @Override
  public List<Condition> requires() {
    List<Condition> all = new ArrayList<>();
    all.add(stores().sameStores());
    all.add(stores().claimed());
    all.add(cluster().everyNodeIsListed());
    all.add(cluster().noBrokerRuns());
    if (context.source().fence().isPossible()) {
      all.add(stores().fenceIntact(context.source()));
    }
    all.add(cluster().bookiesSuspendedOnTarget());
    all.add(stores().countersSafe());
    all.add(stores().silent(context.source()));
    all.add(stores().silent(context.target()));
    return all;
  }

  @Override
  public void act(ActionContext action) {
    ChangeDirection.to(context, action, Direction.NONE);
  }

  @Override
  public Condition proof() {
    return ChangeDirection.is(context, Direction.NONE);
  }

  @Override
  public ResumeRule resumeRule() {
    return ResumeRule.REPEAT;
  }

  @Override
  public Optional<Question> question() {
    return Optional.of(context.controls().question());
  }

  @Override
  public boolean isCommit() {
    return true;
  }

  /** The undo of the catch-up sets the direction back. */
  @Override
  public Undo undo() {
    return Undo.none();
  }

  private ClusterConditions cluster() {
    return new ClusterConditions(context);
  }

  private StoreConditions stores() {
    return new StoreConditions(context);
  }
}
