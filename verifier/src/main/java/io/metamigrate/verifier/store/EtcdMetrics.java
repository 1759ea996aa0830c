package io.metamigrate.verifier.store;

import io.metamigrate.verifier.store.EtcdServerFacts.ServerMetrics;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads the few of etcd's metrics that a plan uses, in Prometheus' text format. */
final class EtcdMetrics {
  private static final String QUOTA = "etcd_server_quota_backend_bytes ";
  private static final String COMPACTED = "etcd_debugging_mvcc_compact_revision ";
  private static final String REVISION = "etcd_debugging_mvcc_current_revision ";
  private static final Pattern FSYNC =
      Pattern.compile("etcd_disk_wal_fsync_duration_seconds_bucket\\{le=\"([^\"]+)\"} (\\S+)");
  private static final double PERCENTILE = 0.99;

  private EtcdMetrics() {}

  static ServerMetrics read(String text) {
    OptionalLong quota = OptionalLong.empty();
    OptionalLong compacted = OptionalLong.empty();
    OptionalLong revision = OptionalLong.empty();
    SortedMap<Double, Double> fsyncs = new TreeMap<>();
    for (String line : text.lines().toList()) {
      Matcher bucket = FSYNC.matcher(line);
      if (bucket.matches()) {
        String bound = bucket.group(1);
        fsyncs.put(
            bound.equals("+Inf") ? Double.POSITIVE_INFINITY : Double.parseDouble(bound),
            Double.parseDouble(bucket.group(2)));
      } else if (line.startsWith(QUOTA)) {
        quota = number(line, QUOTA);
      } else if (line.startsWith(COMPACTED)) {
        compacted = number(line, COMPACTED);
      } else if (line.startsWith(REVISION)) {
        revision = number(line, REVISION);
      }
    }
    double all = fsyncs.isEmpty() ? 0 : fsyncs.get(fsyncs.lastKey());
    return new ServerMetrics(quota, compacted, revision, percentile(fsyncs, all), (long) all);
  }

  private static OptionalDouble percentile(SortedMap<Double, Double> buckets, double all) {
    return all == 0
        ? OptionalDouble.empty()
        : buckets.entrySet().stream()
            .filter(bucket -> bucket.getValue() >= PERCENTILE * all)
            .mapToDouble(bucket -> bucket.getKey() * 1_000)
            .findFirst();
  }

  private static OptionalLong number(String line, String name) {
    return OptionalLong.of((long) Double.parseDouble(line.substring(name.length())));
  }
}
