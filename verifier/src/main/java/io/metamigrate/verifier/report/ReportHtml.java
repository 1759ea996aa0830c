package io.metamigrate.verifier.report;

import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A verification as one HTML page without anything from outside, to be attached to a change ticket.
 */
public final class ReportHtml {
  private static final String STYLE =
      "body{font:15px/1.5 system-ui,sans-serif;max-width:70rem;margin:2rem auto;padding:0 1rem}"
          + "h1{font-size:1.4rem}h2{font-size:1.1rem;margin-top:2rem}"
          + "table{border-collapse:collapse}td,th{padding:.2rem .8rem .2rem 0;text-align:left;"
          + "vertical-align:top}td.n{text-align:right}code{overflow-wrap:anywhere}"
          + ".yes{background:#d8f0d8}.no{background:#f6d5d5}.yes,.no{padding:.6rem 1rem;"
          + "font-weight:600;color:#111}";

  private ReportHtml() {}

  /** The page. */
  public static String of(VerificationReport report, String subject, Instant at) {
    return """
    <!doctype html>
    <html lang="en"><head><meta charset="utf-8"><title>Verification of %s</title>
    <style>%s</style></head><body>
    <h1>Verification of %s</h1>
    <p class="%s">%s</p>
    <p>%s. ZooKeeper up to zxid <code>%s</code>, etcd at revision %s, %s nodes compared in %.1f s.</p>
    <h2>Groups</h2>%s
    <h2>Not compared</h2>%s
    <h2>Checks</h2>%s
    <h2>Differences</h2>%s
    </body></html>
    """
        .formatted(
            text(subject),
            STYLE,
            text(subject),
            report.consistent() ? "yes" : "no",
            text(ReportText.lastLine(report).strip()),
            at,
            report.zxid(),
            report.etcdRevision(),
            number(report.compared()),
            report.seconds(),
            groups(report),
            skipped(report),
            checks(report),
            differences(report));
  }

  private static String groups(VerificationReport report) {
    return table(
        List.of("group", "compared", "same", "differ", "skipped"),
        report.counts().groups().stream()
            .map(
                g ->
                    code(g.prefix())
                        + cell(g.compared())
                        + cell(g.same())
                        + cell(g.differing())
                        + cell(g.skipped())));
  }

  private static String skipped(VerificationReport report) {
    return table(
        List.of("reason", "nodes"),
        report.skipped().entrySet().stream().map(e -> cell(e.getKey()) + cell(e.getValue())));
  }

  private static String checks(VerificationReport report) {
    return table(
        List.of("check", "", "detail"),
        report.checks().stream()
            .map(c -> cell(c.id()) + cell(ReportText.state(c)) + cell(c.detail())));
  }

  private static String differences(VerificationReport report) {
    if (report.differences().isEmpty()) {
      return "<p>none</p>";
    }
    return table(
        List.of("kind", "path", "detail"),
        report.differences().stream()
            .map(d -> cell(d.kind()) + code(d.path().value()) + cell(d.detail())));
  }

  private static String table(List<String> head, Stream<String> rows) {
    return head.stream()
            .map(h -> "<th>" + text(h) + "</th>")
            .collect(Collectors.joining("", "<table><tr>", "</tr>"))
        + rows.map(row -> "<tr>" + row + "</tr>").collect(Collectors.joining())
        + "</table>";
  }

  private static String cell(String value) {
    return "<td>" + text(value) + "</td>";
  }

  private static String code(String value) {
    return "<td><code>" + text(value) + "</code></td>";
  }

  private static String cell(long value) {
    return "<td class=\"n\">" + number(value) + "</td>";
  }

  private static String number(long value) {
    return String.format(Locale.ROOT, "%,d", value);
  }

  /** Paths and values come from the stores and may hold anything. */
  private static String text(String value) {
    return value
        .replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }
}
