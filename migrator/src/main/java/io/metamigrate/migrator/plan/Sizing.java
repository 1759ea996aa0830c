package io.metamigrate.migrator.plan;

import io.metamigrate.verifier.store.EtcdServerFacts;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;

/**
 * How much room the move needs, from what the plan counted. Times are in {@link Plan.Cost}; what
 * both rest on is in {@code restsOn}.
 *
 * @param temporaryBytes below {@code java.io.tmpdir} of the machine that runs {@code migrate run}
 * @param restsOn one line for each figure that was measured here, reported or assumed
 */
public record Sizing(EtcdSize etcd, long temporaryBytes, List<String> restsOn) {
  /** etcd's quota if it is not set, in bytes (etcd {@code DefaultQuotaBytes}). */
  public static final long DEFAULT_QUOTA = 2L << 30;

  /** The largest quota that etcd recommends, in bytes (etcd {@code MaxQuotaBytes}). */
  static final long LARGEST_QUOTA = 8L << 30;

  /**
   * What etcd keeps of its log by default: {@code --max-wals} segments of 64 MB, rounded up to MiB
   * ({@code embed.DefaultMaxWALs}, {@code wal.SegmentSizeBytes}).
   */
  static final long LOG_BYTES = 5 * (64L << 20);

  /**
   * Of one path in a list on disk beside the path itself, with pages that are not full, for a tree
   * that is read directory by directory. A test measures it.
   */
  static final long LIST_ROW = 100;

  static final int LISTS = 2;

  /** A file may hold what was overwritten until it is compacted. */
  static final int REWRITTEN = 2;

  public Sizing {
    restsOn = List.copyOf(restsOn);
  }

  /**
   * Of each member of etcd.
   *
   * @param databaseBytes as it is now
   * @param afterCopyBytes of the database once everything is copied, its history included
   * @param quotaBytes that holds now
   * @param quotaReported whether etcd reported it; otherwise it is the default
   * @param advisedQuotaBytes the smallest usual quota of which half is enough; changes add to it
   *     until a compaction
   * @param diskBytes a full database, its copy while it is defragmented, and the log
   */
  public record EtcdSize(
      long databaseBytes,
      long afterCopyBytes,
      long quotaBytes,
      boolean quotaReported,
      long advisedQuotaBytes,
      long diskBytes) {}

  public static Sizing of(Facts facts) {
    Estimate estimate = Estimate.of(facts);
    Inventory inventory = facts.inventory();
    return new Sizing(
        etcd(facts, estimate),
        temporaryBytes(inventory.znodes(), inventory.pathBytes()),
        restsOn(facts, estimate));
  }

  private static EtcdSize etcd(Facts facts, Estimate estimate) {
    long now = facts.target().databaseBytes();
    long after = now + estimate.databaseBytes();
    OptionalLong reported =
        facts
            .server()
            .metrics()
            .map(EtcdServerFacts.ServerMetrics::quotaBytes)
            .orElse(OptionalLong.empty());
    long advised = advisedQuota(after);
    return new EtcdSize(
        now,
        after,
        reported.orElse(DEFAULT_QUOTA),
        reported.isPresent(),
        advised,
        advised + after + LOG_BYTES + estimate.bytes());
  }

  static long advisedQuota(long databaseBytes) {
    long quota = DEFAULT_QUOTA;
    while (quota < LARGEST_QUOTA && databaseBytes > quota / 2) {
      quota *= 2;
    }
    return quota;
  }

  /** Of so many paths with so many bytes together. */
  static long temporaryBytes(long paths, long pathBytes) {
    return LISTS * REWRITTEN * (pathBytes + paths * LIST_ROW);
  }

  private static List<String> restsOn(Facts facts, Estimate estimate) {
    Inventory inventory = facts.inventory();
    return List.of(
        line(
            "counted in this tree: %,d znodes, %s of values and %s of paths; to be written: %,d"
                + " puts and %,d raises of counters",
            inventory.znodes(),
            PlanText.bytes(inventory.bytes()),
            PlanText.bytes(inventory.pathBytes()),
            estimate.puts(),
            estimate.raises()),
        estimate.putRate(),
        estimate.raiseRate(),
        estimate.pairRate(),
        line(
            "assumed: %.0f s to stop brokers and to start them until they are healthy; `migrate"
                + " driver check` times one node",
            Estimate.RESTART_SECONDS),
        line(
            "assumed: %d bytes of etcd's database for each version of a key beside key and value,"
                + " and %.0f %% for pages that are not full",
            Estimate.VERSION, (Estimate.BACKEND_OVERHEAD - 1) * 100),
        line(
            "etcd's defaults for its log (5 files of 64 MiB), and a second copy of the database"
                + " while it is defragmented"),
        line(
            "measured on other trees: less than %d bytes beside each path in a list on disk; a"
                + " daemon has %d lists, each may be rewritten %d times",
            LIST_ROW, LISTS, REWRITTEN),
        "not counted: what the cluster changes during the move. Each change adds its whole value"
            + " until etcd compacts");
  }

  private static String line(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }
}
