package io.metamigrate.migrator.plan.rule;

import static io.metamigrate.migrator.plan.Finding.notKnown;
import static io.metamigrate.migrator.plan.Finding.warning;

import io.metamigrate.migrator.plan.Facts;
import io.metamigrate.migrator.plan.Finding;
import io.metamigrate.migrator.plan.Rule;
import io.metamigrate.verifier.store.EtcdServerFacts;
import java.util.List;
import java.util.Optional;

/** A slow log loses leases: bookies and brokers then vanish from the cluster. */
final class EtcdSlowDisk implements Rule {
  private static final long MIN_SYNCS = 100;

  /**
   * etcd's own advice is 10 ms (FAQ, slow disk); its histogram has buckets at 8 and 16
   * (wal/metrics.go).
   */
  private static final double WARN_ABOVE_MILLIS = 16;

  @Override
  public String id() {
    return "ETCD_SLOW_DISK";
  }

  @Override
  public List<Finding> examine(Facts facts) {
    Optional<EtcdServerFacts.ServerMetrics> metrics =
        facts
            .server()
            .metrics()
            .filter(m -> m.fsyncs() >= MIN_SYNCS && m.fsyncP99Millis().isPresent());
    if (metrics.isEmpty()) {
      return List.of(
          notKnown(
              id(),
              "etcd",
              "how fast etcd's disk is: its metrics were not served, or it has written too little"
                  + " yet",
              "run `migrate plan --measure`, then plan again"));
    }
    double millis = metrics.get().fsyncP99Millis().orElseThrow();
    return millis <= WARN_ABOVE_MILLIS
        ? List.of()
        : List.of(
            warning(
                id(),
                "etcd",
                "one in a hundred of etcd's log writes takes longer than %.0f ms (of %,d since its start); %.0f ms or less is good"
                    .formatted(millis, metrics.get().fsyncs(), WARN_ABOVE_MILLIS),
                "give etcd a disk of its own, ideally a local SSD, and sessions of at least 30 s"
                    + " (metadataStoreSessionTimeoutMillis, zkTimeout)"));
  }
}
