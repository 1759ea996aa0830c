package io.metamigrate.migrator.plan;

import io.metamigrate.verifier.decode.LedgerPaths;
import io.metamigrate.verifier.store.Znode;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.TreeMap;

/**
 * How many ledgers there are and how fast they came, by the ctimes of their znodes: those of the
 * {@value #DAYS} days up to the newest one that still exist. Deletions to come are not foreseen, so
 * the date is the earliest. A ctime of the future, as ZooKeeper gives while its clock is wrong, is
 * none. Grows with the days, not with the ledgers. For one thread.
 */
public final class LedgerGrowth {
  static final int DAYS = 30;

  private static final long DAY_MILLIS = 86_400_000;

  /** Below this span a rate is meaningless. */
  private static final long MIN_MILLIS = DAY_MILLIS;

  private final long end;
  private final TreeMap<Long, Long> byDay = new TreeMap<>();
  private long count;
  private long newest;
  private long oldest = Long.MAX_VALUE;

  /** For a pass that begins now. */
  LedgerGrowth(Instant now) {
    end = now.toEpochMilli() + DAY_MILLIS;
  }

  void add(Znode znode) {
    if (LedgerPaths.ledgerOf(znode.path().value()).isEmpty()) {
      return;
    }
    count++;
    if (znode.createdMillis() > 0 && znode.createdMillis() < end) {
      newest = Math.max(newest, znode.createdMillis());
      oldest = Math.min(oldest, znode.createdMillis());
      byDay.merge(znode.createdMillis() / DAY_MILLIS, 1L, Long::sum);
    }
  }

  /** The number of ledgers, those without a creation time included. */
  public long count() {
    return count;
  }

  /** Ledgers a day; empty if those that exist came within a day. */
  public Optional<Double> perDay() {
    if (newest - oldest < MIN_MILLIS) {
      return Optional.empty();
    }
    long firstDay = Math.max(oldest / DAY_MILLIS, newest / DAY_MILLIS - DAYS + 1);
    long came = byDay.tailMap(firstDay, true).values().stream().mapToLong(Long::longValue).sum();
    double days = (newest - Math.max(oldest, firstDay * DAY_MILLIS)) / (double) DAY_MILLIS;
    return Optional.of(came / Math.max(1, days));
  }

  /** When there will be so many, at that rate and if none is deleted. */
  public Optional<LocalDate> dateOfReaching(long wall) {
    return perDay()
        .map(rate -> Math.max(0, wall - count) / rate)
        .filter(days -> days < 36_500)
        .map(
            days ->
                Instant.ofEpochMilli(newest)
                    .plusSeconds((long) (days * DAY_MILLIS / 1_000))
                    .atZone(ZoneOffset.UTC)
                    .toLocalDate());
  }
}
