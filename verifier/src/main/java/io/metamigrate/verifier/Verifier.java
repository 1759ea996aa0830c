package io.metamigrate.verifier;

import io.metamigrate.verifier.catalog.Catalogue;
import io.metamigrate.verifier.report.VerificationReport;
import io.metamigrate.verifier.store.DualReader;
import io.metamigrate.verifier.store.EtcdReader;
import io.metamigrate.verifier.store.OverCompactions;
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
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.LongConsumer;
import java.util.stream.Stream;

/**
 * The dual read: compares ZooKeeper with one revision of etcd, path by path and byte by byte, and
 * checks the facts that bytes alone do not show. One streaming pass; holds the paths on disk and at
 * most {@value Suspects#MAX_SUSPECTS} differences. For one thread.
 */
public final class Verifier {
  private static final int ATTEMPTS = 3;
  private static final long CHECK_PAUSE_MILLIS = 6_000;

  private final ZnodeReader znodes;
  private final EtcdReader keys;
  private final DualReader both;
  private final LongConsumer progress;
  private final Runnable barrier;
  private final Runnable confirmation;
  private final boolean exactVersions;
  private final Optional<Position> since;
  private final Map<String, Long> leftOut;

  public Verifier(ZnodeReader znodes, EtcdReader keys, LongConsumer progress) {
    this(znodes, keys, progress, () -> {}, () -> {}, false, Optional.empty(), Map.of());
  }

  private Verifier(
      ZnodeReader znodes,
      EtcdReader keys,
      LongConsumer progress,
      Runnable barrier,
      Runnable confirmation,
      boolean exactVersions,
      Optional<Position> since,
      Map<String, Long> leftOut) {
    this.znodes = znodes;
    this.keys = keys;
    this.both = new DualReader(znodes, keys);
    this.progress = progress;
    this.barrier = barrier;
    this.confirmation = confirmation;
    this.exactVersions = exactVersions;
    this.since = since;
    this.leftOut = leftOut;
  }

  /**
   * The same for a tree that is followed.
   *
   * @param reached called before a difference is checked again; returns when etcd has what
   *     ZooKeeper had at the call
   */
  public Verifier whileFollowing(Runnable reached) {
    return new Verifier(
        znodes, keys, progress, reached, confirmation, exactVersions, since, leftOut);
  }

  /**
   * The same, whose answer is given only if the stores are still the ones that were opened.
   *
   * @param same called after the last read; throws if a store was exchanged meanwhile
   */
  public Verifier confirmedBy(Runnable same) {
    return new Verifier(znodes, keys, progress, barrier, same, exactVersions, since, leftOut);
  }

  /** The same, which also compares versions if they have to be exact. */
  public Verifier withVersions(boolean exact) {
    return new Verifier(znodes, keys, progress, barrier, confirmation, exact, since, leftOut);
  }

  /**
   * The same for a part: nodes that neither store has changed since a position are counted as
   * {@value VerificationReport#NOT_CHANGED} and not compared, and the checks examine only values
   * that have. Names and counters are compared in whole, so that nothing can have come or gone
   * unseen. Only as good as the verification that ended with that position.
   */
  public Verifier since(Optional<Position> position) {
    return new Verifier(
        znodes, keys, progress, barrier, confirmation, exactVersions, position, leftOut);
  }

  /**
   * The same, whose answer also reports how many nodes the configured scope leaves out, by root.
   */
  public Verifier reportingOutOfScope(Map<String, Long> counted) {
    return new Verifier(
        znodes, keys, progress, barrier, confirmation, exactVersions, since, counted);
  }

  /**
   * Compares everything in scope.
   *
   * @param timeout how long a difference may take to go away; zero compares once more only, more is
   *     for a tree that changes while it is followed: there a key that was written since the last
   *     look is checked again, one that keeps changing is counted as such, and a failed check is
   *     given {@value #ATTEMPTS} attempts
   */
  public VerificationReport verify(Scope scope, Duration timeout) {
    VerificationReport report = OverCompactions.repeat(() -> once(scope, timeout));
    for (int i = 1; i < ATTEMPTS && !timeout.isZero() && onlyChecksFail(report); i++) {
      // A reference and what it names were read at different moments.
      pause(Math.min(CHECK_PAUSE_MILLIS, timeout.toMillis()));
      report = OverCompactions.repeat(() -> once(scope, timeout));
    }
    confirmation.run();
    return report;
  }

  private static boolean onlyChecksFail(VerificationReport report) {
    return !report.consistent() && !report.isEmpty() && report.differing() == 0;
  }

  private VerificationReport once(Scope scope, Duration timeout) {
    long started = System.nanoTime();
    Assessment assessment = new Assessment(scope, since, exactVersions);
    Suspects suspects = new Suspects(both, assessment.tally(), barrier, exactVersions);
    Optional<Zxid> zxid = znodes.sync();
    Revision revision;
    try (PathIndex paths = new TreeListing(znodes, count -> {}).list(scope)) {
      revision = keys.revision();
      readCountersOutOfScope(assessment);
      DualReader reader = since.isPresent() ? new DualReader(znodes, keys.withoutValues()) : both;
      reader.read(
          paths,
          scope,
          revision,
          pairs -> {
            for (Pair pair : withValues(pairs, assessment)) {
              assessment.add(pair).ifPresent(suspects::add);
            }
            progress.accept(assessment.tally().compared());
          });
    }
    suspects.settle(timeout);
    if (!timeout.isZero()) {
      rereadCounters(assessment);
    }
    return assessment.report(
        zxid, revision, leftOut, suspects.differences(), (System.nanoTime() - started) / 1e9);
  }

  /** Those that have changed, with their values, the others as they are; in the same order. */
  private List<Pair> withValues(List<Pair> pairs, Assessment assessment) {
    List<ZkPath> again = pairs.stream().filter(assessment::wantsValues).map(Pair::path).toList();
    if (again.isEmpty()) {
      return pairs;
    }
    Map<ZkPath, Pair> read = new HashMap<>();
    both.read(again).forEach(pair -> read.put(pair.path(), pair));
    return pairs.stream()
        .flatMap(
            pair ->
                assessment.wantsValues(pair)
                    ? Optional.ofNullable(read.get(pair.path())).stream()
                    : Stream.of(pair))
        .toList();
  }

  /** A counter's other half may be outside of the scope; there are a handful in all. */
  private void readCountersOutOfScope(Assessment assessment) {
    List<ZkPath> generators = List.of(Catalogue.ID_GENERATOR, Catalogue.LONG_ID_GENERATOR);
    if (!assessment.needsCountersOutOfScope()) {
      return;
    }
    Set<ZkPath> counters = new TreeSet<>(generators);
    znodes
        .children(List.of(Catalogue.LONG_ID_GENERATOR))
        .get(0)
        .forEach(name -> counters.add(Catalogue.LONG_ID_GENERATOR.child(name)));
    String below = Catalogue.LONG_ID_GENERATOR.value();
    keys.range(below + "/", below + "0", Optional.empty())
        .forEach(entry -> counters.add(entry.path()));
    both.read(List.copyOf(counters)).forEach(assessment::counter);
  }

  /** Counters follow behind: etcd's must have reached by now what ZooKeeper's were then. */
  private void rereadCounters(Assessment assessment) {
    barrier.run();
    keys.read(assessment.counters())
        .forEach(
            entry ->
                assessment.counter(new Pair(entry.path(), Optional.empty(), Optional.of(entry))));
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
