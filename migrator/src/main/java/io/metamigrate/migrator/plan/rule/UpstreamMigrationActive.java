package io.metamigrate.migrator.plan.rule;

import static io.metamigrate.migrator.plan.Finding.blocker;
import static io.metamigrate.migrator.plan.Finding.info;

import io.metamigrate.migrator.plan.Facts;
import io.metamigrate.migrator.plan.Finding;
import io.metamigrate.migrator.plan.Rule;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Pulsar's own move to another store (PIP-454) blocks writes and switches stores by itself. */
final class UpstreamMigrationActive implements Rule {
  private static final String PATH = "/pulsar/migration-coordinator/migration";
  private static final Pattern PHASE = Pattern.compile("\"phase\"\\s*:\\s*\"([A-Z_]{1,40})\"");

  @Override
  public String id() {
    return "UPSTREAM_MIGRATION_ACTIVE";
  }

  @Override
  public List<Finding> examine(Facts facts) {
    return facts.inventory().otherComponentTrees().upstreamMigration().stream()
        .map(this::finding)
        .toList();
  }

  private Finding finding(String state) {
    boolean over = state.contains("NOT_STARTED") || state.contains("FAILED");
    Matcher phase = PHASE.matcher(state);
    String message =
        "Pulsar's own migration is in phase %s (%s)"
            .formatted(phase.find() ? phase.group(1) : "unknown", PATH);
    return over
        ? info(id(), PATH, message, "nothing to do; the node is not copied")
        : blocker(
            id(),
            PATH,
            message,
            "finish it or roll it back before this move; two moves of one cluster must not"
                + " overlap");
  }
}
