package io.metamigrate.migrator.plan;

import io.metamigrate.migrator.replay.VersionGoal;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;

/**
 * What is yet to be written and how long it will take. Rates that were not measured on this etcd
 * are conservative figures of a single member on local disk.
 *
 * @param puts of keys, seeds not counted
 * @param inARow puts on one key, the most of all keys, beyond the first
 * @param raises puts on the parents of sequential nodes
 * @param bytes of keys and values
 * @param historyBytes what compaction will free again: overwritten versions of seeds and of the
 *     daemon's own keys
 * @param databaseBytes by how much etcd's database grows
 */
public record Estimate(
    long puts,
    long inARow,
    long raises,
    long bytes,
    long historyBytes,
    long databaseBytes,
    StoreRates rates) {
  private static final double PUTS_PER_SECOND = 20_000;
  private static final double RAISES_PER_SECOND = 4_000;

  /** Transactions of which each waits for the one before it, measured on local disk. */
  private static final double SEQUENTIAL_PUTS_PER_SECOND = 800;

  private static final double PAIRS_PER_SECOND = 50_000;

  /** Of one version of a key in etcd's database: revision, tags, page element. */
  static final long VERSION = 60;

  /** Of a version of a seed's key or of the daemon's mark. */
  private static final long SMALL_VERSION = 150;

  /** Keys in one transaction, which also puts the daemon's mark. */
  private static final long TRANSACTION = 125;

  /** Pages are not full, and freed ones are kept. */
  static final double BACKEND_OVERHEAD = 1.3;

  /** Stopping brokers, and starting them until they are healthy, seen on small machines. */
  static final double RESTART_SECONDS = 30;

  public static Estimate of(Facts facts) {
    Inventory inventory = facts.inventory();
    List<Seed> seeds = seeds(facts);
    long raises =
        seeds.stream()
            .flatMap(seed -> seed.keys().stream())
            .mapToLong(raise -> missing(inventory, raise))
            .sum();
    Inventory.ExtraPuts further = inventory.further();
    long puts = inventory.tally().differing() + further.puts();
    long bytes = inventory.putBytes() + inventory.putKeyBytes();
    long transactions = (puts + TRANSACTION - 1) / TRANSACTION;
    long history =
        (raises + Math.max(transactions, further.most())) * SMALL_VERSION
            + further.bytes()
            + further.puts() * VERSION;
    long database = (long) ((bytes + puts * VERSION + history) * BACKEND_OVERHEAD);
    return new Estimate(puts, further.most(), raises, bytes, history, database, facts.rates());
  }

  /** None while znodes cannot be read: a counter may be among them. */
  static List<Seed> seeds(Facts facts) {
    if (facts.inventory().unreadable().count() > 0) {
      return List.of();
    }
    return SeedPlanner.plan(
        facts.inventory().sequences(),
        facts.inventory().largestLedgerId(),
        facts.configuration().copy().ledgerIds());
  }

  private static long missing(Inventory inventory, VersionGoal raise) {
    return Math.max(0, raise.version() - inventory.sequences().targetVersion(raise.path()));
  }

  double copySeconds() {
    return Math.max(
            puts / rates.putsPerSecond().orElse(PUTS_PER_SECOND),
            inARow / SEQUENTIAL_PUTS_PER_SECOND)
        + seedSeconds();
  }

  private double seedSeconds() {
    return raises / rates.raisesPerSecond().orElse(RAISES_PER_SECOND);
  }

  /** Reading and comparing so many paths in both stores. */
  double verifySeconds(long znodes) {
    return znodes / rates.pairsPerSecond().orElse(PAIRS_PER_SECOND);
  }

  /** What the time of the copy rests on. */
  String putRate() {
    return rate("puts", rates.putsPerSecond(), PUTS_PER_SECOND, "`--measure` times this etcd");
  }

  String raiseRate() {
    return rate(
        "raises of one counter", rates.raisesPerSecond(), RAISES_PER_SECOND, "as for the puts");
  }

  String pairRate() {
    return rate(
        "paths read and compared in both stores",
        rates.pairsPerSecond(),
        PAIRS_PER_SECOND,
        "this plan read nothing");
  }

  private static String rate(String what, OptionalDouble measured, double assumed, String reason) {
    return measured.isPresent()
        ? String.format(
            Locale.ROOT,
            "measured on these stores: %,.0f %s a second",
            measured.getAsDouble(),
            what)
        : String.format(Locale.ROOT, "assumed: %,.0f %s a second; %s", assumed, what, reason);
  }

  /** Brokers stopped until brokers healthy, with the seeds and a whole verification between. */
  double cutoverSeconds(long znodes) {
    return RESTART_SECONDS + seedSeconds() + verifySeconds(znodes);
  }
}
