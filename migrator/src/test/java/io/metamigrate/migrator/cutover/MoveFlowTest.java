package io.metamigrate.migrator.cutover;

import static io.metamigrate.migrator.cutover.SearchRun.CUTOVER;
import static io.metamigrate.migrator.cutover.SearchRun.FINALIZE;
import static io.metamigrate.migrator.cutover.SearchRun.ROLLBACK;
import static org.assertj.core.api.Assertions.assertThat;

import io.metamigrate.migrator.cutover.world.CallMoment;
import io.metamigrate.migrator.cutover.world.Disturbance;
import io.metamigrate.migrator.cutover.world.Disturbance.Call;
import io.metamigrate.migrator.cutover.world.World;
import io.metamigrate.migrator.phase.Phase;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a command does after another one was killed between two records. */
@ExtendWith(QuietLog.class)
final class MoveFlowTest {
  /** Killed right after it entered its phase: nothing else has changed. */
  @ParameterizedTest
  @ValueSource(strings = {FINALIZE, CUTOVER + "; " + FINALIZE})
  void rollbackThatDidNotBeginLeavesACompleteCutover(String commands) {
    World complete = complete();
    List<Call> calls =
        run(complete, ROLLBACK, -1, null).moments().stream().map(CallMoment::call).toList();

    World world =
        run(complete, ROLLBACK, calls.indexOf(Call.SAVE), Disturbance.CRASH_AFTER).world();
    assertThat(SearchRun.kept(world).orElseThrow().checkpoint().phase())
        .isEqualTo(Phase.ROLLING_BACK);

    for (String command : commands.split("; ", -1)) {
      SearchRun.Result next = run(world, command, -1, null);
      assertThat(next.end()).as(next.reason()).isEqualTo(SearchRun.End.DONE);
      world = next.world();
    }
    assertThat(world.finalized).isTrue();
  }

  private static World complete() {
    return SearchRoot.all(2, 1).stream()
        .filter(root -> root.name().equals("ROLLING complete"))
        .findFirst()
        .orElseThrow()
        .world();
  }

  private static SearchRun.Result run(
      World world, String command, int at, @Nullable Disturbance disturbance) {
    return new SearchRun(Variation.NONE).run(world, command, at, disturbance);
  }
}
