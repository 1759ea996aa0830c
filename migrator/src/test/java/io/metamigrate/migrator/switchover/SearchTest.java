package io.metamigrate.migrator.switchover;

import static org.assertj.core.api.Assertions.assertThat;

import io.metamigrate.migrator.switchover.engine.LastLook;
import io.metamigrate.migrator.switchover.state.Strategy;
import io.metamigrate.migrator.switchover.world.Disturbance;
import io.metamigrate.migrator.switchover.world.World;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every single disturbance at every call, on the smallest lists. */
final class SearchTest {
  /** One: exhaustive, as in the campaign. */
  private static final int EVERY_QUESTION = Integer.getInteger("search.everyQuestion", 12);

  @ParameterizedTest
  @EnumSource(Strategy.class)
  void movesThereAndBackUndisturbed(Strategy strategy) {
    Search search = new Search(strategy, Variant.none(), false, EVERY_QUESTION);
    Trial.Result there = search.plain(World.serving(2, 2), "migrate cutover");
    Trial.Result back = search.plain(there.world(), "migrate rollback");
    Trial.Result again = search.plain(back.world(), "migrate cutover");

    assertThat(there.outcome().orElseThrow().exit().code()).as("%s", there.outcome()).isZero();
    assertThat(back.outcome().orElseThrow().exit().code()).as("%s", back.outcome()).isZero();
    assertThat(again.outcome().orElseThrow().exit().code()).as("%s", again.outcome()).isZero();
    assertThat(search.violations()).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(Strategy.class)
  void survivesEachDisturbanceOfACutover(Strategy strategy) {
    Search search = new Search(strategy, Variant.none(), false, EVERY_QUESTION);
    search.disturb(World.serving(2, 2), "migrate cutover", each -> true, "");

    assertThat(search.violations()).isEmpty();
    assertThat(search.coverage()).containsOnlyKeys(Disturbance.values());
  }

  @Test
  void survivesEachDisturbanceOfAReverseMove() {
    Strategy strategy = Strategy.ROLLING;
    Search search = new Search(strategy, Variant.none(), false, EVERY_QUESTION);
    World there = search.plain(World.serving(2, 2), "migrate cutover").world();
    search.disturb(there, "migrate rollback", each -> true, "there; ");
    report(search);
    assertThat(search.violations()).isEmpty();
  }

  private static void report(Search search) {
    System.out.println(search.runs() + " runs " + search.states() + " " + search.coverage());
    search.violations().forEach((v, t) -> System.out.println(v + "\n    BY " + t));
  }

  @Test
  void findsAPlantedFault() {
    Variant skipsLastLook =
        new Variant(step -> step, look -> new LastLook("none", List.of()), journal -> journal);
    Search search = new Search(Strategy.STOP_ALL, skipsLastLook, true, EVERY_QUESTION);
    search.disturb(World.serving(2, 2), "migrate cutover", each -> true, "");

    assertThat(search.violations()).isNotEmpty();
  }
}
