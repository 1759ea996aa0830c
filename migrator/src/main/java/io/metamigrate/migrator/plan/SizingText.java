package io.metamigrate.migrator.plan;

import io.metamigrate.verifier.report.Table;
import java.util.Locale;

/** How much room and time a move needs, for people. */
final class SizingText {
  private SizingText() {}

  static String of(Sizing sizing, Plan.Cost cost) {
    Sizing.EtcdSize etcd = sizing.etcd();
    Table table =
        new Table()
            .row(
                "etcd database",
                line(
                    "%s now, about %s after the copy, %s of that is history until a compaction",
                    PlanText.bytes(etcd.databaseBytes()),
                    PlanText.bytes(etcd.afterCopyBytes()),
                    PlanText.bytes(cost.historyBytes())))
            .row(
                "etcd quota",
                line(
                    "%s%s; advised: %s (--quota-backend-bytes=%d)",
                    PlanText.bytes(etcd.quotaBytes()),
                    etcd.quotaReported() ? "" : ", the default: etcd did not report it",
                    PlanText.bytes(etcd.advisedQuotaBytes()),
                    etcd.advisedQuotaBytes()))
            .row(
                "disk of each member",
                line(
                    "%s: the quota, a copy while it is defragmented, and the log",
                    PlanText.bytes(etcd.diskBytes())))
            .row(
                "temporary space",
                line(
                    "%s below java.io.tmpdir, where the daemon runs",
                    PlanText.bytes(sizing.temporaryBytes())))
            .row(
                "time",
                line(
                    "copy %.1f s, one verification %.1f s, cutover %.0f s",
                    cost.estimatedSeconds(), cost.verifySeconds(), cost.cutoverSeconds()));
    StringBuilder text = new StringBuilder("\nSizing\n").append(table).append("  based on\n");
    sizing.restsOn().forEach(line -> text.append("    ").append(line).append('\n'));
    return text.toString();
  }

  private static String line(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }
}
