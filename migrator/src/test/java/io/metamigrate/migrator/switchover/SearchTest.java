package io.metamigrate.migrator.switchover;

import static org.assertj.core.api.Assertions.assertThat;

import io.metamigrate.migrator.switchover.world.Disturbance;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What may go wrong at every call of every command, and the power of that search: each fault that
 * can be made from the design is noticed, or listed with the reason why it is not.
 */
final class SearchTest {
  private static final String SURVIVORS = "surviving-mutants.txt";

  @Test
  void survivesEachSingleDisturbance() {
    Search search = Baseline.search();
    System.out.println(Report.of(search));

    assertThat(search.violations()).isEmpty();
    assertThat(search.coverage()).containsOnlyKeys(Disturbance.values());
  }

  /** A step that a disturbance never reaches is listed with the reason. */
  @Test
  void unreachedCodeIsListedWithItsReason() throws IOException {
    Map<String, String> never = new TreeMap<>();
    Report.neverHit(Baseline.search())
        .forEach((disturbance, rows) -> never.put(disturbance.name(), String.join(", ", rows)));
    Map<String, String> listed = new TreeMap<>();
    Listing.read("never-hit.txt")
        .forEach((disturbance, text) -> listed.put(disturbance, text.split("\t", 2)[0]));

    assertThat(never).isEqualTo(listed);
  }

  @Test
  void eachMutantIsKilledOrListedWithItsReason() throws IOException {
    Map<String, String> listed = Listing.read(SURVIVORS);
    Map<String, String> survivors = new TreeMap<>();
    int killed = 0;
    int runs = 0;
    for (Site site : Baseline.search().sites()) {
      List<Path> paths = Baseline.search().paths().getOrDefault(site, List.of());
      Search mutant = Search.of(Mutants.at(site));
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

  @ParameterizedTest
  @MethodSource("io.metamigrate.migrator.switchover.FaultTableTest#faults")
  void everyTableFaultIsFoundByItsSentence(FaultTableTest.Fault fault) {
    Search search = Search.of(Mutants.at(fault.sites()), fault.sentence());
    for (Site site : fault.sites()) {
      search.attack(site, Baseline.search().paths().getOrDefault(site, List.of()));
    }

    assertThat(search.violations().keySet()).anyMatch(text -> text.matches(fault.sentence()));
  }
}
