package io.metamigrate.migrator.plan.rule;

import static io.metamigrate.migrator.plan.Finding.blocker;
import static io.metamigrate.migrator.plan.Finding.notKnown;
import static io.metamigrate.migrator.plan.Finding.warning;

import io.metamigrate.migrator.plan.ClusterFacts;
import io.metamigrate.migrator.plan.Facts;
import io.metamigrate.migrator.plan.Finding;
import io.metamigrate.migrator.plan.Rule;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Only Pulsar's driver (metadata-store:) can go to etcd; BookKeeper's own etcd driver uses other
 * keys.
 */
final class BookieDriverNotMetadataStore implements Rule {
  private static final String SETTING = "metadataServiceUri";

  @Override
  public String id() {
    return "BOOKIE_DRIVER_NOT_METADATA_STORE";
  }

  @Override
  public List<Finding> examine(Facts facts) {
    if (!facts.components().bookiesAnswered()) {
      String hint =
          facts.inventory().bookKeeper().layout().isPresent()
              ? "; /ledgers/LAYOUT is there, so they were started at least once with BookKeeper's"
                  + " own"
              : "";
      return List.of(
          notKnown(
              id(),
              SETTING,
              "which metadata driver bookies run with; none reported it" + hint,
              "check metadataServiceUri of each bookie, or set httpServerEnabled=true on them"));
    }
    List<Finding> findings = new ArrayList<>();
    Map<String, String> uris = facts.components().ofBookies(SETTING);
    List<String> own =
        uris.entrySet().stream()
            .filter(entry -> entry.getValue().matches("etcd\\S*://.*"))
            .map(Map.Entry::getKey)
            .toList();
    if (!own.isEmpty()) {
      findings.add(
          blocker(
              id(),
              SETTING,
              "%s: BookKeeper's own etcd driver uses other keys than Pulsar and cannot repair ledgers"
                  .formatted(String.join(", ", own)),
              "use metadata-store:etcd:http://HOST:PORT"));
    }
    List<String> native_ =
        facts.components().bookies().stream()
            .filter(bookie -> !bookie.settings().isEmpty())
            .filter(bookie -> isNative(uris.getOrDefault(bookie.id(), "")))
            .map(ClusterFacts.Bookie::id)
            .toList();
    if (!native_.isEmpty()) {
      findings.add(
          warning(
              id(),
              SETTING,
              "%s run with BookKeeper's own ZooKeeper driver; racks and tools behave differently with metadata-store:"
                  .formatted(String.join(", ", native_)),
              "first switch to metadata-store:zk:HOST:PORT on ZooKeeper, one bookie at a time, and"
                  + " check that racks are still found"));
    }
    return findings;
  }

  private static boolean isNative(String uri) {
    return uri.isEmpty() || uri.startsWith("zk");
  }
}
