package io.metamigrate.migrator.plan.rule;

import static io.metamigrate.migrator.plan.Finding.blocker;
import static io.metamigrate.migrator.plan.Finding.info;
import static io.metamigrate.migrator.plan.Finding.warning;

import io.metamigrate.migrator.plan.Facts;
import io.metamigrate.migrator.plan.Finding;
import io.metamigrate.migrator.plan.OtherComponentTrees;
import io.metamigrate.migrator.plan.Rule;
import java.util.List;

/**
 * BookKeeper's table service (state of functions) knows only ZooKeeper. The bare nodes below
 * /stream prove no use.
 */
final class TableServiceNeedsZooKeeper implements Rule {
  private static final String REMEDY =
      "stop functions that keep state, and remove StreamStorageLifecycleComponent from"
          + " extraServerComponents of the bookies";

  @Override
  public String id() {
    return "TABLE_SERVICE_NEEDS_ZOOKEEPER";
  }

  @Override
  public List<Finding> examine(Facts facts) {
    OtherComponentTrees.TreeUse tree = facts.inventory().otherComponentTrees().tableService();
    if (tree.live().isPresent()) {
      return List.of(
          blocker(
              id(),
              tree.live().get().value(),
              "a server of the table service runs: %s; it needs ZooKeeper in every version"
                  .formatted(tree.live().get()),
              REMEDY));
    }
    if (tree.nodes() > 0) {
      return List.of(
          warning(
              id(),
              tree.first().orElseThrow().value(),
              "the table service was in use once (%,d nodes below /stream), no server of it runs now"
                  .formatted(tree.nodes()),
              REMEDY));
    }
    return tree.isPresent()
        ? List.of(
            info(
                id(),
                "/stream",
                "/stream contains only the nodes that cluster initialisation creates, which do not"
                    + " prove use",
                "nothing to do if no function keeps state"))
        : List.of();
  }
}
