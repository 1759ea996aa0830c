package io.metamigrate.migrator.plan;

import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** Facts to plan. */
public final class Planner {
  private Planner() {}

  /**
   * The plan for a move.
   *
   * @param rules in the order in which their findings are shown within a level
   */
  public static Plan plan(Facts facts, List<Rule> rules) {
    Inventory inventory = facts.inventory();
    Estimate estimate = Estimate.of(facts);
    return new Plan(
        facts.cluster(),
        new Plan.Source(
            facts.connect(),
            inventory.znodes(),
            inventory.bytes(),
            inventory.ephemeral(),
            facts.zookeeperVersion()),
        new Plan.Target(
            facts.target().endpoints(),
            facts.target().version(),
            facts.target().keysInScope() == 0),
        inventory.groups(),
        facts.source().leftOut(),
        Estimate.seeds(facts),
        findings(facts, rules),
        facts.components(),
        cost(estimate, inventory.znodes()),
        Sizing.of(facts));
  }

  private static List<Finding> findings(Facts facts, List<Rule> rules) {
    return Stream.concat(
            facts.contradictions().stream(),
            rules.stream().flatMap(rule -> rule.examine(facts).stream()))
        .sorted(Comparator.comparing(Finding::level))
        .toList();
  }

  private static Plan.Cost cost(Estimate estimate, long znodes) {
    return new Plan.Cost(
        estimate.puts() + estimate.raises(),
        estimate.bytes(),
        rounded(estimate.copySeconds()),
        estimate.historyBytes(),
        rounded(estimate.verifySeconds(znodes)),
        rounded(estimate.cutoverSeconds(znodes)),
        estimate.rates().isMeasured());
  }

  private static double rounded(double seconds) {
    return Math.round(10 * seconds) / 10.0;
  }
}
