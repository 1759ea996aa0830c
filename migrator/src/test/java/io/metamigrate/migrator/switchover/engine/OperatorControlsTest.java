package io.metamigrate.migrator.switchover.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class OperatorControlsTest {
  private static final Duration NAMED = Duration.ofSeconds(7);
  private static final Duration GENERAL = Duration.ofSeconds(8);

  @Test
  void stepTimeoutFallsBackToGeneralThenDefault() {
    Step drain = step("drain");

    assertThat(controls(Optional.of(GENERAL), Map.of("drain", NAMED)).budgetOf(drain))
        .isEqualTo(NAMED);
    assertThat(controls(Optional.of(GENERAL), Map.of("verify", NAMED)).budgetOf(drain))
        .isEqualTo(GENERAL);
    assertThat(controls(Optional.empty(), Map.of()).budgetOf(drain)).isEqualTo(drain.budget());
  }

  private static OperatorControls controls(
      Optional<Duration> budget, Map<String, Duration> budgets) {
    return new OperatorControls(
        () -> Answer.yes("yes"), StepHooks.none(), budget, budgets, TimeLimits.none());
  }

  private static Step step(String id) {
    return new Step() {
      @Override
      public String id() {
        return id;
      }

      @Override
      public String phase() {
        return "";
      }

      @Override
      public String title() {
        return id;
      }

      @Override
      public void act(ActionContext action) {
        throw new IllegalStateException("not run here");
      }

      @Override
      public Condition proof() {
        return Condition.of("", () -> Answer.yes(""));
      }
    };
  }
}
