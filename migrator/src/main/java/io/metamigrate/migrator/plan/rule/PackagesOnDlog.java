package io.metamigrate.migrator.plan.rule;

import static io.metamigrate.migrator.plan.Finding.blocker;

import io.metamigrate.migrator.plan.ClusterFacts;
import io.metamigrate.migrator.plan.Facts;
import io.metamigrate.migrator.plan.Finding;
import io.metamigrate.migrator.plan.OtherComponentTrees;
import io.metamigrate.migrator.plan.Rule;
import java.util.List;

/**
 * Package management stores in DistributedLog by default ({@code BookKeeperPackagesStorage}), which
 * knows only ZooKeeper.
 */
final class PackagesOnDlog implements Rule {
  private static final String REMEDY =
      "download the packages, configure FileSystemPackagesStorageProvider, upload them again; or"
          + " turn package management off";

  @Override
  public String id() {
    return "PACKAGES_ON_DLOG";
  }

  @Override
  public List<Finding> examine(Facts facts) {
    OtherComponentTrees.TreeUse tree = facts.inventory().otherComponentTrees().packages();
    if (tree.nodes() > 0) {
      return List.of(
          blocker(
              id(),
              tree.first().orElseThrow().value(),
              "%,d nodes below /pulsar/packages: packages lie in DistributedLog, which stays on ZooKeeper"
                  .formatted(tree.nodes()),
              REMEDY));
    }
    return facts.components().brokers().stream()
        .filter(
            broker -> "true".equalsIgnoreCase(broker.settings().get("enablePackagesManagement")))
        .filter(broker -> !storage(broker).contains("FileSystem"))
        .map(
            broker ->
                blocker(
                    id(),
                    broker.id(),
                    "broker %s has enablePackagesManagement=true with the storage %s, which needs ZooKeeper"
                        .formatted(broker.id(), storage(broker)),
                    REMEDY))
        .limit(1)
        .toList();
  }

  private static String storage(ClusterFacts.Broker broker) {
    return broker.settings().getOrDefault("packagesManagementStorageProvider", "BookKeeper");
  }
}
