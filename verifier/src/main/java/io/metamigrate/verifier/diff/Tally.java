package io.metamigrate.verifier.diff;

import io.metamigrate.verifier.catalog.Catalogue;
import io.metamigrate.verifier.diff.Comparison.DifferenceKind;
import io.metamigrate.verifier.diff.Comparison.Differs;
import io.metamigrate.verifier.diff.Comparison.Same;
import io.metamigrate.verifier.diff.Comparison.Seeded;
import io.metamigrate.verifier.diff.Comparison.Skipped;
import io.metamigrate.verifier.report.GroupCount;
import io.metamigrate.verifier.report.VerificationReport;
import io.metamigrate.verifier.store.Ensemble;
import io.metamigrate.verifier.store.Pair;
import io.metamigrate.verifier.store.Zxid;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Counts comparisons, overall and by path family. For one thread; bounded by the catalogue's size.
 */
public final class Tally {
  private final Map<DifferenceKind, Long> differing = new EnumMap<>(DifferenceKind.class);
  private final Map<String, Long> skipped = new TreeMap<>();
  private final Map<String, long[]> groups = new TreeMap<>();
  private long same;
  private long seeded;
  private Zxid highest = Zxid.NONE;

  /** Counts one path. */
  public void add(Comparison comparison) {
    observe(comparison.pair());
    long[] group = group(comparison);
    if (comparison instanceof Same) {
      same++;
      group[0]++;
      group[1]++;
    } else if (comparison instanceof Seeded) {
      seeded++;
      group[0]++;
      group[1]++;
    } else if (comparison instanceof Skipped skip) {
      skip(skip.reason());
      group[3]++;
    } else if (comparison instanceof Differs differs) {
      differing.merge(differs.kind(), 1L, Long::sum);
      group[0]++;
      group[2]++;
    }
  }

  /** Compared, same, differing, skipped. */
  private long[] group(Comparison comparison) {
    return groups.computeIfAbsent(
        Catalogue.of(comparison.pair().path()).prefix(), prefix -> new long[4]);
  }

  private void skip(String reason) {
    skipped.merge(reason, 1L, Long::sum);
  }

  private void observe(Pair pair) {
    pair.source()
        .filter(znode -> znode.ensemble() == Ensemble.LOCAL)
        .ifPresent(znode -> highest = highest.max(znode.newest()));
  }

  /** A second comparison found the sides the same. */
  public void settled(Differs first) {
    subtract(first);
    same++;
    group(first)[1]++;
  }

  /** A second comparison found that this is no difference, for a reason. */
  public void excused(Differs first, String reason) {
    subtract(first);
    skip(reason);
    long[] group = group(first);
    group[0]--;
    group[3]++;
  }

  private void subtract(Differs differs) {
    differing.merge(differs.kind(), -1L, Long::sum);
    group(differs)[2]--;
  }

  /** Nodes that are equal, counters that are high enough included. */
  long same() {
    return same + seeded;
  }

  /** Nodes that differ in this way. */
  long count(DifferenceKind kind) {
    return differing.getOrDefault(kind, 0L);
  }

  /** Nodes that differ in any way. */
  public long differing() {
    return differing.values().stream().mapToLong(Long::longValue).sum();
  }

  /** Nodes that must be equal; those that are left out are not counted. */
  public long compared() {
    return same() + differing();
  }

  /** Nodes that are left out, by reason. */
  public Map<String, Long> skipped() {
    return Map.copyOf(skipped);
  }

  /** All of it. */
  public VerificationReport.Counts counts() {
    return new VerificationReport.Counts(
        compared(),
        same(),
        count(DifferenceKind.MISSING),
        count(DifferenceKind.EXTRA),
        count(DifferenceKind.DIFFERENT),
        skipped(),
        groups());
  }

  public Zxid highestZxid() {
    return highest;
  }

  List<GroupCount> groups() {
    return groups.entrySet().stream()
        .map(
            e ->
                new GroupCount(
                    e.getKey(), e.getValue()[0], e.getValue()[1], e.getValue()[2], e.getValue()[3]))
        .toList();
  }
}
