package io.metamigrate.migrator.cutover;

import static org.assertj.core.api.Assertions.assertThat;

import io.metamigrate.migrator.config.CutoverConfig.Strategy;
import io.metamigrate.migrator.cutover.Search.ReachedEnd;
import io.metamigrate.migrator.cutover.world.Disturbance;
import io.metamigrate.migrator.cutover.world.World;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What may go wrong twice: kills exhaustively on the smallest cluster, everything else drawn. See
 * {@link SearchTest}.
 */
@ExtendWith(QuietLog.class)
final class SearchPairsTest {
  /** How many runs with drawn pairs; set more, and another seed, to search further. */
  private static final int RUNS = Integer.getInteger("search.runs", 420_000);

  /** Each part draws from a seed of its own; as many are searched at once as there are cores. */
  private static final int PARTS = 7;

  private static final long SEED = Long.getLong("search.seed", 1);

  @ParameterizedTest
  @EnumSource(Strategy.class)
  void survivesEachPairOfKills(Strategy strategy) {
    Search search = Search.ofPairs();
    World world = World.serving(1, 1, strategy);
    SimulatedCommand.follow(world);
    SearchRoot root = new SearchRoot("smallest", world, List.of(SearchRun.CUTOVER));
    for (ReachedEnd first : search.disturb(root, Disturbance::isCrash)) {
      for (String command : first.result().next()) {
        List<ReachedEnd> unused =
            search.disturb(first.path(), first.result().world(), command, Disturbance::isCrash);
      }
    }
    System.out.println(strategy + ", pairs of kills: " + SearchReport.summary(search));

    assertThat(search.violations()).isEmpty();
  }

  @Test
  void survivesSampledPairs() {
    List<SearchRoot> roots = SearchRoot.all(2, 2);
    List<Search> parts =
        IntStream.range(0, PARTS).parallel().mapToObj(part -> draw(roots, SEED + part)).toList();

    assertThat(parts).flatExtracting(part -> part.violations().entrySet()).isEmpty();
    assertThat(parts.stream().mapToInt(Search::runs).sum()).isGreaterThanOrEqualTo(RUNS);
  }

  private static Search draw(List<SearchRoot> roots, long seed) {
    Random random = new Random(seed);
    Search search = Search.ofPairs();
    while (search.runs() < (RUNS + PARTS - 1) / PARTS) {
      SearchRoot root = roots.get(random.nextInt(roots.size()));
      ReachedEnd first = search.draw(random, SearchPath.of(root), root.world(), root.commands());
      if (!first.result().next().isEmpty()) {
        ReachedEnd unused =
            search.draw(random, first.path(), first.result().world(), first.result().next());
      }
    }
    System.out.println(
        "drawn pairs, -Dsearch.seed=%d: %s".formatted(seed, SearchReport.summary(search)));
    return search;
  }
}
