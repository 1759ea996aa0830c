package io.metamigrate.migrator.switchover.step;

import io.metamigrate.migrator.phase.Phase;
import io.metamigrate.migrator.switchover.engine.ActionContext;
import io.metamigrate.migrator.switchover.engine.Condition;
import io.metamigrate.migrator.switchover.engine.Step;
import io.metamigrate.migrator.switchover.node.Node;
import io.metamigrate.migrator.switchover.node.NodeDriver.NodeState;
import io.metamigrate.migrator.switchover.node.NodeKind;
import io.metamigrate.migrator.switchover.side.MetadataSide;
import java.util.List;

/**
 * Records the commit on both stores, lifts the fence of the target if it has one, and starts the
 * first broker there.
 */
public record OpenTarget(SwitchoverContext context) implements Step {
  static final String ID = "start-first-broker";

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
    return "Start one broker on " + context.target().kind().title();
  }

  @Override
  public void act(ActionContext action) {
    int number = context.journal().move().number();
    for (MetadataSide side : List.of(context.etcd(), context.zookeeper())) {
      if (side.epoch() < number) {
        side.recordEpoch(
            action.permit("record the commit on " + side.kind().title()),
            number,
            context.target().kind());
      }
    }
    SourceFence fence = new SourceFence(context);
    if (!context.isForward() && !fence.isAbsent()) {
      fence.lift(action, FenceSource.saved(context).orElseThrow());
    }
    stopNodesOnSource(action);
    BrokerStart.start(context, action, List.of(first()), true);
  }

  private void stopNodesOnSource(ActionContext action) {
    Nodes nodes = new Nodes(context);
    for (Node broker : context.nodes(NodeKind.BROKER)) {
      boolean runs = context.driver().probe(broker) == NodeState.RUNNING;
      boolean onTarget =
          context
              .driver()
              .running(broker)
              .filter(settings -> settings.store() == context.target().kind())
              .isPresent();
      if (runs && !onTarget) {
        nodes.stop(action, broker);
      }
    }
  }

  private Node first() {
    return context.nodes(NodeKind.BROKER).get(0);
  }

  @Override
  public Condition proof() {
    Condition serves =
        new ClusterConditions(context).brokersServeOn(context.target(), List.of(first()));
    return context.isForward()
        ? serves
        : serves.and(new StoreConditions(context).fenceAbsent(context.target()));
  }
}
