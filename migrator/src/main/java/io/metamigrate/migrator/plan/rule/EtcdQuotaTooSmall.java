package io.metamigrate.migrator.plan.rule;

import static io.metamigrate.migrator.plan.Finding.blocker;
import static io.metamigrate.migrator.plan.Finding.warning;

import io.metamigrate.migrator.plan.Estimate;
import io.metamigrate.migrator.plan.Facts;
import io.metamigrate.migrator.plan.Finding;
import io.metamigrate.migrator.plan.PlanText;
import io.metamigrate.migrator.plan.Rule;
import io.metamigrate.migrator.plan.Sizing;
import java.util.List;
import java.util.OptionalLong;

/** A full database stops every write until an operator makes room. */
final class EtcdQuotaTooSmall implements Rule {
  private static final String REMEDY =
      "raise it with --quota-backend-bytes=%d (8 GiB is the largest that etcd advises), turn"
          + " compaction on, and defragment after the copy";

  @Override
  public String id() {
    return "ETCD_QUOTA_TOO_SMALL";
  }

  @Override
  public List<Finding> examine(Facts facts) {
    OptionalLong reported =
        facts.server().metrics().map(m -> m.quotaBytes()).orElse(OptionalLong.empty());
    long quota = reported.orElse(Sizing.DEFAULT_QUOTA);
    long expected = facts.target().databaseBytes() + Estimate.of(facts).databaseBytes();
    String message =
        "etcd's database has %s and will have about %s after the copy; its quota is %s%s"
            .formatted(
                PlanText.bytes(facts.target().databaseBytes()),
                PlanText.bytes(expected),
                PlanText.bytes(quota),
                reported.isPresent() ? "" : ", the default: etcd did not report it");
    String remedy = REMEDY.formatted(Sizing.of(facts).etcd().advisedQuotaBytes());
    if (expected > quota) {
      return List.of(blocker(id(), "etcd", message, remedy));
    }
    return expected > quota / 2 ? List.of(warning(id(), "etcd", message, remedy)) : List.of();
  }
}
