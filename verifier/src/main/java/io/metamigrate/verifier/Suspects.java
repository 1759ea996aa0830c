package io.metamigrate.verifier;

import io.metamigrate.verifier.catalog.Catalogue;
import io.metamigrate.verifier.diff.Comparer;
import io.metamigrate.verifier.diff.Comparison;
import io.metamigrate.verifier.diff.Comparison.DifferenceKind;
import io.metamigrate.verifier.diff.Comparison.Differs;
import io.metamigrate.verifier.diff.Tally;
import io.metamigrate.verifier.report.Difference;
import io.metamigrate.verifier.report.VerificationReport;
import io.metamigrate.verifier.store.DualReader;
import io.metamigrate.verifier.store.ZkPath;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * Possible differences of one pass, each checked again before it is reported. One that disappears
 * is counted by its new state. For one thread; holds at most {@value #MOST}.
 */
final class Suspects {
  static final int MAX_SUSPECTS = 10_000;

  /** What keeps changing is checked for so many times the settling time. */
  private static final int TIMEOUT_FACTOR = 5;

  private static final long FIRST_PAUSE_MILLIS = 50;
  private static final long MAX_PAUSE_MILLIS = 2_000;

  private final DualReader both;
  private final Tally tally;
  private final Runnable barrier;
  private final boolean exactVersions;
  private final Map<ZkPath, Suspect> suspects = new TreeMap<>();
  private boolean full;

  Suspects(DualReader both, Tally tally, Runnable barrier, boolean exactVersions) {
    this.both = both;
    this.tally = tally;
    this.barrier = barrier;
    this.exactVersions = exactVersions;
  }

  /**
   * Remembers a difference; in a long pass over a changing tree most of them disappear over time.
   */
  void add(Differs differs) {
    if (suspects.size() == MAX_SUSPECTS && !full) {
      recheck();
      full = suspects.size() > MAX_SUSPECTS / 2;
    }
    if (suspects.size() < MAX_SUSPECTS) {
      suspects.put(differs.pair().path(), Suspect.of(differs, System.nanoTime()));
    }
  }

  /** Looks again until what is left is older than the settling time; zero looks once. */
  void settle(Duration timeout) {
    long started = System.nanoTime();
    long pauseMillis = FIRST_PAUSE_MILLIS;
    while (!suspects.isEmpty()) {
      barrier.run();
      recheck();
      long oldest = System.nanoTime() - timeout.toNanos();
      if (timeout.isZero() || suspects.values().stream().allMatch(s -> s.since() - oldest <= 0)) {
        return;
      }
      if (System.nanoTime() - started >= TIMEOUT_FACTOR * timeout.toNanos()) {
        excuseChangedSince(oldest);
        return;
      }
      Verifier.pause(pauseMillis);
      pauseMillis = Math.min(MAX_PAUSE_MILLIS, pauseMillis * 2);
    }
  }

  /** What keeps changing, and is followed, is no difference, and cannot be called the same. */
  private void excuseChangedSince(long oldest) {
    for (Suspect suspect : List.copyOf(suspects.values())) {
      if (suspect.since() - oldest > 0) {
        excuse(suspect, "changes-all-the-time");
      }
    }
  }

  private void recheck() {
    List<Suspect> legal = suspects.values().stream().filter(s -> s.path().isLegalZnode()).toList();
    Map<ZkPath, Comparison> now = new TreeMap<>();
    both.read(legal.stream().map(Suspect::path).toList())
        .forEach(pair -> now.put(pair.path(), Comparer.compare(pair, exactVersions)));
    for (Suspect suspect : legal) {
      Comparison second = now.get(suspect.path());
      if (second == null || second instanceof Comparison.Skipped) {
        excuse(suspect, "gone-meanwhile");
      } else if (second instanceof Differs differs) {
        String reason = harmless(differs);
        if (reason.isEmpty()) {
          suspects.put(suspect.path(), suspect.recheckedAs(differs, System.nanoTime()));
        } else {
          excuse(suspect, reason);
        }
      } else {
        suspects.remove(suspect.path());
        tally.settled(suspect.counted());
      }
    }
  }

  private void excuse(Suspect suspect, String reason) {
    suspects.remove(suspect.path());
    tally.excused(suspect.counted(), reason);
  }

  /** Empty parents appear and disappear on ZooKeeper, and nothing on etcd depends on them. */
  private static String harmless(Differs differs) {
    if (differs.kind() == DifferenceKind.REAPED) {
      return VerificationReport.REAPED;
    }
    boolean emptyParent =
        differs.kind() == DifferenceKind.MISSING
            && Catalogue.of(differs.pair().path()).structural()
            && differs
                .pair()
                .source()
                .filter(z -> z.data().isEmpty() && z.numChildren() == 0)
                .isPresent();
    return emptyParent ? VerificationReport.EMPTY_PARENT : "";
  }

  /** The first of those that are left. */
  List<Difference> differences() {
    return suspects.values().stream()
        .map(Suspect::latest)
        .limit(VerificationReport.MAX_DIFFERENCES)
        .map(
            differs ->
                new Difference(
                    differs.pair().path(),
                    differs.kind().name().toLowerCase(Locale.ROOT),
                    differs.detail()))
        .toList();
  }
}
