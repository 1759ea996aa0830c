package io.metamigrate.migrator.switchover.step;

import io.metamigrate.migrator.phase.Phase;
import io.metamigrate.migrator.switchover.engine.ActionContext;
import io.metamigrate.migrator.switchover.engine.Condition;
import io.metamigrate.migrator.switchover.engine.Step;
import io.metamigrate.migrator.switchover.engine.Undo;
import java.util.List;
import java.util.Optional;

/**
 * Keeps brokers from starting on ZooKeeper. On etcd no fence is possible, so there it is watched
 * only.
 */
public record FenceSource(SwitchoverContext context) implements Step {
  static final String ID = "fence";

  @Override
  public String id() {
    return ID;
  }

  @Override
  public String phase() {
    return Phase.FENCED.title();
  }

  @Override
  public String title() {
    return "Fence " + context.source().kind().title();
  }

  private static final String SAVED = "access lists";

  @Override
  public List<Condition> requires() {
    return List.of(cluster().noBrokerRuns(), stores().claimed());
  }

  @Override
  public void act(ActionContext action) {
    action.keep(SAVED, context.source().fence().read());
    new SourceFence(context).raiseFirst(action);
  }

  @Override
  public Condition proof() {
    return stores().fenceIntact(context.source());
  }

  @Override
  public Undo undo() {
    return Undo.restore(
        "restore the access lists",
        action ->
            action.kept(SAVED).ifPresent(saved -> new SourceFence(context).lift(action, saved)),
        stores().fenceAbsent(context.source()));
  }

  /** The access lists that the last forward move found on ZooKeeper. */
  static Optional<String> saved(SwitchoverContext context) {
    return context.foundByForward(ID, SAVED);
  }

  private ClusterConditions cluster() {
    return new ClusterConditions(context);
  }

  private StoreConditions stores() {
    return new StoreConditions(context);
  }
}
