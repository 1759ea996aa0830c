package io.metamigrate.migrator.switchover.step;

import io.metamigrate.migrator.phase.Phase;
import io.metamigrate.migrator.switchover.engine.ActionContext;
import io.metamigrate.migrator.switchover.engine.Answer;
import io.metamigrate.migrator.switchover.engine.Condition;
import io.metamigrate.migrator.switchover.engine.ResumeRule;
import io.metamigrate.migrator.switchover.engine.Step;
import io.metamigrate.migrator.switchover.side.MetadataSide;
import java.util.List;

/** Watches the stores for writes of others, from a new mark on. A new process watches again. */
public record WatchWrites(SwitchoverContext context) implements Step {
  static final String ID = "watch-writes";

  @Override
  public String id() {
    return ID;
  }

  @Override
  public String phase() {
    return context.isForward() ? Phase.FENCED.title() : Phase.ROLLING_BACK.title();
  }

  @Override
  public String title() {
    return context.isForward() ? "Watch both stores" : "Watch etcd; it is watched only, not fenced";
  }

  @Override
  public void act(ActionContext action) {
    for (MetadataSide side : watched()) {
      if (context.journal().progress().isCommitted()) {
        side.watch().resume();
      } else {
        String mark = side.watch().begin(action.permit("mark " + side.kind().title()));
        context.journal().mark(side.kind().title(), mark);
      }
    }
  }

  @Override
  public Condition proof() {
    return Condition.of(
        "the watches run in this process",
        () ->
            watched().stream().allMatch(side -> side.watch().isAlive())
                ? Answer.yes("they run")
                : Answer.no("a watch does not run"));
  }

  /** In a rollback, ZooKeeper is watched once the tool has written to it; see {@link CatchUp}. */
  private List<MetadataSide> watched() {
    return context.isForward()
        ? List.of(context.source(), context.target())
        : List.of(context.source());
  }

  @Override
  public ResumeRule resumeRule() {
    return ResumeRule.RESTORE;
  }

  @Override
  public boolean isRestoredFor(Situation situation) {
    return situation != Situation.UNDO;
  }
}
