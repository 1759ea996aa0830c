package io.metamigrate.migrator.plan;

import io.metamigrate.migrator.replay.Raise;
import java.util.Comparator;
import java.util.List;

/** Facts to plan. */
public final class Planner {
  /**
   * Cautious figures of a single etcd member on local disk, for the estimate of a plan that has not
   * measured: puts in full transactions, and puts on one key in a row.
   */
  private static final double PUTS_PER_SECOND = 20_000;

  private static final double RAISES_PER_SECOND = 4_000;

  private Planner() {}

  public static Plan plan(Facts facts) {
    Inventory inventory = facts.inventory();
    List<Seed> seeds =
        SeedPlanner.plan(
            inventory.sequences(),
            inventory.largestLedgerId(),
            facts.configuration().copy().ledgerIds());
    long raises =
        seeds.stream()
            .flatMap(seed -> seed.keys().stream())
            .mapToLong(raise -> lacking(inventory, raise))
            .sum();
    long puts = inventory.tally().differing();
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
        seeds,
        Rules.ALL.stream()
            .flatMap(rule -> rule.examine(facts).stream())
            .sorted(Comparator.comparing(Finding::level))
            .toList(),
        new Plan.Cost(
            puts + raises,
            inventory.putBytes(),
            Math.round(10 * (puts / PUTS_PER_SECOND + raises / RAISES_PER_SECOND)) / 10.0));
  }

  private static long lacking(Inventory inventory, Raise raise) {
    return Math.max(0, raise.version() - inventory.sequences().targetVersion(raise.path()));
  }
}
