package io.metamigrate.migrator.cutover;

import io.metamigrate.verifier.Verifier;
import io.metamigrate.verifier.report.Difference;
import io.metamigrate.verifier.report.VerificationReport;
import io.metamigrate.verifier.store.ZkPath;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/** The full comparison of both stores on the way to etcd, and when they count as equal. */
final class StoreComparison {
  private static final Duration LIVE_TIMEOUT = Duration.ofSeconds(10);

  private final CutoverContext context;

  StoreComparison(CutoverContext context) {
    this.context = context;
  }

  /** In full, for a tree without changes. */
  VerificationReport compare() {
    return verifier().verify(context.scope(), Duration.ZERO);
  }

  /**
   * Raises the counters above what brokers have drawn so far, and compares while brokers serve:
   * only a difference that lasts counts. The drain raises the counters again.
   */
  VerificationReport liveVerification() {
    context.services().following().barrier();
    raiseCounters();
    return verifier().verify(context.scope(), LIVE_TIMEOUT);
  }

  /**
   * Raises the counters on etcd above those of ZooKeeper.
   *
   * @return how many puts that took
   */
  long raiseCounters() {
    return context.seeds().raise(context.services().following().largestLedger());
  }

  /**
   * Compares in full.
   *
   * @throws StoresDifferException naming the first difference
   */
  void requireEqual() {
    VerificationReport report = compare();
    if (!isEqual(report)) {
      throw new StoresDifferException(describe(report));
    }
  }

  boolean isEqual(VerificationReport report) {
    return report.consistent() || onlyOwnCookies(report);
  }

  /** A bookie that runs on etcd may have changed its own cookie there. */
  private boolean onlyOwnCookies(VerificationReport report) {
    Set<ZkPath> own = ActiveServices.bookieOwnedCookies(context.journal().state());
    List<Difference> differences = report.differences();
    return report.failedChecks().isEmpty()
        && report.differing() == differences.size()
        && differences.stream().allMatch(difference -> own.contains(difference.path()));
  }

  private Verifier verifier() {
    return new Verifier(context.stores().znodes(), context.stores().keys(), compared -> {})
        .withVersions(context.configuration().copy().exactVersions());
  }

  /** How the stores differ, with the first difference. */
  static String describe(VerificationReport report) {
    String first =
        report.differences().isEmpty()
            ? ""
            : "; first %s: %s"
                .formatted(
                    report.differences().get(0).path(), report.differences().get(0).detail());
    String checks =
        report.failedChecks().isEmpty() ? "" : "; " + report.failedChecks().get(0).detail();
    return "the stores differ: %d missing, %d extra, %d different%s%s"
        .formatted(
            report.counts().missing(),
            report.counts().extra(),
            report.counts().different(),
            first,
            checks);
  }
}
