package io.metamigrate.migrator.cutover;

import static org.assertj.core.api.Assertions.assertThat;

import io.metamigrate.migrator.config.CutoverConfig.Strategy;
import io.metamigrate.migrator.cutover.CutoverState.Header;
import io.metamigrate.migrator.cutover.CutoverState.MoveProgress;
import io.metamigrate.migrator.cutover.StepRecord.StepState;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What a resumed rollback proves again. */
final class ResumeRulesTest {
  private static final Instant NOW = Instant.EPOCH;

  @Test
  void repeatsEveryStepSinceTheStopOfTheBrokersUntilTheFirstStart() {
    CutoverState state = back(MoveProgress.BACK_AFTER_NO_RETURN, "verify-back");

    CutoverState resumed = ResumeRules.markStale(state, ResumeRules.repeated(state, false));

    for (String id : List.of("stop-brokers-on-etcd", "copy-back", "raise-ids", "verify-back")) {
      assertThat(resumed.record(id).state()).as(id).isEqualTo(StepState.STALE);
    }
    assertThat(resumed.record("reverse-direction").state()).isEqualTo(StepState.DONE);
    assertThat(resumed.record("lift-fence").state()).isEqualTo(StepState.PENDING);
  }

  @Test
  void repeatsNothingOnceABrokerMayServeOnZooKeeper() {
    CutoverState state = back(MoveProgress.BACK_AFTER_NO_RETURN, "start-brokers-on-zookeeper");

    assertThat(ResumeRules.repeated(state, true)).isEmpty();
  }

  @Test
  void repeatsNothingOnceTheRollbackIsDone() {
    CutoverState state = back(MoveProgress.BACK_AFTER_NO_RETURN, "release-zookeeper");

    assertThat(ResumeRules.repeated(state, false)).isEmpty();
  }

  @Test
  void repeatsTheBookiesAndBrokersThatMovedBackBeforeThePointOfNoReturn() {
    CutoverState state = back(MoveProgress.BACK_BEFORE_NO_RETURN, "start-brokers-on-zookeeper");

    assertThat(ResumeRules.repeated(state, true))
        .contains(
            StepKind.MOVE_BOOKIE_BACK, StepKind.START_BROKERS_ON_ZOOKEEPER, StepKind.LIFT_FENCE);
  }

  /** An older release recorded no start, so an open step may have started brokers. */
  @Test
  void anOpenStartOfAnOlderReleaseMayHaveStartedBrokers() {
    CutoverState open = back(MoveProgress.BACK_AFTER_NO_RETURN, "start-brokers-on-zookeeper");
    CutoverState before = back(MoveProgress.BACK_AFTER_NO_RETURN, "verify-back");

    assertThat(ResumeRules.mayServe(open, false, true)).isTrue();
    assertThat(ResumeRules.mayServe(open, false, false)).isFalse();
    assertThat(ResumeRules.mayServe(open, true, false)).isTrue();
    assertThat(ResumeRules.mayServe(before, false, true)).isFalse();
  }

  /** A rollback that is done up to this step. */
  private static CutoverState back(MoveProgress progress, String last) {
    Header header = new Header("c1", Strategy.STOP_ALL, "me", NOW);
    List<Step> steps =
        List.of(
                StepKind.STOP_BROKERS_ON_ETCD,
                StepKind.REVERSE_DIRECTION,
                StepKind.COPY_BACK,
                StepKind.RAISE_IDS,
                StepKind.VERIFY_BACK,
                StepKind.LIFT_FENCE,
                StepKind.START_BROKERS_ON_ZOOKEEPER,
                StepKind.RELEASE_ZOOKEEPER)
            .stream()
            .map(kind -> new Step(kind, Optional.empty(), Duration.ofSeconds(1)))
            .toList();
    CutoverState state = CutoverState.begin(header, steps).reverseTo(progress, steps);
    for (Step step : steps) {
      state = state.with(state.record(step.id()).open(NOW).done("so it is", NOW));
      if (step.id().equals(last)) {
        return state;
      }
    }
    return state;
  }
}
