package io.metamigrate.verifier;

import io.metamigrate.verifier.catalog.Action;
import io.metamigrate.verifier.catalog.Catalogue;
import io.metamigrate.verifier.check.DomainChecks;
import io.metamigrate.verifier.check.SequenceChecks;
import io.metamigrate.verifier.check.Sequences;
import io.metamigrate.verifier.check.StoreEntry;
import io.metamigrate.verifier.diff.ContentDigest;
import io.metamigrate.verifier.diff.Judge;
import io.metamigrate.verifier.diff.Tally;
import io.metamigrate.verifier.diff.Verdict;
import io.metamigrate.verifier.diff.Verdict.Differs;
import io.metamigrate.verifier.diff.Verdict.Kind;
import io.metamigrate.verifier.report.CheckResult;
import io.metamigrate.verifier.report.VerificationReport;
import io.metamigrate.verifier.store.DualReader;
import io.metamigrate.verifier.store.EtcdReader;
import io.metamigrate.verifier.store.Pair;
import io.metamigrate.verifier.store.PathIndex;
import io.metamigrate.verifier.store.Position;
import io.metamigrate.verifier.store.Revision;
import io.metamigrate.verifier.store.Scope;
import io.metamigrate.verifier.store.TreeListing;
import io.metamigrate.verifier.store.ZkPath;
import io.metamigrate.verifier.store.ZnodeReader;
import io.metamigrate.verifier.store.Zxid;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.LongConsumer;

/**
 * The dual read: compares ZooKeeper with one revision of etcd, path by path and byte by byte, and
 * checks the facts that bytes alone do not show. One streaming pass; holds the paths on disk and at
 * most {@value Suspects#MOST} differences.
 */
public final class Verifier {
  private static final int ATTEMPTS = 3;
  private static final long CHECK_PAUSE_MILLIS = 6_000;

  private final ZnodeReader znodes;
  private final EtcdReader keys;
  private final DualReader both;
  private final LongConsumer progress;
  private final Runnable barrier;
  private final boolean exactVersions;
  private final Optional<Position> since;

  public Verifier(ZnodeReader znodes, EtcdReader keys, LongConsumer progress) {
    this(znodes, keys, progress, () -> {}, false, Optional.empty());
  }

  private Verifier(
      ZnodeReader znodes,
      EtcdReader keys,
      LongConsumer progress,
      Runnable barrier,
      boolean exactVersions,
      Optional<Position> since) {
    this.znodes = znodes;
    this.keys = keys;
    this.both = new DualReader(znodes, keys);
    this.progress = progress;
    this.barrier = barrier;
    this.exactVersions = exactVersions;
    this.since = since;
  }

  /**
   * The same for a tree that is followed.
   *
   * @param reached called before a difference is looked at again; returns when etcd has what
   *     ZooKeeper had at the call
   */
  public Verifier behind(Runnable reached) {
    return new Verifier(znodes, keys, progress, reached, exactVersions, since);
  }

  /** The same, which also compares versions where they are to be exact. */
  public Verifier withVersions(boolean exact) {
    return new Verifier(znodes, keys, progress, barrier, exact, since);
  }

  /**
   * The same for a part: nodes that neither store has changed since a position are counted as
   * {@value VerificationReport#NOT_CHANGED} and not compared, and checks that need every value are
   * not run. Names and counters are compared in whole, so that nothing can have come or gone
   * unseen. Only as good as the verification that ended with that position.
   */
  public Verifier since(Optional<Position> position) {
    return new Verifier(znodes, keys, progress, barrier, exactVersions, position);
  }

  /**
   * Compares everything in scope.
   *
   * @param patience how long a difference may take to go away; zero looks once more and that is it,
   *     more is for a tree that changes while it is followed: there a key that was written since
   *     the last look is looked at again, one that keeps changing is counted as such, and a failed
   *     check is given {@value #ATTEMPTS} attempts
   */
  public VerificationReport verify(Scope scope, Duration patience) {
    VerificationReport report = once(scope, patience);
    for (int i = 1; i < ATTEMPTS && !patience.isZero() && onlyChecksFail(report); i++) {
      // A reference and what it names were read at different moments.
      pause(Math.min(CHECK_PAUSE_MILLIS, patience.toMillis()));
      report = once(scope, patience);
    }
    return report;
  }

  private static boolean onlyChecksFail(VerificationReport report) {
    return !report.consistent() && report.missing() + report.extra() + report.different() == 0;
  }

  private VerificationReport once(Scope scope, Duration patience) {
    long started = System.nanoTime();
    Tally tally = new Tally();
    ContentDigest content = new ContentDigest();
    Facts facts = new Facts(scope);
    Suspects suspects = new Suspects(both, tally, barrier, exactVersions);
    Optional<Zxid> zxid = znodes.upTo();
    Revision revision;
    try (PathIndex paths = new TreeListing(znodes, count -> {}).list(scope)) {
      revision = keys.revision();
      DualReader reader = since.isPresent() ? new DualReader(znodes, keys.withoutValues()) : both;
      reader.read(
          paths,
          scope,
          revision,
          pairs -> {
            for (Pair pair : since.map(at -> changed(pairs, at, tally)).orElse(pairs)) {
              Verdict verdict = Judge.judge(pair, exactVersions);
              tally.add(verdict);
              content.add(pair);
              facts.add(pair, verdict);
              if (verdict instanceof Differs differs) {
                suspects.add(differs);
              }
            }
            progress.accept(tally.compared());
          });
    }
    suspects.settle(patience);
    if (!patience.isZero()) {
      facts.readCountersAgain();
    }
    List<CheckResult> checks = facts.results();
    boolean consistent = tally.differing() == 0 && checks.stream().allMatch(CheckResult::ok);
    return new VerificationReport(
        consistent,
        tally.highestZxid(),
        revision,
        zxid.filter(z -> consistent).map(z -> new Position(z, revision)),
        since.isEmpty() ? Optional.of(content.result()) : Optional.empty(),
        tally.compared(),
        tally.same(),
        tally.count(Kind.MISSING),
        tally.count(Kind.EXTRA),
        tally.count(Kind.DIFFERENT),
        tally.skipped(),
        tally.groups(),
        checks,
        suspects.differences(),
        (System.nanoTime() - started) / 1e9);
  }

  /** Those that have changed, with their values; counts the others. */
  private List<Pair> changed(List<Pair> pairs, Position from, Tally tally) {
    List<Pair> changed = new ArrayList<>();
    List<ZkPath> again = new ArrayList<>();
    for (Pair pair : pairs) {
      boolean valueIsMissing = pair.target().isPresent() && pair.path().isLegalZnode();
      if (!valueIsMissing || Catalogue.of(pair.path()).action() == Action.SEED) {
        changed.add(pair);
      } else if (from.covers(pair)) {
        tally.add(new Verdict.Skipped(pair, VerificationReport.NOT_CHANGED));
      } else {
        again.add(pair.path());
      }
    }
    changed.addAll(both.read(again));
    return changed;
  }

  /** What the checks need of a pass. */
  private final class Facts {
    private final Set<ZkPath> seeded = new TreeSet<>();
    private final Sequences sequences = new Sequences();
    private final DomainChecks domain = new DomainChecks();
    private final boolean whole;

    Facts(Scope scope) {
      this.whole = scope.equals(Scope.ALL) && since.isEmpty();
    }

    void add(Pair pair, Verdict verdict) {
      if (verdict instanceof Verdict.Seeded) {
        seeded.add(pair.path());
        sequences.add(pair);
      }
      if (whole) {
        String path = pair.path().value();
        pair.source()
            .ifPresent(
                z ->
                    domain.source(
                        new StoreEntry(path, z.data().bytes(), z.version(), z.isEphemeral())));
        pair.target()
            .ifPresent(
                e ->
                    domain.target(
                        new StoreEntry(path, e.data().bytes(), e.version(), e.isLeased())));
      }
    }

    /** Counters follow behind: etcd's must have reached by now what ZooKeeper's were then. */
    void readCountersAgain() {
      barrier.run();
      keys.read(List.copyOf(seeded))
          .forEach(
              entry -> sequences.add(new Pair(entry.path(), Optional.empty(), Optional.of(entry))));
    }

    List<CheckResult> results() {
      List<CheckResult> checks = new ArrayList<>();
      checks.add(SequenceChecks.ledgerId(sequences));
      checks.add(SequenceChecks.producerName(sequences));
      if (whole) {
        checks.addAll(domain.results(sequences.nextLedgerIdOnTarget()));
      } else {
        checks.add(new CheckResult("DOMAIN_CHECKS", true, "not run: not every value was read"));
      }
      return checks;
    }
  }

  static void pause(long millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while verifying", e);
    }
  }
}
