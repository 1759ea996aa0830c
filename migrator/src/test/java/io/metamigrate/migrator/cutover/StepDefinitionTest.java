package io.metamigrate.migrator.cutover;

import static org.assertj.core.api.Assertions.assertThat;

import io.metamigrate.migrator.cutover.CutoverState.MoveProgress;
import io.metamigrate.migrator.phase.Phase;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What each step defines is complete and fits the other steps. */
final class StepDefinitionTest {
  /** What they prove is a whole comparison, which their act makes last; asked twice it is slow. */
  private static final Set<StepKind> PROVEN_BY_THE_ACT =
      EnumSet.of(StepKind.VERIFY, StepKind.OBSERVE, StepKind.COPY_BACK, StepKind.VERIFY_BACK);

  /** These change nothing that a rollback would have to undo. */
  private static final Set<StepKind> CHANGES_NOTHING =
      EnumSet.of(StepKind.CHECK, StepKind.DRAIN, StepKind.VERIFY);

  @ParameterizedTest
  @EnumSource(StepKind.class)
  void namesWhatItDoesAndWhatProvesIt(StepKind kind) {
    assertThat(kind.title()).isNotBlank();
    assertThat(kind.action()).isNotBlank();
    assertThat(kind.proofs()).isNotEmpty();
    assertThat(kind.definition().proof().stream().map(Condition::question))
        .as("a proof that is asked, or that is named here")
        .anyMatch(question -> PROVEN_BY_THE_ACT.contains(kind) || !isShownByAct(question));
  }

  private static boolean isShownByAct(Condition.ConditionProbe question) {
    return question.getClass().equals(Condition.shownByAct("").question().getClass());
  }

  @ParameterizedTest
  @EnumSource(StepKind.class)
  void whatItChangesBeforeThePointOfNoReturnIsUndone(StepKind kind) {
    boolean forward = kind.phase() != Phase.ROLLING_BACK;
    boolean beforeCommit = kind.compareTo(StepKind.PASS_NO_RETURN) <= 0;

    assertThat(kind.undoneBy().isPresent())
        .isEqualTo(forward && beforeCommit && !CHANGES_NOTHING.contains(kind));
    kind.undoneBy().ifPresent(undo -> assertThat(undo.phase()).isEqualTo(Phase.ROLLING_BACK));
  }

  @ParameterizedTest
  @EnumSource(StepKind.class)
  void isRepeatedOnlyInDirectionsThatHaveIt(StepKind kind) {
    boolean back = kind.phase() == Phase.ROLLING_BACK;
    for (MoveProgress progress : MoveProgress.values()) {
      if (kind.isRepeatedIn(progress)) {
        assertThat(progress.isBack()).isEqualTo(back);
      }
    }
    kind.reverts().forEach(taken -> assertThat(taken.phase()).isNotEqualTo(Phase.ROLLING_BACK));
  }

  /** From the stop of the brokers until the commit a new process proves everything again. */
  @Test
  void everythingFromTheStopOfTheBrokersOnIsProvenAgain() {
    List<StepKind> repeated = new ArrayList<>();
    for (StepKind kind : StepKind.values()) {
      if (kind.isRepeatedIn(MoveProgress.FORWARD)) {
        repeated.add(kind);
      }
    }

    assertThat(repeated)
        .containsExactlyElementsOf(EnumSet.range(StepKind.STOP_BROKERS, StepKind.PASS_NO_RETURN));
  }
}
