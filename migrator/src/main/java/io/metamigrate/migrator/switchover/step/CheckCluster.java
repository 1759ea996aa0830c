package io.metamigrate.migrator.switchover.step;

import io.metamigrate.migrator.phase.Phase;
import io.metamigrate.migrator.switchover.engine.ActionContext;
import io.metamigrate.migrator.switchover.engine.Condition;
import io.metamigrate.migrator.switchover.engine.ResumeRule;
import io.metamigrate.migrator.switchover.engine.Step;
import io.metamigrate.migrator.switchover.engine.Undo;
import io.metamigrate.migrator.switchover.node.Node;
import io.metamigrate.migrator.switchover.node.NodeKind;
import java.util.ArrayList;
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
        ? List.of(stores().sameStores().fromTheStart())
        : List.of(
            stores().sameStores().fromTheStart(),
            stores().nothingForeignOnTarget().fromTheStart(),
            stores().referencesIntact(context.source()).fromTheStart());
  }

  /** What runs is recorded first, so that an undo can restore it whatever stops the check. */
  @Override
  public void act(ActionContext action) {
    Nodes nodes = new Nodes(context);
    context.journal().document().nodes().forEach(node -> nodes.keep(action, node));
    action.permit("record what runs");
    if (context.isForward()) {
      context.copier().follow(action.permit("follow ZooKeeper"));
    }
    checks().forEach(action::require);
  }

  /** Health binds only a forward move of which nothing else was begun. */
  @Override
  public List<Condition> checks() {
    List<Condition> all = new ArrayList<>();
    all.add(cluster().everyNodeIsListed().fromTheStart());
    boolean begun = context.journal().move().steps().size() > 1;
    if (context.isForward() && !begun) {
      List<Node> brokers = context.nodes(NodeKind.BROKER);
      all.add(cluster().brokersServeOn(context.source(), brokers).fromTheStart());
      all.add(
          cluster()
              .nodesUpOn(context.source(), context.journal().document().nodes())
              .fromTheStart());
      all.add(stores().referencesIntact(context.source()).fromTheStart());
    }
    return all;
  }

  @Override
  public Condition proof() {
    return cluster().everyNodeIsListed();
  }

  /** A node that ran and is down by now is started again; whoever stopped it. */
  @Override
  public Undo undo() {
    return Undo.restore("start what ran and is down", this::restore, restored())
        .requiring(
            List.of(stores().nothingForeignOnTarget(), stores().referencesIntact(context.source())))
        .evenIfNotBegun();
  }

  private void restore(ActionContext action) {
    if (!context.isForward()) {
      ClaimWrites.restoreFence(context, action);
    }
    Nodes nodes = new Nodes(context);
    for (Node broker : context.nodes(NodeKind.BROKER)) {
      if (cluster().runsOn(broker, context.target())) {
        nodes.stop(action, broker);
      }
    }
    for (Node node : context.journal().document().nodes()) {
      nodes.restore(action, node, beforeStart(node));
    }
  }

  private List<Condition> beforeStart(Node node) {
    return switch (node.kind()) {
      case BROKER ->
          List.of(
              stores().referencesIntact(context.source()), cluster().noBrokerOn(context.target()));
      case BOOKIE ->
          List.of(stores().nothingForeignOnTarget(), stores().referencesIntact(context.source()));
      case AUTORECOVERY -> List.of();
    };
  }

  /** A broker that others start on the target meanwhile is stopped, too, once it is listed. */
  private Condition restored() {
    Condition found = Restored.of(context, ID, List.copyOf(context.journal().document().nodes()));
    Condition all = found.and(cluster().noBrokerOn(context.target()));
    return context.isForward() ? all : all.and(stores().fenceIntact(context.target()));
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
