package io.metamigrate.migrator.switchover.step;

import io.metamigrate.migrator.switchover.engine.CompletionCheck;
import io.metamigrate.migrator.switchover.engine.Condition;
import io.metamigrate.migrator.switchover.engine.Progress;
import io.metamigrate.migrator.switchover.engine.StepRecord;
import io.metamigrate.migrator.switchover.node.Node;
import io.metamigrate.migrator.switchover.node.NodeKind;
import io.metamigrate.migrator.switchover.node.NodeSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What is checked on both stores and all nodes before a command reports "done". */
public final class CompletionChecks {
  private CompletionChecks() {}

  /** Everything is on the target, with its own settings. */
  public static CompletionCheck complete(SwitchoverContext context) {
    ClusterConditions cluster = new ClusterConditions(context);
    StoreConditions stores = new StoreConditions(context);
    List<Condition> all = new ArrayList<>();
    all.add(stores.sameStores());
    all.add(cluster.everyNodeIsListed());
    all.add(cluster.brokersServeOn(context.target(), context.nodes(NodeKind.BROKER)));
    all.add(cluster.noBrokerOn(context.source()));
    all.add(cluster.noBookieRegisteredOn(context.source()));
    for (Node bookie : context.nodes(NodeKind.BOOKIE)) {
      all.add(cluster.bookieRuns(bookie, context.settingsOnTarget(bookie)));
    }
    all.add(cluster.autoRecoveryRuns());
    all.add(stores.noMirrors());
    all.add(stores.referencesIntact(context.target()));
    if (context.isForward()) {
      all.add(stores.fenceIntact(context.source()));
      all.add(stores.lateWritesAccepted());
    } else {
      all.add(stores.fenceAbsent(context.target()));
    }
    return new CompletionCheck("final check", all);
  }

  /** Everything that the move changed is as it was found. */
  public static CompletionCheck undone(SwitchoverContext context) {
    ClusterConditions cluster = new ClusterConditions(context);
    StoreConditions stores = new StoreConditions(context);
    List<Condition> all = new ArrayList<>();
    all.add(stores.sameStores());
    all.add(cluster.noBrokerOn(context.target()));
    all.add(cluster.noBookieRegisteredOn(context.target()));
    all.add(cluster.nodesUpOn(context.source(), expectedUp(context)));
    if (!isFromIncomplete(context)) {
      all.add(stores.noMirrors());
    }
    all.add(stores.referencesIntact(context.source()));
    all.add(
        context.isForward()
            ? stores.fenceAbsent(context.source())
            : stores.fenceIntact(context.target()));
    found(context)
        .forEach((node, found) -> all.add(cluster.restored(node, found.settings(), found.ran())));
    return new CompletionCheck("final check", all);
  }

  /** Whether a rollback is undone to a cutover that has yet to be completed. */
  private static boolean isFromIncomplete(SwitchoverContext context) {
    return !context.isForward()
        && context
            .journal()
            .document()
            .lastForward()
            .filter(move -> move.progress() instanceof Progress.Completed)
            .isEmpty();
  }

  /** A rollback from a cutover that was not complete finds nodes down and leaves them so. */
  private static List<Node> expectedUp(SwitchoverContext context) {
    if (!isFromIncomplete(context)) {
      return List.copyOf(context.journal().document().nodes());
    }
    Map<Node, Found> found = found(context);
    return context.journal().document().nodes().stream()
        .filter(node -> !found.containsKey(node) || found.get(node).ran())
        .toList();
  }

  private record Found(NodeSettings settings, boolean ran) {}

  private static Map<Node, Found> found(SwitchoverContext context) {
    Map<Node, Found> all = new TreeMap<>();
    for (Node node : context.journal().document().nodes()) {
      for (StepRecord step : context.journal().move().steps()) {
        String settings = step.found().get(Nodes.settingsKey(node));
        if (settings != null) {
          NodeSettings had = NodeSettings.parse(settings);
          boolean ran =
              Boolean.parseBoolean(step.found().get(Nodes.wasRunningKey(node)))
                  && had.store() == context.source().kind();
          all.putIfAbsent(node, new Found(had, ran));
        }
      }
    }
    return all;
  }

  /** Asked by every command before it touches anything. */
  public static Condition sameStores(SwitchoverContext context) {
    return new StoreConditions(context).sameStores();
  }
}
