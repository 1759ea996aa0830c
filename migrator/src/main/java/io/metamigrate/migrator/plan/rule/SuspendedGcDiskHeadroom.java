package io.metamigrate.migrator.plan.rule;

import static io.metamigrate.migrator.plan.Finding.notKnown;
import static io.metamigrate.migrator.plan.Finding.warning;

import io.metamigrate.migrator.plan.ClusterFacts;
import io.metamigrate.migrator.plan.Facts;
import io.metamigrate.migrator.plan.Finding;
import io.metamigrate.migrator.plan.Rule;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** While the move lasts no bookie frees disk space. */
final class SuspendedGcDiskHeadroom implements Rule {
  private static final double DEFAULT_LIMIT = 0.95;
  private static final double MARGIN = 0.15;

  @Override
  public String id() {
    return "SUSPENDED_GC_DISK_HEADROOM";
  }

  @Override
  public List<Finding> examine(Facts facts) {
    List<Finding> findings = new ArrayList<>();
    List<String> unknown = new ArrayList<>(facts.inventory().bookKeeper().registered());
    for (ClusterFacts.Bookie bookie : facts.components().bookies()) {
      if (bookie.freeBytes().isPresent() && bookie.totalBytes().orElse(0) > 0) {
        unknown.remove(bookie.id());
        examine(bookie).ifPresent(findings::add);
      } else if (!unknown.contains(bookie.id())) {
        unknown.add(bookie.id());
      }
    }
    if (!unknown.isEmpty()) {
      findings.add(
          notKnown(
              id(),
              "bookies",
              "how full the disks are of " + String.join(", ", unknown),
              "check them: garbage collection is suspended from the first bookie's restart until"
                  + " all brokers are on etcd, and what is deleted meanwhile frees nothing"));
    }
    return findings;
  }

  private Optional<Finding> examine(ClusterFacts.Bookie bookie) {
    long total = bookie.totalBytes().orElseThrow();
    double used = 1 - (double) bookie.freeBytes().orElseThrow() / total;
    double limit = limit(bookie);
    return used < limit - MARGIN
        ? Optional.empty()
        : Optional.of(
            warning(
                id(),
                bookie.id(),
                "the disks of bookie %s are %.0f %% full; at %.0f %% it turns read-only, and it frees nothing while garbage collection is suspended"
                    .formatted(bookie.id(), used * 100, limit * 100),
                "make room first: shorten retention and let garbage collection run, or add disks or"
                    + " bookies"));
  }

  private static double limit(ClusterFacts.Bookie bookie) {
    String text = bookie.settings().getOrDefault("diskUsageThreshold", "");
    return text.matches("0?\\.\\d{1,6}") ? Double.parseDouble(text) : DEFAULT_LIMIT;
  }
}
