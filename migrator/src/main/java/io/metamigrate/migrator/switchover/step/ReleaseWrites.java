package io.metamigrate.migrator.switchover.step;

import io.metamigrate.migrator.phase.Phase;
import io.metamigrate.migrator.switchover.engine.ActionContext;
import io.metamigrate.migrator.switchover.engine.Answer;
import io.metamigrate.migrator.switchover.engine.Condition;
import io.metamigrate.migrator.switchover.engine.Step;
import io.metamigrate.migrator.switchover.side.Direction;

/** Removes the tool's own nodes from ZooKeeper at the end of a reverse move. */
public record ReleaseWrites(SwitchoverContext context) implements Step {
  static final String ID = "leave-zookeeper";

  @Override
  public String id() {
    return ID;
  }

  @Override
  public String phase() {
    return Phase.ROLLING_BACK.title();
  }

  @Override
  public String title() {
    return "Remove the tool's own nodes from ZooKeeper";
  }

  @Override
  public void act(ActionContext action) {
    ChangeDirection.to(context, action, Direction.ZK_TO_ETCD);
    ClaimWrites.release(context, action);
  }

  @Override
  public Condition proof() {
    return Condition.of(
        "no node of the tool remains on ZooKeeper",
        () -> context.zookeeper().isReleased() ? Answer.yes("none") : Answer.no("still there"));
  }
}
