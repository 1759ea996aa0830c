package io.metamigrate.migrator.cutover;

import static io.metamigrate.migrator.cutover.CutoverState.MoveProgress.BACK_AFTER_NO_RETURN;
import static org.assertj.core.api.Assertions.assertThat;

import io.metamigrate.migrator.config.CutoverConfig.Strategy;
import io.metamigrate.migrator.cutover.CutoverState.Header;
import io.metamigrate.migrator.run.AdvisedCommands;
import io.metamigrate.verifier.store.ZkPath;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The command that is advised for a stop. */
final class OperatorGuidanceTest {
  private static final CutoverState STATE =
      CutoverState.begin(new Header("c1", Strategy.STOP_ALL, "me", Instant.EPOCH), List.of());

  @Test
  void repeatsWhatWasGivenAndAddsWhatTheReasonNames() {
    assertThat(
            advised(
                "give `--accept-late-write /x1 --accept-late-write /x2`",
                "--accept-late-write /x1",
                "--lost-bookie b1:1"))
        .contains(
            "migrate cutover --confirm c1 --accept-late-write /x1 --lost-bookie b1:1"
                + " --accept-late-write /x2",
            "migrate rollback --confirm c1 --accept-late-write /x1 --lost-bookie b1:1");
  }

  @Test
  void leavesOutOptionsOfOtherPrograms() {
    assertThat(advised("hook: try `--force`, `--all --lost-bookie b1`, `--lost-bookie b1 --all`"))
        .contains("migrate cutover --confirm c1")
        .noneMatch(command -> command.contains("--force") || command.contains("--all"));
  }

  @Test
  void namesTheFirstTwentyLedgersOfADeletion() {
    List<ZkPath> ledgers =
        IntStream.range(0, 21)
            .mapToObj(i -> new ZkPath("/ledgers/00/0000/L" + (1000 + i)))
            .toList();

    assertThat(AdvisedCommands.options(String.valueOf(LateDeletion.refused(ledgers).getMessage())))
        .hasSize(20)
        .contains("--accept-late-write /ledgers/00/0000/L1019");
  }

  /** A killed undo is an open cutover, which the same command does not resume. */
  @Test
  void namesTheCutoverThatResumesAnUndo() {
    Step step = new Step(StepKind.START_BROKERS, Optional.empty(), Duration.ofSeconds(1));
    CutoverState begun = CutoverState.begin(STATE.header(), List.of(step));
    CutoverState done =
        begun.with(begun.record(step.id()).open(Instant.EPOCH).done("so it is", Instant.EPOCH));
    CutoverState back = done.withCommit(Instant.EPOCH).reverseTo(BACK_AFTER_NO_RETURN, List.of());

    assertThat(OperatorGuidance.insteadOfUndo(RollbackUndo.undone(back)))
        .contains("`migrate cutover --confirm c1`");
    assertThat(OperatorGuidance.insteadOfUndo(back)).contains("`migrate rollback --confirm c1`");
    assertThat(OperatorGuidance.insteadOfUndo(done)).contains("`migrate status`");
    assertThat(OperatorGuidance.insteadOfUndo(begun)).contains("`migrate status`");
  }

  private static List<String> advised(String reason, String... given) {
    StopCause cause = StopCause.of(new StepFailedException(reason), false).given(List.of(given));
    return AdvisedCommands.in(OperatorGuidance.next(STATE, false, cause));
  }
}
