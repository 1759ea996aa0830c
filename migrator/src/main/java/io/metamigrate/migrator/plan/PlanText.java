package io.metamigrate.migrator.plan;

import io.metamigrate.verifier.report.Table;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/** A plan for people; the last line reports whether anything blocks. */
public final class PlanText {
  private PlanText() {}

  public static String of(Plan plan) {
    return of(plan, Set.of(), List.of());
  }

  /**
   * With these blockers accepted by id.
   *
   * @param settings what each kind of component is given to run on etcd
   */
  public static String of(Plan plan, Set<String> accepted, List<String> settings) {
    StringBuilder text = new StringBuilder();
    text.append(line("Plan for cluster %s", plan.cluster()));
    text.append(
        new Table()
            .row(
                "from",
                "ZooKeeper %s at %s: %,d znodes, %s, %,d of them ephemeral"
                    .formatted(
                        plan.source().version().orElse("(version unknown)"),
                        plan.source().connect(),
                        plan.source().znodes(),
                        bytes(plan.source().bytes()),
                        plan.source().ephemeral()))
            .row(
                "to",
                "etcd %s at %s: %s"
                    .formatted(
                        plan.target().version().orElse("(version unknown)"),
                        String.join(",", plan.target().endpoints()),
                        plan.target().empty() ? "empty" : "not empty")));
    Table groups = new Table().row("group", "action", "znodes", "bytes", "why");
    plan.groups()
        .forEach(
            g ->
                groups.row(
                    g.prefix(),
                    g.action().name().toLowerCase(Locale.ROOT),
                    number(g.znodes()),
                    bytes(g.bytes()),
                    g.reason()));
    text.append('\n').append(groups);
    plan.leftOut()
        .forEach(
            (root, count) ->
                text.append(
                    line("  left out by the configured scope: %,d nodes of %s", count, root)));
    text.append("\nSeeds\n");
    Table seeds = new Table();
    plan.seeds()
        .forEach(
            s ->
                seeds.row(
                    s.path(),
                    s.strategy(),
                    "next is " + s.nextId(),
                    "keys: "
                        + s.keys().stream()
                            .map(k -> k.path() + " at version " + k.version())
                            .collect(Collectors.joining(", "))));
    boolean unknown = plan.findings().stream().anyMatch(f -> f.id().equals(SourceRights.ID));
    text.append(unknown ? "  not asked: some znodes cannot be read\n" : seeds);
    if (!settings.isEmpty()) {
      text.append("\nSettings on etcd\n");
      settings.forEach(component -> text.append("  ").append(component).append('\n'));
    }
    text.append("\nFindings\n");
    Table findings = new Table();
    plan.findings()
        .forEach(
            f ->
                findings
                    .row(f.level().title(), f.id(), f.message())
                    .row("", "", "-> " + f.remedy()));
    text.append(findings.isEmpty() ? "  none\n" : findings.toString());
    text.append(
        line(
            "%nCost: %,d puts, %s, %s of history; copy about %.1f s, one verification %.1f s,"
                + " cutover %.0f s with restarts (%s)",
            plan.cost().puts(),
            bytes(plan.cost().bytes()),
            bytes(plan.cost().historyBytes()),
            plan.cost().estimatedSeconds(),
            plan.cost().verifySeconds(),
            plan.cost().cutoverSeconds(),
            plan.cost().measured()
                ? "measured on these stores"
                : "writes by conservative figures, --measure times this etcd"));
    text.append(SizingText.of(plan.sizing(), plan.cost()));
    List<Finding> open = plan.blockersWithout(accepted);
    text.append('\n');
    if (open.size() < plan.blockers().size()) {
      text.append(
          line(
              "Accepted: %s",
              plan.blockers().stream()
                  .filter(finding -> !open.contains(finding))
                  .map(Finding::id)
                  .distinct()
                  .collect(Collectors.joining(", "))));
    }
    text.append(
        open.isEmpty()
            ? line("Nothing blocks: `migrate run` can start.")
            : line(
                "BLOCKED by %s: nothing will be written until this is resolved.",
                open.stream().map(Finding::id).distinct().collect(Collectors.joining(", "))));
    return text.toString();
  }

  private static String number(long value) {
    return String.format(Locale.ROOT, "%,d", value);
  }

  /** A size for people. */
  public static String bytes(long bytes) {
    if (bytes < 1_024) {
      return bytes + " B";
    }
    if (bytes < 1 << 20) {
      return String.format(Locale.ROOT, "%.1f KiB", bytes / 1024.0);
    }
    return bytes < 1 << 30
        ? String.format(Locale.ROOT, "%.1f MiB", bytes / 1048576.0)
        : String.format(Locale.ROOT, "%.1f GiB", bytes / 1073741824.0);
  }

  private static String line(String format, Object... values) {
    return String.format(Locale.ROOT, format, values) + "\n";
  }
}
