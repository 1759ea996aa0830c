package io.metamigrate.verifier;

import static org.assertj.core.api.Assertions.assertThat;

import io.metamigrate.verifier.report.VerificationReport;
import io.metamigrate.verifier.store.Scope;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Random questions about a copy of a real cluster, with a random fault or none: no fault inside the
 * question is ever answered YES, and no equal pair NO.
 */
final class AnswerPropertyTest {
  private static final int CASES = 6_000;
  private static final long SEED = Long.getLong("metamigrate.seed", 20261125L);

  @Test
  void answersNoForEachFaultInScopeAndYesForEqualPairs() {
    Random random = new Random(SEED);
    List<CopyFault> faults = List.of(CopyFault.values());
    Map<CopyFault, int[]> counts = new EnumMap<>(CopyFault.class);
    int empty = 0;
    for (int i = 0; i < CASES; i++) {
      PairOfStores stores = new PairOfStores();
      RandomQuestion question = RandomQuestion.allocate(random, stores);
      CopyFault fault = faults.get(i % faults.size());
      CopyFault.Planted planted = fault.plant(stores, question, random);

      VerificationReport report = stores.ask(question);

      String what =
          "seed %d case %d: %s, %s, question %s: %s"
              .formatted(SEED, i, fault, planted.at(), report.question(), report.checks());
      int[] count = counts.computeIfAbsent(fault, f -> new int[3]);
      switch (planted.where()) {
        case INSIDE -> {
          count[0]++;
          assertThat(report.consistent()).as(what).isFalse();
        }
        case OUTSIDE -> {
          count[1]++;
          assertThat(report.consistent())
              .as("%s %s", what, report.differences())
              .isEqualTo(!report.isEmpty());
        }
        case UNDECIDED -> count[2]++;
      }
      empty += report.isEmpty() ? 1 : 0;
    }
    StringBuilder table =
        new StringBuilder("%d cases, seed %d, %d empty questions%n".formatted(CASES, SEED, empty));
    counts.forEach(
        (fault, count) ->
            table.append(
                "  %-26s inside %4d, outside or none %4d, not asserted %4d%n"
                    .formatted(fault, count[0], count[1], count[2])));
    System.out.print(table);
    counts.forEach(
        (fault, count) -> {
          if (fault != CopyFault.NONE) {
            assertThat(count[0]).as("%s inside a question", fault).isGreaterThan(10);
          }
        });
  }

  @Test
  void answersYesForEqualStoresWithoutRestriction() {
    VerificationReport report =
        new PairOfStores().ask(new RandomQuestion(Scope.ALL, java.util.Optional.empty()));

    assertThat(report.consistent()).as(report.toString()).isTrue();
    assertThat(report.checksNotRun()).isEmpty();
  }
}
