package io.metamigrate.migrator.plan.rule;

import static io.metamigrate.migrator.plan.Finding.blocker;
import static io.metamigrate.migrator.plan.Finding.info;
import static io.metamigrate.migrator.plan.Finding.notKnown;

import io.metamigrate.migrator.plan.Facts;
import io.metamigrate.migrator.plan.Finding;
import io.metamigrate.migrator.plan.OtherComponentTrees;
import io.metamigrate.migrator.plan.Rule;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Functions keep their packages in DistributedLog, which knows only ZooKeeper. The bare node that
 * cluster initialisation leaves proves no use.
 */
final class FunctionsNeedZooKeeper implements Rule {
  private static final String SETTING = "functionsWorkerEnabled";
  private static final String REMEDY =
      "stop functions and connectors permanently, or upload their packages again to a package store"
          + " on a file system (functionsWorkerEnablePackageManagement) in brokers of 2.11 or"
          + " later. Keep a ZooKeeper for a worker that must stay";

  @Override
  public String id() {
    return "FUNCTIONS_NEED_ZOOKEEPER";
  }

  @Override
  public List<Finding> examine(Facts facts) {
    List<Finding> findings = new ArrayList<>();
    OtherComponentTrees.TreeUse tree = facts.inventory().otherComponentTrees().functions();
    if (tree.nodes() > 0) {
      findings.add(
          blocker(
              id(),
              tree.first().orElseThrow().value(),
              "%,d nodes below /pulsar/functions: packages of functions lie in DistributedLog, which stays on ZooKeeper; bookies on etcd delete the ledgers of what is uploaded from now on"
                  .formatted(tree.nodes()),
              REMEDY));
    }
    List<String> workers = facts.configuration().cutover().metadataWriters().functionWorkers();
    if (!workers.isEmpty()) {
      findings.add(
          blocker(
              id(),
              "cutover.metadataWriters.functionWorkers",
              "standalone function workers (%s) need ZooKeeper in every version"
                  .formatted(String.join(", ", workers)),
              REMEDY));
    }
    inBrokers(facts).ifPresent(findings::add);
    if (findings.isEmpty() && tree.isPresent()) {
      findings.add(
          info(
              id(),
              "/pulsar/functions",
              "/pulsar/functions is there but empty: cluster initialisation creates it, so it does"
                  + " not prove use",
              "nothing to do if no functions or connectors run"));
    }
    return findings;
  }

  private Optional<Finding> inBrokers(Facts facts) {
    if (facts.pulsarVersion().isEmpty()
        || facts.pulsarVersion().get().functionsInBrokerRunOnEtcd()) {
      return Optional.empty();
    }
    if (!facts.components().brokersAnswered()) {
      return Optional.of(
          notKnown(
              id(),
              SETTING,
              "whether brokers run a function worker, which Pulsar %s cannot do on etcd"
                  .formatted(facts.pulsarVersion().get()),
              "set cluster.admin.url, or check functionsWorkerEnabled"));
    }
    List<String> on =
        facts.components().ofBrokers(SETTING).entrySet().stream()
            .filter(entry -> entry.getValue().equalsIgnoreCase("true"))
            .map(Map.Entry::getKey)
            .toList();
    return on.isEmpty()
        ? Optional.empty()
        : Optional.of(
            blocker(
                id(),
                SETTING,
                "functionsWorkerEnabled=true on %s; a function worker of Pulsar %s does not start without ZooKeeper"
                    .formatted(String.join(", ", on), facts.pulsarVersion().get()),
                REMEDY));
  }
}
