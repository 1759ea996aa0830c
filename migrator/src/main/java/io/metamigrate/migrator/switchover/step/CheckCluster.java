package io.metamigrate.migrator.switchover.step;

import io.metamigrate.migrator.phase.Phase;
import io.metamigrate.migrator.switchover.engine.Act;
import io.metamigrate.migrator.switchover.engine.Condition;
import io.metamigrate.migrator.switchover.engine.ResumeRule;
import io.metamigrate.migrator.switchover.engine.Step;
import io.metamigrate.migrator.switchover.engine.Undo;
import io.metamigrate.migrator.switchover.node.Node;
import io.metamigrate.migrator.switchover.node.NodeKind;
import java.util.List;

/**
 * Checks the cluster before anything is changed. Health blocks only a forward move not yet begun.
 */
public record CheckCluster(SwitchoverContext context) implements Step {
  static final String ID = "check";

  @Override
  public String id() {
    return ID;
  }

  @Override
  public String phase() {
    return context.isForward() ? Phase.FOLLOWING.title() : Phase.ROLLING_BACK.title();
  }

  @Override
  public String title() {
    return "Check the cluster";
  }

  @Override
  public List<Condition> requires() {
    return context.isForward()
        ? List.of(stores().sameStores(), cluster().everyNodeIsListed())
        : List.of(
            stores().sameStores(),
            cluster().everyNodeIsListed(),
            stores().nothingForeignOnTarget(),
            stores().referencesIntact(context.source()));
  }

  @Override
  public void act(Act act) {
    Nodes nodes = new Nodes(context);
    context.journal().document().nodes().forEach(node -> nodes.keep(act, node));
    act.permit("record what runs");
    if (context.isForward()) {
      context.copier().follow(act.permit("follow ZooKeeper"));
    }
    boolean begun = context.journal().move().steps().size() > 1;
    if (context.isForward() && !begun) {
      act.require(cluster().brokersServeOn(context.source(), context.nodes(NodeKind.BROKER)));
      act.require(cluster().nodesUpOn(context.source()));
      act.require(stores().referencesIntact(context.source()));
    }
  }

  @Override
  public Condition proof() {
    return cluster().everyNodeIsListed();
  }

  /** A node that ran and is down by now is started again; whoever stopped it. */
  @Override
  public Undo undo() {
    return Undo.restore("start what ran and is down", this::restore, restored())
        .requiring(List.of(stores().nothingForeignOnTarget()));
  }

  private void restore(Act act) {
    Nodes nodes = new Nodes(context);
    for (Node broker : context.nodes(NodeKind.BROKER)) {
      if (cluster().runsOn(broker, context.target())) {
        nodes.stop(act, broker);
      }
    }
    for (Node node : context.journal().document().nodes()) {
      if (node.kind() == NodeKind.BROKER) {
        act.require(cluster().noBrokerOn(context.target()));
      }
      nodes.restore(act, node);
    }
  }

  private Condition restored() {
    return Restored.of(context, ID, List.copyOf(context.journal().document().nodes()));
  }

  @Override
  public ResumeRule resumeRule() {
    return ResumeRule.REPEAT;
  }

  private ClusterConditions cluster() {
    return new ClusterConditions(context);
  }

  private StoreConditions stores() {
    return new StoreConditions(context);
  }
}
