package io.metamigrate.migrator.switchover.step;

import io.metamigrate.migrator.phase.Phase;
import io.metamigrate.migrator.switchover.engine.ActionContext;
import io.metamigrate.migrator.switchover.engine.Condition;
import io.metamigrate.migrator.switchover.engine.Step;
import io.metamigrate.migrator.switchover.engine.Undo;
import io.metamigrate.migrator.switchover.node.Node;
import io.metamigrate.migrator.switchover.node.NodeKind;
import java.util.List;

/** Stops every broker. The outage begins here. */
public record StopBrokers(SwitchoverContext context) implements Step {
  static final String ID = "stop-brokers";

  @Override
  public String id() {
    return ID;
  }

  @Override
  public String phase() {
    return context.isForward() ? Phase.BROKERS_STOPPED.title() : Phase.ROLLING_BACK.title();
  }

  @Override
  public String title() {
    return "Stop all brokers on " + context.source().kind().title();
  }

  @Override
  public List<Condition> requires() {
    if (!context.isForward()) {
      return List.of(stores().targetAcceptsAllWrites());
    }
    return context.isRolling() ? List.of(cluster().bookiesSuspendedOnTarget()) : List.of();
  }

  @Override
  public void act(ActionContext action) {
    Nodes nodes = new Nodes(context);
    List<Node> brokers = context.nodes(NodeKind.BROKER);
    brokers.forEach(broker -> nodes.keep(action, broker));
    brokers.forEach(broker -> nodes.stop(action, broker));
  }

  @Override
  public Condition proof() {
    return cluster().noBrokerRuns();
  }

  @Override
  public Undo undo() {
    return Undo.restore("start the brokers that ran", this::restore, restored())
        .requiring(
            List.of(
                stores().fenceAbsent(context.source()),
                stores().nothingForeignOnTarget(),
                stores().referencesIntact(context.source())));
  }

  private void restore(ActionContext action) {
    Nodes nodes = new Nodes(context);
    for (Node broker : context.nodes(NodeKind.BROKER)) {
      if (cluster().runsOn(broker, context.target())) {
        nodes.stop(action, broker);
      }
    }
    for (Node broker : context.nodes(NodeKind.BROKER)) {
      nodes.restore(
          action,
          broker,
          List.of(
              stores().referencesIntact(context.source()), cluster().noBrokerOn(context.target())));
    }
  }

  private Condition restored() {
    return Restored.of(context, ID, context.nodes(NodeKind.BROKER));
  }

  private ClusterConditions cluster() {
    return new ClusterConditions(context);
  }

  private StoreConditions stores() {
    return new StoreConditions(context);
  }
}
