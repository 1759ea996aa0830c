package io.metamigrate.migrator.plan.rule;

import static io.metamigrate.migrator.plan.Finding.blocker;
import static io.metamigrate.migrator.plan.Finding.info;
import static io.metamigrate.migrator.plan.Finding.notKnown;

import io.metamigrate.migrator.plan.Facts;
import io.metamigrate.migrator.plan.Finding;
import io.metamigrate.migrator.plan.Rule;
import java.util.List;

/**
 * Events of PIP-136 carry versions of the store that they come from, which the move keeps only on
 * request.
 */
final class MetadataSyncActive implements Rule {
  private static final List<String> SETTINGS =
      List.of("metadataSyncEventTopic", "configurationMetadataSyncEventTopic");

  @Override
  public String id() {
    return "METADATA_SYNC_ACTIVE";
  }

  @Override
  public List<Finding> examine(Facts facts) {
    if (facts.pulsarVersion().filter(version -> !version.canSyncMetadata()).isPresent()) {
      return List.of();
    }
    if (!facts.components().brokersAnswered()) {
      return List.of(
          notKnown(
              id(),
              SETTINGS.get(0),
              "whether brokers send metadata changes to other clusters; no broker reported it",
              "set cluster.admin.url, or check " + String.join(" and ", SETTINGS)));
    }
    boolean exact = facts.configuration().copy().exactVersions();
    return SETTINGS.stream()
        .filter(setting -> !facts.components().ofBrokers(setting).isEmpty())
        .map(setting -> exact ? kept(setting, facts) : lost(setting, facts))
        .toList();
  }

  private Finding lost(String setting, Facts facts) {
    return blocker(
        id(),
        setting,
        "%s is set (%s): other clusters check versions that are not the same on etcd"
            .formatted(setting, topic(setting, facts)),
        "let the topic drain and clear the setting in every cluster before the move, or copy with --versions exact");
  }

  private Finding kept(String setting, Facts facts) {
    return info(
        id(),
        setting,
        "%s is set (%s): versions on etcd are kept the same (copy.versions: exact)"
            .formatted(setting, topic(setting, facts)),
        "give --versions exact to every command of this move, or set it in the configuration");
  }

  private static String topic(String setting, Facts facts) {
    return facts.components().ofBrokers(setting).values().iterator().next();
  }
}
