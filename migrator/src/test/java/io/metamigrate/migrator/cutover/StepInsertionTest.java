package io.metamigrate.migrator.cutover;

import static org.assertj.core.api.Assertions.assertThat;

import io.metamigrate.migrator.config.BookieConfig;
import io.metamigrate.migrator.config.BrokerConfig;
import io.metamigrate.migrator.config.CutoverConfig;
import io.metamigrate.migrator.config.CutoverConfig.Strategy;
import io.metamigrate.migrator.config.MetadataWritersConfig;
import io.metamigrate.migrator.cutover.CutoverState.Header;
import io.metamigrate.migrator.cutover.CutoverState.MoveProgress;
import io.metamigrate.migrator.cutover.NodeListRule.NodeListOutcome;
import io.metamigrate.migrator.cutover.NodeListRule.OnEtcd;
import io.metamigrate.migrator.cutover.NodeListRule.Stage;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** The steps of a move that is under way, after a node has joined or left. */
final class StepInsertionTest {
  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

  private Strategy strategy = Strategy.ROLLING;
  private CutoverPlan plan = plan(List.of("b1:1", "b2:1"), List.of("p1:8080", "p2:8080"));

  @Test
  void aBookieThatJoinsBeforeTheCommitIsMovedAndAllChecksAreRepeated() {
    CutoverState before = doneUpTo("move-bookie b2:1");
    plan = plan(List.of("b1:1", "b2:1", "b3:1"), List.of("p1:8080", "p2:8080"));

    CutoverState after = apply(before, answer(Stage.BEFORE_COMMIT, Set.of(), Set.of(), true));

    assertThat(open(after))
        .startsWith("check", "stop-metadata-writers", "move-bookie b3:1", "stop-brokers");
    assertThat(after.forward().stream().map(StepRecord::id))
        .containsExactlyElementsOf(plan.forward(strategy).stream().map(Step::id).toList());
  }

  /** It runs with its own settings there, so it is restarted with garbage collection suspended. */
  @Test
  void aBookieThatJoinedOnEtcdBeforeTheCommitIsNotTakenForMoved() {
    CutoverState before = doneUpTo("move-bookie b2:1");
    plan = plan(List.of("b1:1", "b2:1", "b3:1"), List.of("p1:8080", "p2:8080"));

    CutoverState after = apply(before, answer(Stage.BEFORE_COMMIT, Set.of("b3:1"), Set.of(), true));

    assertThat(open(after)).contains("move-bookie b3:1");
  }

  @Test
  void aRollbackMovesABookieThatJoinedOnEtcd() {
    for (Strategy each : Strategy.values()) {
      strategy = each;
      plan = plan(List.of("b1:1", "b2:1"), List.of("p1:8080", "p2:8080"));
      CutoverState before = doneUpTo("stop-metadata-writers");
      plan = plan(List.of("b1:1", "b2:1", "b3:1"), List.of("p1:8080", "p2:8080"));

      CutoverState after = apply(before, answer(Stage.ROLLBACK, Set.of("b3:1"), Set.of(), true));

      assertThat(plan.backBeforeNoReturn(after).stream().map(Step::id))
          .as(each.name())
          .contains(each == Strategy.ROLLING ? "move-bookie-back b3:1" : "switch-bookies-back");
    }
  }

  @Test
  void aRollbackAfterTheCommitSuspendsTheCollectionOfABookieThatJoinedOnEtcd() {
    CutoverState before = doneUpTo("observe").withCommit(NOW);
    plan = plan(List.of("b1:1", "b2:1", "b3:1"), List.of("p1:8080", "p2:8080"));

    CutoverState after = apply(before, answer(Stage.ROLLBACK, Set.of("b3:1"), Set.of(), true));

    assertThat(plan.backAfterNoReturn(after).stream().map(Step::id))
        .contains("suspend-garbage-collection b3:1");
  }

  @Test
  void aBookieThatJoinsARollbackIsMovedThoughTheOthersAreThere() {
    CutoverState forward = doneUpTo("observe").withCommit(NOW);
    CutoverState back =
        forward.reverseTo(MoveProgress.BACK_AFTER_NO_RETURN, plan.backAfterNoReturn(forward));
    CutoverState before = back.with(done(back.record("switch-bookies-back")));
    plan = plan(List.of("b1:1", "b2:1", "b3:1"), List.of("p1:8080", "p2:8080"));

    CutoverState after = apply(before, answer(Stage.ROLLBACK, Set.of("b3:1"), Set.of(), true));

    assertThat(after.record("switch-bookies-back").isDone()).isFalse();
    assertThat(after.record("suspend-garbage-collection b3:1").begun()).isFalse();
  }

  @Test
  void aBrokerThatJoinsAfterTheCommitIsStartedAndAllIsObservedAgain() {
    CutoverState before = doneUpTo("observe").withCommit(NOW);
    plan = plan(List.of("b1:1", "b2:1"), List.of("p1:8080", "p2:8080", "p3:8080"));

    CutoverState after =
        apply(before, answer(Stage.AFTER_COMMIT, Set.of(), Set.of("p3:8080"), true));

    assertThat(open(after)).containsExactly("start-brokers", "observe");
  }

  @Test
  void theOnlyBrokerIsReplaced() {
    plan = plan(List.of("b1:1"), List.of("p1:8080"));
    CutoverState before = doneUpTo("observe").withCommit(NOW);
    plan = plan(List.of("b1:1"), List.of("p2:8080"));

    CutoverState after =
        apply(before, answer(Stage.AFTER_COMMIT, Set.of(), Set.of("p2:8080"), true));

    assertThat(open(after)).containsExactly("start-first-broker", "observe");
  }

  @Test
  void theOpenStepsOfNodesThatLeftEnd() {
    CutoverState begun = doneUpTo("start-first-broker").withCommit(NOW);
    CutoverState before =
        begun
            .with(begun.record("start-brokers").open(NOW).failed("not healthy", NOW))
            .with(begun.record("enable-garbage-collection b2:1").open(NOW));
    plan = plan(List.of("b1:1"), List.of("p1:8080"));

    CutoverState after = apply(before, answer(Stage.AFTER_COMMIT, Set.of(), Set.of(), false));

    assertThat(open(after))
        .containsExactly(
            "end-bridge",
            "enable-garbage-collection b1:1",
            "start-metadata-writers-on-etcd",
            "observe");
  }

  @Test
  void nothingIsCheckedAgainIfNobodyJoined() {
    CutoverState before = doneUpTo("verify");

    assertThat(apply(before, answer(Stage.BEFORE_COMMIT, Set.of(), Set.of(), false)))
        .isEqualTo(before);
  }

  private CutoverState apply(CutoverState before, NodeListOutcome answer) {
    return StepInsertion.apply(before, plan, answer);
  }

  private static List<String> open(CutoverState state) {
    return state.forward().stream().filter(record -> !record.isDone()).map(StepRecord::id).toList();
  }

  private CutoverState doneUpTo(String last) {
    CutoverState state =
        CutoverState.begin(new Header("c1", strategy, "op", NOW), plan.forward(strategy));
    for (StepRecord record : state.forward()) {
      state = state.with(done(record));
      if (record.id().equals(last)) {
        return state;
      }
    }
    throw new IllegalArgumentException(last);
  }

  private static StepRecord done(StepRecord record) {
    return record.open(NOW).done("so it is", NOW);
  }

  private static NodeListOutcome answer(
      Stage stage, Set<String> joined, Set<String> newBrokers, boolean extended) {
    return new NodeListOutcome(
        stage,
        List.of(),
        List.of(),
        NodeList.NONE,
        new OnEtcd(new TreeSet<>(joined), new TreeSet<>(joined)),
        new TreeSet<>(newBrokers),
        extended);
  }

  private static CutoverPlan plan(List<String> bookies, List<String> brokers) {
    return new CutoverPlan(
        CutoverConfig.of(
            Strategy.ROLLING,
            new CutoverConfig.TimeLimits(Duration.ofMinutes(2), Duration.ofMinutes(1), Map.of()),
            new CutoverConfig.NodesConfig(
                bookies.stream().map(id -> new BookieConfig(id, id, Optional.empty())).toList(),
                brokers.stream()
                    .map(id -> new BrokerConfig(id, id, URI.create("http://" + id)))
                    .toList(),
                new MetadataWritersConfig(List.of(), List.of(), false))));
  }
}
