package io.metamigrate.verifier;

import io.metamigrate.verifier.catalog.Action;
import io.metamigrate.verifier.catalog.Catalogue;
import io.metamigrate.verifier.check.DomainChecks;
import io.metamigrate.verifier.check.SequenceChecks;
import io.metamigrate.verifier.check.Sequences;
import io.metamigrate.verifier.check.StoreEntry;
import io.metamigrate.verifier.diff.Comparer;
import io.metamigrate.verifier.diff.Comparison;
import io.metamigrate.verifier.diff.Comparison.Differs;
import io.metamigrate.verifier.diff.ContentDigest;
import io.metamigrate.verifier.diff.Tally;
import io.metamigrate.verifier.report.CheckResult;
import io.metamigrate.verifier.report.CheckResult.CheckState;
import io.metamigrate.verifier.report.Difference;
import io.metamigrate.verifier.report.Digest;
import io.metamigrate.verifier.report.Question;
import io.metamigrate.verifier.report.VerificationReport;
import io.metamigrate.verifier.store.Pair;
import io.metamigrate.verifier.store.Position;
import io.metamigrate.verifier.store.Revision;
import io.metamigrate.verifier.store.Scope;
import io.metamigrate.verifier.store.ZkPath;
import io.metamigrate.verifier.store.Zxid;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Decides the answer from what both stores hold. Takes every pair within the scope in etcd's key
 * order, and the counters outside of it that a check compares. Pure. For one thread.
 */
final class Assessment {
  private final Scope scope;
  private final Optional<Position> since;
  private final boolean exactVersions;
  private final Tally tally = new Tally();
  private final ContentDigest content = new ContentDigest();
  private final Set<ZkPath> counters = new TreeSet<>();
  private final Sequences sequences = new Sequences();
  private final DomainChecks domain;

  /**
   * @param since compares only nodes that a store has changed after this position; the names and
   *     counters of all others are still taken
   */
  Assessment(Scope scope, Optional<Position> since, boolean exactVersions) {
    this.scope = scope;
    this.since = since;
    this.exactVersions = exactVersions;
    this.domain = new DomainChecks(scope, since.isEmpty());
  }

  /** Whether all counters of ledger ids must be taken, also those outside of the scope. */
  boolean needsCountersOutOfScope() {
    return !scope.equals(Scope.ALL)
        && (scope.touches(Catalogue.ID_GENERATOR) || scope.touches(Catalogue.LONG_ID_GENERATOR));
  }

  /** A counter, in scope or not. */
  void counter(Pair pair) {
    if (Catalogue.of(pair.path()).action() == Action.SEED) {
      counters.add(pair.path());
      sequences.add(pair);
    }
  }

  /** Whether only the names of this pair were read and its values are to be compared. */
  boolean wantsValues(Pair pair) {
    return since.isPresent() && hasUnreadValue(pair) && !isUnchanged(pair);
  }

  private static boolean hasUnreadValue(Pair pair) {
    return pair.target().isPresent()
        && pair.path().isLegalZnode()
        && Catalogue.of(pair.path()).action() != Action.SEED;
  }

  private boolean isUnchanged(Pair pair) {
    return hasUnreadValue(pair) && since.filter(from -> from.covers(pair)).isPresent();
  }

  /** The next pair in scope; a difference may yet turn out to be none. */
  Optional<Differs> add(Pair pair) {
    if (isUnchanged(pair)) {
      tally.add(new Comparison.Skipped(pair, VerificationReport.NOT_CHANGED));
      nameOnly(pair);
      return Optional.empty();
    }
    Comparison comparison = Comparer.compare(pair, exactVersions);
    tally.add(comparison);
    content.add(pair);
    if (comparison instanceof Comparison.Seeded) {
      counter(pair);
    }
    examine(pair);
    return comparison instanceof Differs differs ? Optional.of(differs) : Optional.empty();
  }

  private void nameOnly(Pair pair) {
    String path = pair.path().value();
    pair.source()
        .ifPresent(z -> domain.source(StoreEntry.unread(path, z.version(), z.isEphemeral())));
    pair.target().ifPresent(e -> domain.target(StoreEntry.unread(path, e.version(), e.isLeased())));
  }

  private void examine(Pair pair) {
    String path = pair.path().value();
    pair.source()
        .ifPresent(
            z ->
                domain.source(
                    new StoreEntry(path, z.data().bytes(), z.version(), z.isEphemeral())));
    pair.target()
        .ifPresent(
            e -> domain.target(new StoreEntry(path, e.data().bytes(), e.version(), e.isLeased())));
  }

  Tally tally() {
    return tally;
  }

  /** Every counter that was taken. */
  List<ZkPath> counters() {
    return List.copyOf(counters);
  }

  /**
   * The answer, when all pairs were taken.
   *
   * @param upTo the highest zxid that ZooKeeper had before the first read, if it reports it
   * @param leftOut nodes outside of the scope that the cluster needs, by root
   */
  VerificationReport report(
      Optional<Zxid> upTo,
      Revision revision,
      Map<String, Long> leftOut,
      List<Difference> differences,
      double seconds) {
    List<CheckResult> checks = new ArrayList<>(SequenceChecks.of(scope, sequences));
    checks.addAll(domain.results(sequences.nextLedgerIdOnTarget()));
    boolean isEmpty =
        tally.compared() == 0 && !tally.skipped().containsKey(VerificationReport.NOT_CHANGED);
    boolean consistent =
        !isEmpty
            && tally.differing() == 0
            && checks.stream().noneMatch(check -> check.state() == CheckState.FAILED);
    return new VerificationReport(
        consistent,
        Question.of(scope, since),
        new VerificationReport.Extent(
            leftOut,
            tally.highestZxid(),
            revision,
            upTo.filter(z -> consistent)
                .map(z -> new Position(z, revision, Optional.empty(), part())),
            since.isEmpty() ? Optional.of(digest()) : Optional.empty()),
        tally.counts(),
        checks,
        differences,
        seconds);
  }

  private Optional<String> part() {
    return Question.of(scope, Optional.empty()).part(exactVersions);
  }

  private Digest digest() {
    return content.result();
  }
}
