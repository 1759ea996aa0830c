package io.metamigrate.migrator.switchover.step;

import io.metamigrate.migrator.phase.Phase;
import io.metamigrate.migrator.switchover.engine.ActionContext;
import io.metamigrate.migrator.switchover.engine.Answer;
import io.metamigrate.migrator.switchover.engine.Condition;
import io.metamigrate.migrator.switchover.engine.ResumeRule;
import io.metamigrate.migrator.switchover.engine.Step;
import io.metamigrate.migrator.switchover.engine.Undo;

/** Mirrors registrations of bookies that have moved to the source, for the brokers there. */
public record StartBridge(SwitchoverContext context) implements Step {
  static final String ID = "start-bridge";

  @Override
  public String id() {
    return ID;
  }

  @Override
  public String phase() {
    return Phase.ROLLING_BOOKIES.title();
  }

  @Override
  public String title() {
    return "Mirror registrations of moved bookies";
  }

  @Override
  public void act(ActionContext action) {
    context.source().mirrors().start(action.permit("start mirroring"));
  }

  @Override
  public Condition proof() {
    return Condition.of(
        "this process keeps the mirrors up to date",
        () ->
            context.source().mirrors().isRunning()
                ? Answer.yes("it runs")
                : Answer.no("it does not run"));
  }

  @Override
  public ResumeRule resumeRule() {
    return ResumeRule.RESTORE;
  }

  @Override
  public boolean isRestoredFor(Situation situation) {
    return situation != Situation.COMMITTED;
  }

  @Override
  public Undo undo() {
    return Undo.restore(
        "remove the mirrors",
        action -> StopBridge.removeMirrors(context, action),
        new StoreConditions(context).noMirrors());
  }
}
