package io.metamigrate.migrator.switchover.step;

import io.metamigrate.migrator.switchover.engine.ActionContext;
import io.metamigrate.migrator.switchover.engine.Condition;
import io.metamigrate.migrator.switchover.node.Node;
import io.metamigrate.migrator.switchover.node.NodeDriver;
import io.metamigrate.migrator.switchover.node.NodeDriver.NodeState;
import io.metamigrate.migrator.switchover.node.NodeKind;
import io.metamigrate.migrator.switchover.node.NodeSettings;
import java.util.List;
import java.util.Optional;

/** The actions on servers that steps share: each recorded and confirmed by itself. */
final class Nodes {
  private final SwitchoverContext context;
  private final ClusterConditions conditions;

  Nodes(SwitchoverContext context) {
    this.context = context;
    this.conditions = new ClusterConditions(context);
  }

  static String settingsKey(Node node) {
    return "settings of " + node;
  }

  static String wasRunningKey(Node node) {
    return "ran: " + node;
  }

  /** Keeps what it runs with, or starts with next if it is down, and whether it ran. */
  void keep(ActionContext action, Node node) {
    NodeSettings found = driver().running(node).orElseGet(() -> driver().configured(node));
    action.keep(settingsKey(node), found.text());
    action.keep(wasRunningKey(node), String.valueOf(driver().probe(node) == NodeState.RUNNING));
  }

  void stop(ActionContext action, Node node) {
    keep(action, node);
    driver().stop(action.permit("stop " + node), node);
  }

  void configure(ActionContext action, Node node, NodeSettings settings) {
    keep(action, node);
    driver().configure(action.permit("configure " + node), node, settings);
    action.await(conditions.configured(node, settings));
  }

  void start(ActionContext action, Node node) {
    driver().start(action.permit("start " + node), node);
  }

  /**
   * Stops it if an intent to touch it is recorded, and starts it with what was found.
   *
   * @param beforeStart asked right before the start, since what holds earlier may not hold then
   */
  void restore(ActionContext action, Node node, List<Condition> beforeStart) {
    Optional<NodeSettings> found = action.kept(settingsKey(node)).map(NodeSettings::parse);
    if (found.isEmpty()) {
      return;
    }
    boolean ran =
        action.kept(wasRunningKey(node)).map(Boolean::parseBoolean).orElse(false)
            && found.get().store() == context.source().kind();
    if (conditions.restored(node, found.get(), ran).ask().holds()) {
      return;
    }
    stop(action, node);
    action.await(conditions.unregistered(node));
    driver().configure(action.permit("restore " + node), node, found.get());
    action.await(conditions.configured(node, found.get()));
    if (node.kind() == NodeKind.BOOKIE
        && context.isForward()
        && !context.copier().isSameCookie(node.id())) {
      context.copier().copyCookieBack(action.permit("carry the cookie of " + node), node.id());
    }
    if (ran) {
      beforeStart.forEach(action::require);
      start(action, node);
    }
  }

  private NodeDriver driver() {
    return context.driver();
  }
}
