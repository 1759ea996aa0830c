package io.metamigrate.migrator.cutover;

import static org.assertj.core.api.Assertions.assertThat;

import io.metamigrate.migrator.config.CutoverConfig.Strategy;
import io.metamigrate.migrator.cutover.Search.End;
import io.metamigrate.migrator.cutover.world.Disturbance;
import io.metamigrate.migrator.cutover.world.World;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What may go wrong at every call of every command of the window: once at each place, twice for
 * kills on the smallest cluster, and drawn pairs of everything. The plan, the rules of a resumed
 * move, the runner and the course of a move are the program's own; what a step does to stores and
 * nodes is simulated, and so are their answers.
 */
@ExtendWith(QuietLog.class)
final class SearchTest {
  private static final String SURVIVORS = "surviving-mutants.txt";

  /** How many runs with drawn pairs; set more, and another seed, to search further. */
  private static final int RUNS = Integer.getInteger("search.runs", 60_000);

  private static final long SEED = Long.getLong("search.seed", 1);

  @Test
  void survivesEachSingleDisturbance() {
    Search search = Baseline.search();
    System.out.println(SearchReport.of(search));

    assertThat(search.violations()).isEmpty();
    assertThat(search.coverage()).containsOnlyKeys(Disturbance.values());
  }

  /** Each step of each list is disturbed, by some disturbance at least. */
  @Test
  void reachesEveryStep() {
    Set<String> rows = SearchReport.rows(Baseline.search());

    for (StepKind kind : StepKind.values()) {
      assertThat(rows).contains(kind.label());
    }
  }

  @ParameterizedTest
  @EnumSource(Strategy.class)
  void survivesEachPairOfKills(Strategy strategy) {
    Search search = Search.ofPairs();
    World world = World.serving(1, 1, strategy);
    SimulatedCommand.follow(world);
    SearchRoot root = new SearchRoot("smallest", world, List.of(SearchRun.CUTOVER));
    for (End first : search.disturb(root, Disturbance::isCrash)) {
      for (String command : first.result().next()) {
        List<End> unused =
            search.disturb(first.path(), first.result().world(), command, Disturbance::isCrash);
      }
    }
    System.out.println(strategy + ", pairs of kills: " + SearchReport.summary(search));

    assertThat(search.violations()).isEmpty();
  }

  @Test
  void survivesSampledPairs() {
    System.out.println("-Dsearch.seed=" + SEED);
    Random random = new Random(SEED);
    Search search = Search.ofPairs();
    List<SearchRoot> roots = SearchRoot.all(2, 2);
    while (search.runs() < RUNS) {
      SearchRoot root = roots.get(random.nextInt(roots.size()));
      End first = search.draw(random, SearchPath.of(root), root.world(), root.commands());
      if (!first.result().next().isEmpty()) {
        End unused =
            search.draw(random, first.path(), first.result().world(), first.result().next());
      }
    }
    System.out.println("drawn pairs: " + SearchReport.summary(search));

    assertThat(search.violations()).isEmpty();
  }

  /** The power of the search: each fault that can be planted is noticed, or listed with a reason. */
  @Test
  void eachMutantIsKilledOrListedWithItsReason() throws IOException {
    Map<String, String> listed = Listing.read(SURVIVORS);
    Map<String, String> survivors = new TreeMap<>();
    int killed = 0;
    int runs = 0;
    for (Site site : Baseline.search().sites()) {
      List<SearchPath> paths = Baseline.search().paths().getOrDefault(site, List.of());
      Search mutant = Search.of(new Mutant(Set.of(site)));
      mutant.attack(site, paths);
      runs += mutant.runs();
      if (mutant.violations().isEmpty()) {
        survivors.put(site.toString(), listed.getOrDefault(site.toString(), "NO REASON"));
      } else {
        killed++;
      }
    }
    System.out.printf(
        "mutants killed %d of %d, %d runs; these survive:%n",
        killed, killed + survivors.size(), runs);
    survivors.forEach((mutant, reason) -> System.out.printf("  %s%n    %s%n", mutant, reason));

    assertThat(survivors).as("of %s", SURVIVORS).isEqualTo(listed);
  }
}
