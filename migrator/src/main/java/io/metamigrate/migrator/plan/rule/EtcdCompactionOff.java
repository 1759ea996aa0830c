package io.metamigrate.migrator.plan.rule;

import static io.metamigrate.migrator.plan.Finding.notKnown;
import static io.metamigrate.migrator.plan.Finding.warning;

import io.metamigrate.migrator.plan.Facts;
import io.metamigrate.migrator.plan.Finding;
import io.metamigrate.migrator.plan.Rule;
import io.metamigrate.verifier.store.EtcdServerFacts;
import java.util.List;

/** Without compaction the database grows without limit, with every cursor that moves. */
final class EtcdCompactionOff implements Rule {
  private static final String REMEDY =
      "start etcd with --auto-compaction-retention=1h or longer: a shorter time can end the watches"
          + " of a broker that was disconnected";

  @Override
  public String id() {
    return "ETCD_COMPACTION_OFF";
  }

  @Override
  public List<Finding> examine(Facts facts) {
    if (compactedRecently(facts)) {
      return List.of();
    }
    if (facts.server().flags().isEmpty()) {
      return List.of(
          notKnown(
              id(),
              "etcd",
              "whether etcd compacts its history; it did not report its command line",
              REMEDY));
    }
    String retention = facts.server().flag(EtcdServerFacts.COMPACTION).orElse("");
    if (retention.isEmpty()) {
      return List.of(
          warning(
              id(),
              "etcd",
              "etcd was started without --auto-compaction-retention and has not been compacted;"
                  + " unless ETCD_AUTO_COMPACTION_RETENTION is set, it keeps every version forever",
              REMEDY));
    }
    return retention.matches("0+[a-z]*")
        ? List.of(
            warning(
                id(),
                "etcd",
                "etcd was started with --auto-compaction-retention=%s: it keeps every version forever"
                    .formatted(retention),
                REMEDY))
        : List.of();
  }

  private static boolean compactedRecently(Facts facts) {
    return facts.server().metrics().stream()
        .anyMatch(metrics -> metrics.compactRevision().orElse(0) > 0);
  }
}
