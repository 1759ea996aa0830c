package io.metamigrate.migrator.cutover;

import static org.assertj.core.api.Assertions.assertThat;

import io.metamigrate.migrator.config.CutoverConfig.Strategy;
import io.metamigrate.migrator.cutover.CutoverState.Header;
import io.metamigrate.migrator.cutover.CutoverState.MoveProgress;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The release that a move gives settings by, and what a rollback is called. */
final class MovedReleaseTest {
  private static final Instant NOW = Instant.EPOCH;
  private static final Step STEP =
      new Step(StepKind.START_FIRST_BROKER, Optional.empty(), Duration.ofSeconds(1));

  @Test
  void anotherReleaseIsRefusedWhileTheMoveIsUnderWay() {
    assertThat(MovedRelease.obstacle(Optional.of("3.0.9"), "2.10.0", true).orElseThrow())
        .contains("3.0.9", "2.10.0");
    assertThat(MovedRelease.obstacle(Optional.of("3.0.9"), "3.0.9", true)).isEmpty();
    assertThat(MovedRelease.obstacle(Optional.of("3.0.9"), "3.0.10", false)).isEmpty();
    assertThat(MovedRelease.obstacle(Optional.empty(), "3.0.9", true))
        .as("an earlier release of this tool recorded none")
        .isEmpty();
  }

  @Test
  void aMoveIsUnderWayFromItsFirstStepToItsLast() {
    CutoverState none =
        CutoverState.begin(new Header("c1", Strategy.STOP_ALL, "me", NOW), List.of(STEP));
    CutoverState open = none.with(none.record(STEP.id()).open(NOW));
    CutoverState done = open.with(open.record(STEP.id()).done("proof", NOW));

    assertThat(MovedRelease.isUnderWay(none)).isFalse();
    assertThat(MovedRelease.isUnderWay(open)).isTrue();
    assertThat(MovedRelease.isUnderWay(done)).as("complete").isFalse();
    assertThat(
            MovedRelease.isUnderWay(
                done.reverseTo(MoveProgress.BACK_AFTER_NO_RETURN, List.of(STEP))))
        .as("a rollback")
        .isTrue();
  }

  @Test
  void rollbackIsARestartUntilAStartOnEtcdWasIssued() {
    CutoverState none =
        CutoverState.begin(new Header("c1", Strategy.STOP_ALL, "me", NOW), List.of(STEP));
    CutoverState open = none.withCommit(NOW).with(none.record(STEP.id()).open(NOW));

    boolean begun = FirstStart.mayServeOnEtcd(Optional.of("begun"), open);
    assertThat(OperatorGuidance.next(open, begun)).contains("which is a restart");
    assertThat(OperatorGuidance.ifEtcdIsGone(open, begun)).contains("--without-etcd");
    boolean issued = FirstStart.mayServeOnEtcd(Optional.of("first start issued"), open);
    assertThat(OperatorGuidance.next(open, issued)).contains("which is a reverse migration");
    assertThat(OperatorGuidance.ifEtcdIsGone(open, issued)).isEmpty();
  }
}
