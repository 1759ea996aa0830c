package io.metamigrate.migrator.switchover.step;

import io.metamigrate.migrator.phase.Phase;
import io.metamigrate.migrator.switchover.engine.ActionContext;
import io.metamigrate.migrator.switchover.engine.Condition;
import io.metamigrate.migrator.switchover.engine.Step;
import io.metamigrate.migrator.switchover.node.Node;
import io.metamigrate.migrator.switchover.node.NodeKind;
import java.util.List;

/** Starts the other brokers on the target. */
public record StartBrokers(SwitchoverContext context) implements Step {
  static final String ID = "start-brokers";

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
    return "Start the other brokers on " + context.target().kind().title();
  }

  @Override
  public void act(ActionContext action) {
    BrokerStart.start(context, action, others(), false);
  }

  private List<Node> others() {
    List<Node> all = context.nodes(NodeKind.BROKER);
    return all.subList(1, all.size());
  }

  @Override
  public Condition proof() {
    return new ClusterConditions(context).brokersServeOn(context.target(), others());
  }
}
