package io.metamigrate.migrator.switchover.step;

import io.metamigrate.migrator.switchover.engine.ActionContext;
import io.metamigrate.migrator.switchover.engine.Answer;
import io.metamigrate.migrator.switchover.engine.Condition;
import io.metamigrate.migrator.switchover.node.Node;
import io.metamigrate.migrator.switchover.side.MetadataSide;
import java.util.List;

/** Starts brokers on the target of a move that is committed. */
final class BrokerStart {
  private BrokerStart() {}

  /** "None on the other side" binds the first start on a side; later starts continue. */
  static void start(
      SwitchoverContext context, ActionContext action, List<Node> brokers, boolean isFirst) {
    ClusterConditions cluster = new ClusterConditions(context);
    MetadataSide target = context.target();
    Nodes nodes = new Nodes(context);
    for (Node broker : brokers) {
      if (!cluster.brokersServeOn(target, List.of(broker)).ask().holds()) {
        nodes.stop(action, broker);
        action.await(cluster.unregistered(broker));
        nodes.configure(action, broker, context.settingsOnTarget(broker));
        if (isFirst && target.brokers().isEmpty()) {
          action.require(cluster.noBrokerOn(context.source()));
          action.require(listsAll(context));
        }
        nodes.start(action, broker);
      }
    }
  }

  /** Asked in full only if nobody watched since the stores were compared. */
  private static Condition listsAll(SwitchoverContext context) {
    StoreConditions stores = new StoreConditions(context);
    Condition silent = stores.silent(context.target());
    Condition listed = stores.referencesIntact(context.target());
    return listed.asking(
        () -> {
          Answer watched = silent.ask();
          return watched.holds() ? watched : listed.ask();
        });
  }
}
