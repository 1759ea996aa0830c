package io.metamigrate.migrator.plan.rule;

import static io.metamigrate.migrator.plan.Finding.blocker;

import io.metamigrate.migrator.plan.Facts;
import io.metamigrate.migrator.plan.Finding;
import io.metamigrate.migrator.plan.Rule;
import java.util.List;

/** Two stores become one etcd, which can hold only one value for a key. */
final class ConfigurationStoreConflict implements Rule {
  @Override
  public String id() {
    return "CONFIGURATION_STORE_CONFLICT";
  }

  @Override
  public List<Finding> examine(Facts facts) {
    List<String> conflicts = facts.source().conflicts();
    return conflicts.isEmpty()
        ? List.of()
        : List.of(
            blocker(
                id(),
                String.join(" ", conflicts),
                "the local and the configuration store hold different data for %s"
                    .formatted(String.join(", ", conflicts)),
                "find out which of the two brokers use (the configuration store for /admin except"
                    + " local-policies) and delete or align the other"));
  }
}
