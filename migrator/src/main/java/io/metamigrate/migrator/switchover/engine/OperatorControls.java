package io.metamigrate.migrator.switchover.engine;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * What the operator decides about a move.
 *
 * @param question asked at the commit
 * @param hooks the operator's own commands
 * @param budget how long a step may take; a step's own budget if empty
 * @param budgets of single steps, by their ids
 */
public record OperatorControls(
    Step.Question question,
    StepHooks hooks,
    Optional<Duration> budget,
    Map<String, Duration> budgets,
    TimeLimits limits) {
  public OperatorControls {
    budgets = Map.copyOf(budgets);
  }

  Duration budgetOf(Step step) {
    return Optional.ofNullable(budgets.get(step.id())).or(() -> budget).orElseGet(step::budget);
  }
}
