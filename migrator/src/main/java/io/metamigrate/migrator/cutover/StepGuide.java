package io.metamigrate.migrator.cutover;

import io.metamigrate.migrator.config.BookieConfig;
import io.metamigrate.migrator.config.BrokerConfig;
import io.metamigrate.migrator.config.CutoverConfig;
import io.metamigrate.migrator.config.CutoverConfig.Strategy;
import io.metamigrate.migrator.config.MetadataWritersConfig;
import io.metamigrate.migrator.cutover.CutoverState.Header;
import io.metamigrate.migrator.phase.Phase;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The steps of a cutover, and from each of them what a rollback does and costs, as the runbook and
 * {@code migrate help steps} show them. Generated from the list of steps.
 */
public final class StepGuide {
  private static final CutoverPlan PLAN =
      new CutoverPlan(
          CutoverConfig.of(
              Strategy.ROLLING,
              new CutoverConfig.TimeLimits(Duration.ofMinutes(2), Duration.ofMinutes(2), Map.of()),
              new CutoverConfig.NodesConfig(
                  List.of(new BookieConfig("bookie:3181", "bookie", Optional.empty())),
                  List.of(broker("broker-1"), broker("broker-2")),
                  new MetadataWritersConfig(List.of(), List.of(), false))));

  /** A step of the list, with the strategies that have it. */
  private record GuideLine(Step step, List<Strategy> strategies) {
    String strategy() {
      return strategies.size() == Strategy.values().length
          ? "both"
          : strategies.get(0) == Strategy.ROLLING ? "rolling" : "stop-all";
    }
  }

  private StepGuide() {}

  private static BrokerConfig broker(String name) {
    return new BrokerConfig(name + ":8080", name, URI.create("http://" + name + ":8080"));
  }

  /** The ids of all steps, as {@code cutover.budgets} names them. */
  public static Set<String> ids() {
    return Arrays.stream(StepKind.values()).map(StepKind::label).collect(Collectors.toSet());
  }

  /** For a terminal. */
  public static String text() {
    StringBuilder text = new StringBuilder("The steps of `migrate cutover`, in order\n");
    for (GuideLine line : lines()) {
      StepKind kind = line.step().kind();
      text.append(
          "\n%s (%s, %s): %s\n"
              .formatted(kind.label(), phase(line), line.strategy(), kind.title()));
      text.append("    needs   %s\n".formatted(lines(kind.preconditions())));
      text.append("    does    %s\n".formatted(kind.action()));
      text.append("    proof   %s\n".formatted(lines(kind.proofs())));
      text.append("    rollback %s\n".formatted(back(line)));
      text.append("    cost    %s\n".formatted(cost(line)));
    }
    text.append(
        "\n"
            + "The steps of `migrate rollback`. `rollback` above has those that run, in their"
            + " order.\n");
    for (StepKind kind : ofRollback()) {
      text.append("\n%s: %s\n".formatted(kind.label(), kind.title()));
      if (!kind.preconditions().isEmpty()) {
        text.append("    needs   %s\n".formatted(lines(kind.preconditions())));
      }
      text.append("    does    %s\n".formatted(kind.action()));
      text.append("    proof   %s\n".formatted(lines(kind.proofs())));
    }
    return text.append("\nrollback: what `migrate rollback` does after a stop at that step. ")
        .append("The same `migrate cutover` resumes there instead.\n")
        .toString();
  }

  /** Two tables for the runbook. */
  static String markdown() {
    StringBuilder text =
        new StringBuilder(
            "| step | phase | strategy | requires | does | proof |\n|---|---|---|---|---|---|\n");
    for (GuideLine line : lines()) {
      StepKind kind = line.step().kind();
      text.append(
          "| `%s` | %s | %s | %s | %s | %s |\n"
              .formatted(
                  kind.label(),
                  phase(line),
                  line.strategy(),
                  cell(kind.preconditions()),
                  kind.action(),
                  cell(kind.proofs())));
    }
    text.append("\n| step of a rollback | requires | does | proof |\n|---|---|---|---|\n");
    for (StepKind kind : ofRollback()) {
      text.append(
          "| `%s` | %s | %s | %s |\n"
              .formatted(
                  kind.label(), cell(kind.preconditions()), kind.action(), cell(kind.proofs())));
    }
    text.append("\n| stopped at | `migrate rollback` does | what it costs |\n|---|---|---|\n");
    Map<String, List<String>> steps = new LinkedHashMap<>();
    for (GuideLine line : lines()) {
      steps
          .computeIfAbsent("%s | %s".formatted(back(line), cost(line)), undo -> new ArrayList<>())
          .add("`" + line.step().kind().label() + "`");
    }
    steps.forEach(
        (undo, labels) -> text.append("| %s | %s |\n".formatted(String.join(", ", labels), undo)));
    return text.toString();
  }

  /** One below the other. */
  private static String lines(List<String> sentences) {
    return String.join("\n            ", sentences);
  }

  private static String cell(List<String> sentences) {
    return String.join("<br>", sentences);
  }

  private static List<StepKind> ofRollback() {
    return Arrays.stream(StepKind.values())
        .filter(kind -> kind.phase() == Phase.ROLLING_BACK)
        .toList();
  }

  private static String phase(GuideLine line) {
    return line.step().phase().title();
  }

  /** Both lists as one: what only the second has follows what it follows there. */
  private static List<GuideLine> lines() {
    List<Step> rolling = PLAN.forward(Strategy.ROLLING);
    List<Step> stopAll = PLAN.forward(Strategy.STOP_ALL);
    List<GuideLine> lines = new ArrayList<>();
    for (Step step : rolling) {
      lines.add(
          new GuideLine(
              step,
              stopAll.contains(step) ? List.of(Strategy.values()) : List.of(Strategy.ROLLING)));
    }
    for (int i = 0; i < stopAll.size(); i++) {
      Step step = stopAll.get(i);
      if (!rolling.contains(step)) {
        Step before = stopAll.get(i - 1);
        int at = lines.stream().map(GuideLine::step).toList().indexOf(before) + 1;
        lines.add(at, new GuideLine(step, List.of(Strategy.STOP_ALL)));
      }
    }
    return lines;
  }

  private static String back(GuideLine line) {
    if (beyond(line)) {
      return "moves the cluster back: "
          + labels(PLAN.backAfterNoReturn(state(line, line.strategies().get(0))));
    }
    return perStrategy(line, undo -> undo.isEmpty() ? "nothing to undo" : labels(undo));
  }

  /** Once if it is the same for each strategy. */
  private static String perStrategy(GuideLine line, Function<List<Step>, String> text) {
    Map<Strategy, String> each = new EnumMap<>(Strategy.class);
    for (Strategy strategy : line.strategies()) {
      each.put(strategy, text.apply(PLAN.backBeforeNoReturn(state(line, strategy))));
    }
    if (Set.copyOf(each.values()).size() == 1) {
      return each.values().iterator().next();
    }
    return each.entrySet().stream()
        .map(entry -> title(entry.getKey()) + ": " + entry.getValue())
        .collect(Collectors.joining(". "));
  }

  private static String title(Strategy strategy) {
    return strategy == Strategy.ROLLING ? "rolling" : "stop-all";
  }

  private static String labels(List<Step> steps) {
    return steps.stream()
        .map(step -> "`" + step.kind().label() + "`")
        .distinct()
        .collect(Collectors.joining(", "));
  }

  /** By the steps that restart something or stop the service. */
  private static String cost(GuideLine line) {
    if (beyond(line)) {
      return "a reverse migration. Clients wait while etcd is copied back, both stores are compared"
          + " in full and all bookies restart. `migrate rollback --undo` returns to etcd"
          + " until the first broker starts on ZooKeeper";
    }
    return perStrategy(line, StepGuide::restarts);
  }

  private static String restarts(List<Step> undo) {
    String costs =
        undo.stream()
            .map(step -> step.kind().definition().cost())
            .filter(cost -> !cost.isEmpty())
            .distinct()
            .collect(Collectors.joining(", "));
    return costs.isEmpty() ? "no restart" : costs;
  }

  /** The step may have passed the point of no return by itself only if it follows that step. */
  private static boolean beyond(GuideLine line) {
    List<StepKind> order = lines().stream().map(each -> each.step().kind()).toList();
    return order.indexOf(line.step().kind()) > order.indexOf(StepKind.PASS_NO_RETURN);
  }

  /** Of a cutover that stopped in that step. */
  private static CutoverState state(GuideLine line, Strategy strategy) {
    List<Step> steps = PLAN.forward(strategy);
    CutoverState state = CutoverState.begin(new Header("c1", strategy, "", Instant.EPOCH), steps);
    for (Step step : steps.subList(0, steps.indexOf(line.step()) + 1)) {
      state = state.with(state.record(step.id()).open(Instant.EPOCH));
    }
    return state;
  }
}
