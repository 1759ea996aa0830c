package io.metamigrate.verifier.report;

import java.util.Locale;

/** A verification for people; the last line says yes or no. */
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
        .ifPresent(at -> text.append(line("A later one may go on from here: --since %s", at)));
    report.digest().ifPresent(digest -> text.append(line("%s", told(digest))));
    Table groups = new Table().row("group", "compared", "same", "differ", "skipped");
    report
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
    report.checks().forEach(c -> checks.row(c.ok() ? "ok" : "FAILED", c.id(), c.detail()));
    text.append(checks);
    if (!report.differences().isEmpty()) {
      text.append("Differences:\n");
      Table differences = new Table();
      report.differences().forEach(d -> differences.row(d.kind(), d.path(), d.detail()));
      text.append(differences);
    }
    long differing = report.missing() + report.extra() + report.different();
    if (differing > report.differences().size()) {
      text.append(line("  and %,d more", differing - report.differences().size()));
    }
    text.append(lastLine(report));
    return text.toString();
  }

  private static String told(Digest digest) {
    return digest.agrees()
        ? "Digest of what both say: " + digest.zookeeper()
        : "Digest of ZooKeeper %s, of etcd %s".formatted(digest.zookeeper(), digest.etcd());
  }

  static String lastLine(VerificationReport report) {
    return report.consistent()
        ? line(
            "YES: %,d nodes compared, all the same; every check passed%s.",
            report.compared(), unchanged(report.notChanged()))
        : line(
            "NO: %,d nodes compared: missing %,d, extra %,d, different %,d; failed checks: %s.",
            report.compared(),
            report.missing(),
            report.extra(),
            report.different(),
            report.failedChecks().isEmpty()
                ? "none"
                : String.join(", ", report.failedChecks().stream().map(CheckResult::id).toList()));
  }

  private static String unchanged(long nodes) {
    return nodes == 0
        ? ""
        : String.format(Locale.ROOT, "; %,d that have not changed since were left out", nodes);
  }

  private static String number(long value) {
    return String.format(Locale.ROOT, "%,d", value);
  }

  private static String line(String format, Object... values) {
    return String.format(Locale.ROOT, format, values) + "\n";
  }
}
