package io.metamigrate.migrator.plan.rule;

import static io.metamigrate.migrator.plan.Finding.warning;

import io.metamigrate.migrator.plan.Facts;
import io.metamigrate.migrator.plan.Finding;
import io.metamigrate.migrator.plan.Rule;
import java.util.List;
import java.util.Set;

/** Nodes of an unknown owner. */
final class UnknownPaths implements Rule {
  @Override
  public String id() {
    return "UNKNOWN_PATHS";
  }

  @Override
  public List<Finding> examine(Facts facts) {
    Set<String> unknown = facts.inventory().unknown();
    return unknown.isEmpty()
        ? List.of()
        : List.of(
            warning(
                id(),
                String.join(" ", unknown),
                "%d path families are not known: %s"
                    .formatted(unknown.size(), String.join(", ", unknown)),
                "they are copied as they are; find out who writes them (a protocol handler or"
                    + " plugin?) and exclude them with scope.exclude if they must not move"));
  }
}
