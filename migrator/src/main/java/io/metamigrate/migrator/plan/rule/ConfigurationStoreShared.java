package io.metamigrate.migrator.plan.rule;

import static io.metamigrate.migrator.plan.Finding.blocker;
import static io.metamigrate.migrator.plan.Finding.info;

import io.metamigrate.migrator.plan.Facts;
import io.metamigrate.migrator.plan.Finding;
import io.metamigrate.migrator.plan.Rule;
import java.util.List;

/** A configuration store that serves several clusters forks when one of them leaves it. */
final class ConfigurationStoreShared implements Rule {
  private static final String REMEDY =
      "if other clusters use this store, their policies diverge from now on: agree on who changes"
          + " what, then set source.acceptSharedConfiguration";

  @Override
  public String id() {
    return "CONFIGURATION_STORE_SHARED";
  }

  @Override
  public List<Finding> examine(Facts facts) {
    List<String> clusters =
        facts.source().configurationClusters().orElse(facts.source().clusters());
    List<String> others = clusters.stream().filter(name -> !name.equals(facts.cluster())).toList();
    if (others.isEmpty() || facts.configuration().source().acceptSharedConfiguration()) {
      return List.of();
    }
    String message =
        "/admin/clusters names other clusters too: %s".formatted(String.join(", ", others));
    return List.of(
        facts.source().configurationClusters().isPresent()
            ? blocker(
                id(),
                "source.configurationZookeeper",
                message
                    + "; if they use this configuration store, policies changed later are no longer"
                    + " the same",
                REMEDY)
            : info(
                id(),
                "/admin/clusters",
                message + "; this is correct if each has a store of its own, as with replication",
                REMEDY));
  }
}
