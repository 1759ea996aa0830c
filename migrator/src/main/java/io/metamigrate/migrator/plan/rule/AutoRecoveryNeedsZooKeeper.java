package io.metamigrate.migrator.plan.rule;

import static io.metamigrate.migrator.plan.Finding.blocker;
import static io.metamigrate.migrator.plan.Finding.warning;

import io.metamigrate.migrator.plan.Facts;
import io.metamigrate.migrator.plan.Finding;
import io.metamigrate.migrator.plan.Rule;
import java.util.List;

/**
 * AutoRecovery of 2.10 ends at its start on etcd (seen on 2.10.0): afterwards the ledgers of a dead
 * bookie are not repaired.
 */
final class AutoRecoveryNeedsZooKeeper implements Rule {
  private static final String WHERE = "autorecovery";
  private static final String REMEDY =
      "upgrade to 3.0.8 or later first, or accept this by name and repair by hand when a bookie"
          + " dies: see runbooks/findings.md";

  @Override
  public String id() {
    return "AUTORECOVERY_NEEDS_ZOOKEEPER";
  }

  @Override
  public List<Finding> examine(Facts facts) {
    return facts.pulsarVersion().stream()
        .filter(version -> version.supportsEtcd() && !version.autoRecoveryRunsOnEtcd())
        .map(
            version ->
                version.atLeast(2, 11)
                    ? warning(
                        id(),
                        WHERE,
                        "AutoRecovery of Pulsar %s on etcd was not tested; that of 2.10.0 exits at its start"
                            .formatted(version),
                        REMEDY)
                    : blocker(
                        id(),
                        WHERE,
                        "AutoRecovery of Pulsar %s does not run on etcd: it exits at its start (Unknown metadata service scheme found : metadata-store), so ledgers of a bookie that dies are not repaired"
                            .formatted(version),
                        REMEDY))
        .toList();
  }
}
