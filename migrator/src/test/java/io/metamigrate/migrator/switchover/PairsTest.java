package io.metamigrate.migrator.switchover;

import static org.assertj.core.api.Assertions.assertThat;

import io.metamigrate.migrator.switchover.Search.End;
import io.metamigrate.migrator.switchover.state.Strategy;
import io.metamigrate.migrator.switchover.world.Disturbance;
import io.metamigrate.migrator.switchover.world.World;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What may go wrong twice: kills exhaustively on the smallest cluster, everything else drawn. */
final class PairsTest {
  /** How many runs with drawn pairs; set more, and another seed, to search further. */
  private static final int RUNS = Integer.getInteger("search.runs", 20_000);

  private static final long SEED = Long.getLong("search.seed", 1);

  @ParameterizedTest
  @EnumSource(Strategy.class)
  void survivesEachPairOfKills(Strategy strategy) {
    Search search = Search.ofPairs();
    Root root = new Root("smallest", World.serving(1, 1, strategy), List.of(Root.CUTOVER));
    for (End first : search.disturb(root, Disturbance::isCrash)) {
      for (String command : first.result().next()) {
        search.disturb(first.path(), first.result().world(), command, Disturbance::isCrash);
      }
    }
    System.out.println(strategy + ", pairs of kills: " + Report.summary(search));

    assertThat(search.violations()).isEmpty();
  }

  @Test
  void survivesSampledPairs() {
    System.out.println("-Dsearch.seed=" + SEED);
    Random random = new Random(SEED);
    Search search = Search.ofPairs();
    List<Root> roots = Root.all(2, 2);
    while (search.runs() < RUNS) {
      Root root = roots.get(random.nextInt(roots.size()));
      End first = search.draw(random, Path.of(root), root.world(), root.commands());
      if (!first.result().next().isEmpty()) {
        search.draw(random, first.path(), first.result().world(), first.result().next());
      }
    }
    System.out.println("drawn pairs: " + Report.summary(search));

    assertThat(search.violations()).isEmpty();
  }
}
