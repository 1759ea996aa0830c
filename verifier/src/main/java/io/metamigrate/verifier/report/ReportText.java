package io.metamigrate.verifier.report;

import io.metamigrate.verifier.report.CheckResult.CheckState;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** A verification for people; the last line answers YES or NO. */
public final class ReportText {
  private ReportText() {}

  public static String of(VerificationReport report) {
    StringBuilder text = new StringBuilder();
    text.append(
        line(
            "Compared ZooKeeper (up to zxid %s) with etcd (revision %s) in %.1f s.",
            report.zxid(), report.etcdRevision(), report.seconds()));
    report
        .position()
        .ifPresent(at -> text.append(line("A later one may continue from here: --since %s", at)));
    report.digest().ifPresent(digest -> text.append(line("%s", describe(digest))));
    Table groups = new Table().row("group", "compared", "same", "differ", "skipped");
    report
        .counts()
        .groups()
        .forEach(
            g ->
                groups.row(
                    g.prefix(),
                    number(g.compared()),
                    number(g.same()),
                    number(g.differing()),
                    number(g.skipped())));
    text.append(groups);
    if (!report.skipped().isEmpty()) {
      text.append("Not compared:\n");
      Table skipped = new Table();
      report.skipped().forEach((reason, count) -> skipped.row(number(count), reason));
      text.append(skipped);
    }
    text.append("Checks:\n");
    Table checks = new Table();
    report.checks().forEach(c -> checks.row(state(c), c.id(), c.detail()));
    text.append(checks);
    if (!report.differences().isEmpty()) {
      text.append("Differences:\n");
      Table differences = new Table();
      report.differences().forEach(d -> differences.row(d.kind(), d.path(), d.detail()));
      text.append(differences);
    }
    long differing = report.differing();
    if (differing > report.differences().size()) {
      text.append(line("  and %,d more", differing - report.differences().size()));
    }
    text.append(lastLine(report));
    return text.toString();
  }

  private static String describe(Digest digest) {
    return digest.agrees()
        ? "Digest of what both hold: " + digest.zookeeper()
        : "Digest of ZooKeeper %s, of etcd %s".formatted(digest.zookeeper(), digest.etcd());
  }

  static String state(CheckResult check) {
    return check.state() == CheckState.FAILED ? "FAILED" : check.state().title();
  }

  static String lastLine(VerificationReport report) {
    if (report.isEmpty()) {
      return line("NO ANSWER: nothing was compared.");
    }
    return report.consistent()
        ? line(
            "YES%s: %,d nodes compared, all the same; %s%s%s.",
            covers(report),
            report.compared(),
            checks(report),
            unchanged(report.notChanged()),
            leftOut(report))
        : line(
            "NO: %,d nodes compared: missing %,d, extra %,d, different %,d; failed checks: %s.",
            report.compared(),
            report.counts().missing(),
            report.counts().extra(),
            report.counts().different(),
            report.failedChecks().isEmpty() ? "none" : ids(report.failedChecks()));
  }

  private static String covers(VerificationReport report) {
    return report.question().isWhole() ? "" : " for " + report.question();
  }

  private static String checks(VerificationReport report) {
    List<CheckResult> notRun = report.checksNotRun();
    return notRun.isEmpty()
        ? "every check passed"
        : "%d checks passed; not run, because they read what is outside of the compared paths: %s"
            .formatted(report.checks().size() - notRun.size(), ids(notRun));
  }

  private static String ids(List<CheckResult> checks) {
    return String.join(", ", checks.stream().map(CheckResult::id).toList());
  }

  private static String unchanged(long nodes) {
    return nodes == 0
        ? ""
        : String.format(Locale.ROOT, "; %,d that have not changed since were left out", nodes);
  }

  private static String leftOut(VerificationReport report) {
    return report.leftOut().entrySet().stream()
        .map(
            e ->
                String.format(
                    Locale.ROOT,
                    "; %,d nodes of %s left out by the configured scope",
                    e.getValue(),
                    e.getKey()))
        .collect(Collectors.joining());
  }

  private static String number(long value) {
    return String.format(Locale.ROOT, "%,d", value);
  }

  private static String line(String format, Object... values) {
    return String.format(Locale.ROOT, format, values) + "\n";
  }
}
