package io.metamigrate.migrator.cutover;

import static org.assertj.core.api.Assertions.assertThat;

import io.metamigrate.migrator.cutover.world.Disturbance;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What may go wrong at every call of every command of the window, and the power of that search. The
 * plan, the rules of a resumed move, the runner and the course of a move are the program's own;
 * what a step does to stores and nodes is simulated, and so are their answers.
 */
@ExtendWith(QuietLog.class)
final class SearchTest {
  private static final String SURVIVORS = "surviving-mutants.txt";

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

  /** The search would have found what an earlier window did wrong. */
  @ParameterizedTest
  @EnumSource
  void findsEachKnownFault(KnownFault fault) {
    Set<Site> sites = fault.in(Baseline.search().sites());
    Search mutant = Search.of(new Mutant(sites), fault.violation);
    for (Site site : sites) {
      mutant.attack(site, Baseline.search().paths().getOrDefault(site, List.of()));
    }
    System.out.printf(
        "%s, planted at %d sites, after %d runs: %s%n",
        fault, sites.size(), mutant.runs(), mutant.violations().keySet());

    assertThat(mutant.violations().keySet()).anyMatch(found -> found.matches(fault.violation));
  }

  /**
   * The power of the search: each fault that can be planted is noticed, or listed with a reason.
   */
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
