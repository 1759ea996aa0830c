package io.metamigrate.verifier;

import io.metamigrate.verifier.catalog.Catalogue;
import io.metamigrate.verifier.check.DomainChecks;
import io.metamigrate.verifier.check.SequenceChecks;
import io.metamigrate.verifier.check.Sequences;
import io.metamigrate.verifier.check.StoreEntry;
import io.metamigrate.verifier.diff.Judge;
import io.metamigrate.verifier.diff.Tally;
import io.metamigrate.verifier.diff.Verdict;
import io.metamigrate.verifier.diff.Verdict.Differs;
import io.metamigrate.verifier.diff.Verdict.Kind;
import io.metamigrate.verifier.report.CheckResult;
import io.metamigrate.verifier.report.Difference;
import io.metamigrate.verifier.report.VerificationReport;
import io.metamigrate.verifier.store.DualReader;
import io.metamigrate.verifier.store.EtcdReader;
import io.metamigrate.verifier.store.Pair;
import io.metamigrate.verifier.store.PathIndex;
import io.metamigrate.verifier.store.Revision;
import io.metamigrate.verifier.store.Scope;
import io.metamigrate.verifier.store.TreeListing;
import io.metamigrate.verifier.store.ZkPath;
import io.metamigrate.verifier.store.ZnodeReader;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.LongConsumer;

/**
 * The dual read: compares ZooKeeper with one revision of etcd, path by path and byte by byte, and
 * checks the facts that bytes alone do not show. One streaming pass; holds the paths on disk and at
 * most {@value #MOST_RECHECKED} differences.
 */
public final class Verifier {
  /** Differences up to this number are looked at a second time before they are called that. */
  static final int MOST_RECHECKED = 10_000;

  private static final int ATTEMPTS = 3;
  private static final long CHECK_PAUSE_MILLIS = 6_000;

  private final ZnodeReader znodes;
  private final EtcdReader keys;
  private final DualReader both;
  private final LongConsumer progress;

  public Verifier(ZnodeReader znodes, EtcdReader keys, LongConsumer progress) {
    this.znodes = znodes;
    this.keys = keys;
    this.both = new DualReader(znodes, keys);
    this.progress = progress;
  }

  /**
   * Compares everything in scope.
   *
   * @param patience how long a difference may take to go away; zero looks once more and that is it,
   *     more is for a tree that changes while it is followed, where also a failed check is given
   *     {@value #ATTEMPTS} attempts
   */
  public VerificationReport verify(Scope scope, Duration patience) {
    VerificationReport report = once(scope, patience);
    for (int i = 1; i < ATTEMPTS && !patience.isZero() && onlyChecksFail(report); i++) {
      // A reference and what it names were read at different moments, and counters follow behind.
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
    Facts facts = new Facts(scope);
    Map<ZkPath, Differs> suspects = new TreeMap<>();
    Revision revision;
    try (PathIndex paths = new TreeListing(znodes, count -> {}).list(scope)) {
      revision = keys.revision();
      both.read(
          paths,
          scope,
          revision,
          pairs -> {
            for (Pair pair : pairs) {
              Verdict verdict = Judge.judge(pair);
              tally.add(verdict);
              facts.add(pair, verdict);
              if (verdict instanceof Differs differs && suspects.size() < MOST_RECHECKED) {
                suspects.put(pair.path(), differs);
              }
            }
            progress.accept(tally.compared());
          });
    }
    recheck(suspects, tally, patience);
    List<CheckResult> checks = facts.results();
    return new VerificationReport(
        tally.differing() == 0 && checks.stream().allMatch(CheckResult::ok),
        tally.highestZxid(),
        revision,
        tally.compared(),
        tally.same(),
        tally.count(Kind.MISSING),
        tally.count(Kind.EXTRA),
        tally.count(Kind.DIFFERENT),
        tally.skipped(),
        tally.groups(),
        checks,
        suspects.values().stream()
            .limit(VerificationReport.MOST_DIFFERENCES)
            .map(Verifier::difference)
            .toList(),
        (System.nanoTime() - started) / 1e9);
  }

  /** What the checks need of a pass. */
  private static final class Facts {
    private final Sequences sequences = new Sequences();
    private final DomainChecks domain = new DomainChecks();
    private final boolean whole;

    Facts(Scope scope) {
      this.whole = scope.equals(Scope.ALL);
    }

    void add(Pair pair, Verdict verdict) {
      if (verdict instanceof Verdict.Seeded) {
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

    List<CheckResult> results() {
      List<CheckResult> checks = new ArrayList<>();
      checks.add(SequenceChecks.ledgerId(sequences));
      checks.add(SequenceChecks.producerName(sequences));
      if (whole) {
        checks.addAll(domain.results(sequences.nextLedgerIdOnTarget()));
      } else {
        checks.add(
            new CheckResult("DOMAIN_CHECKS", true, "not run: the scope is a part of the tree"));
      }
      return checks;
    }
  }

  private void recheck(Map<ZkPath, Differs> suspects, Tally tally, Duration patience) {
    long deadline = System.nanoTime() + patience.toNanos();
    long pauseMillis = 50;
    while (!suspects.isEmpty()) {
      Map<ZkPath, Verdict> now = new TreeMap<>();
      List<Differs> legal =
          suspects.values().stream().filter(d -> d.pair().path().isLegalZnode()).toList();
      both.read(legal.stream().map(d -> d.pair().path()).toList())
          .forEach(pair -> now.put(pair.path(), Judge.judge(pair)));
      for (Differs first : legal) {
        ZkPath path = first.pair().path();
        Verdict second = now.get(path);
        if (second == null || second instanceof Verdict.Skipped) {
          suspects.remove(path);
          tally.excused(first, "gone-meanwhile");
        } else if (second instanceof Differs differs) {
          String excuse = excuse(differs);
          if (!excuse.isEmpty()) {
            suspects.remove(path);
            tally.excused(first, excuse);
          }
        } else {
          suspects.remove(path);
          tally.settled(first);
        }
      }
      if (System.nanoTime() - deadline >= 0) {
        return;
      }
      pause(pauseMillis);
      pauseMillis = Math.min(2_000, pauseMillis * 2);
    }
  }

  /** Empty parents come and go on ZooKeeper by themselves, and nothing on etcd depends on them. */
  private static String excuse(Differs differs) {
    if (differs.kind() == Kind.REAPED) {
      return "reaped-container";
    }
    boolean emptyParent =
        differs.kind() == Kind.MISSING
            && Catalogue.of(differs.pair().path()).structural()
            && differs
                .pair()
                .source()
                .filter(z -> z.data().isEmpty() && z.numChildren() == 0)
                .isPresent();
    return emptyParent ? "empty-parent" : "";
  }

  private static Difference difference(Differs differs) {
    return new Difference(
        differs.pair().path(), differs.kind().name().toLowerCase(Locale.ROOT), differs.detail());
  }

  private static void pause(long millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while verifying", e);
    }
  }
}
