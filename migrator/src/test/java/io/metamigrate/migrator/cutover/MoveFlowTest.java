package io.metamigrate.migrator.cutover;

import static io.metamigrate.migrator.cutover.SearchRun.CUTOVER;
import static io.metamigrate.migrator.cutover.SearchRun.FINALIZE;
import static io.metamigrate.migrator.cutover.SearchRun.ROLLBACK;
import static io.metamigrate.migrator.cutover.SearchRun.UNDO;
import static io.metamigrate.migrator.cutover.SearchRun.WITHOUT_ZOOKEEPER;
import static org.assertj.core.api.Assertions.assertThat;

import io.metamigrate.migrator.cutover.world.CallMoment;
import io.metamigrate.migrator.cutover.world.Disturbance;
import io.metamigrate.migrator.cutover.world.Disturbance.Call;
import io.metamigrate.migrator.cutover.world.World;
import io.metamigrate.migrator.phase.Phase;
import io.metamigrate.verifier.store.Store;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
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
    List<Call> calls = calls(complete, ROLLBACK);

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

  /** Killed before the authority passed: no broker was started on the ZooKeeper that is lost. */
  @Test
  void rollbackThatDidNotPassTheAuthorityIsUndoneWithoutZooKeeper() {
    World complete = complete();
    List<Call> calls = calls(complete, ROLLBACK);
    World begun = complete;
    String recorded = "begun";
    for (int at = 0; recorded.equals("begun"); at++) {
      if (calls.get(at) == Call.SAVE) {
        begun = run(complete, ROLLBACK, at, Disturbance.CRASH_AFTER).world();
        recorded =
            SearchRun.kept(begun)
                .orElseThrow()
                .documents()
                .getOrDefault(FirstStart.document(Store.ZOOKEEPER), recorded);
      }
    }
    assertThat(begun.zookeeper.brokers).isEmpty();
    World lost = run(begun, ROLLBACK, 0, Disturbance.ZOOKEEPER_LOST).world();

    SearchRun.Result undone = run(lost, UNDO + WITHOUT_ZOOKEEPER, -1, null);

    assertThat(undone.end()).as(undone.reason()).isEqualTo(SearchRun.End.DONE);
    assertThat(undone.violations()).isEmpty();
  }

  private static World complete() {
    return SearchRoot.all(2, 1).stream()
        .filter(root -> root.name().equals("ROLLING complete"))
        .findFirst()
        .orElseThrow()
        .world();
  }

  private static List<Call> calls(World world, String command) {
    return run(world, command, -1, null).moments().stream().map(CallMoment::call).toList();
  }

  private static SearchRun.Result run(
      World world, String command, int at, @Nullable Disturbance disturbance) {
    return new SearchRun(Variation.NONE).run(world, command, at, disturbance);
  }
}
