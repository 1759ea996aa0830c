package io.metamigrate.migrator.switchover.step;

import io.metamigrate.migrator.switchover.engine.Act;
import io.metamigrate.migrator.switchover.engine.Condition;
import io.metamigrate.migrator.switchover.node.Node;
import io.metamigrate.migrator.switchover.node.NodeDriver;
import io.metamigrate.migrator.switchover.node.NodeDriver.NodeState;
import io.metamigrate.migrator.switchover.node.NodeKind;
import io.metamigrate.migrator.switchover.node.NodeSettings;
import java.util.List;
import java.util.Optional;

/** The acts on servers that steps share: each recorded and confirmed by itself. */
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

  static String ranKey(Node node) {
    return "ran: " + node;
  }

  /** Keeps what it runs with, or starts with next if it is down, and whether it ran. */
  void keep(Act act, Node node) {
    NodeSettings found = driver().running(node).orElseGet(() -> driver().configured(node));
    act.keep(settingsKey(node), found.text());
    act.keep(ranKey(node), String.valueOf(driver().probe(node) == NodeState.RUNNING));
  }

  void stop(Act act, Node node) {
    keep(act, node);
    driver().stop(act.permit("stop " + node), node);
  }

  void configure(Act act, Node node, NodeSettings settings) {
    keep(act, node);
    driver().configure(act.permit("configure " + node), node, settings);
    act.await(conditions.configured(node, settings));
  }

  void start(Act act, Node node) {
    driver().start(act.permit("start " + node), node);
  }

  /**
   * Stops it if an intent to touch it is recorded, and starts it with what was found.
   *
   * @param beforeStart asked right before the start, since what holds earlier may not hold then
   */
  void restore(Act act, Node node, List<Condition> beforeStart) {
    Optional<NodeSettings> found = act.kept(settingsKey(node)).map(NodeSettings::parse);
    if (found.isEmpty()) {
      return;
    }
    boolean ran =
        act.kept(ranKey(node)).map(Boolean::parseBoolean).orElse(false)
            && found.get().store() == context.source().kind();
    if (conditions.restored(node, found.get(), ran).ask().holds()) {
      return;
    }
    stop(act, node);
    act.await(conditions.unregistered(node));
    driver().configure(act.permit("restore " + node), node, found.get());
    act.await(conditions.configured(node, found.get()));
    if (node.kind() == NodeKind.BOOKIE
        && context.isForward()
        && !context.copier().isSameCookie(node.id())) {
      context.copier().carryCookieBack(act.permit("carry the cookie of " + node), node.id());
    }
    if (ran) {
      beforeStart.forEach(act::require);
      start(act, node);
    }
  }

  private NodeDriver driver() {
    return context.driver();
  }
}
