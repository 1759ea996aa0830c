package io.metamigrate.migrator.switchover.step;

import io.metamigrate.migrator.phase.Phase;
import io.metamigrate.migrator.switchover.engine.ActionContext;
import io.metamigrate.migrator.switchover.engine.Condition;
import io.metamigrate.migrator.switchover.engine.Step;
import io.metamigrate.migrator.switchover.engine.Undo;
import io.metamigrate.migrator.switchover.node.Node;
import io.metamigrate.migrator.switchover.node.NodeKind;
import java.util.List;

/**
 * Restarts all bookies on the target at once, garbage collection suspended, while no broker runs.
 */
public record SwitchBookies(SwitchoverContext context) implements Step {
  static final String ID = "switch-bookies";

  @Override
  public String id() {
    return ID;
  }

  @Override
  public String phase() {
    return context.isForward() ? Phase.SWITCHING_BOOKIES.title() : Phase.ROLLING_BACK.title();
  }

  @Override
  public String title() {
    return "Move all bookies to " + context.target().kind().title();
  }

  @Override
  public List<Condition> requires() {
    return List.of(cluster().noBrokerRuns(), stores().storesEqual());
  }

  @Override
  public void act(ActionContext action) {
    Nodes nodes = new Nodes(context);
    List<Node> bookies = context.nodes(NodeKind.BOOKIE);
    bookies.forEach(bookie -> nodes.keep(action, bookie));
    bookies.forEach(bookie -> nodes.stop(action, bookie));
    bookies.forEach(bookie -> action.await(cluster().unregistered(bookie)));
    bookies.forEach(bookie -> nodes.configure(action, bookie, cluster().suspended(bookie)));
    bookies.forEach(bookie -> nodes.start(action, bookie));
  }

  @Override
  public Condition proof() {
    return cluster().bookiesSuspendedOnTarget();
  }

  @Override
  public Undo undo() {
    return BookieUndo.of(context, ID, context.nodes(NodeKind.BOOKIE));
  }

  private ClusterConditions cluster() {
    return new ClusterConditions(context);
  }

  private StoreConditions stores() {
    return new StoreConditions(context);
  }
}
