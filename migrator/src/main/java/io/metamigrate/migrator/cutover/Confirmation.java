package io.metamigrate.migrator.cutover;

import io.metamigrate.migrator.restart.StepOutcome;

/** The operator's confirmation of the point of no return. */
@FunctionalInterface
public interface Confirmation {
  /** Given beforehand. */
  Confirmation GIVEN = announcement -> StepOutcome.done("given with --yes");

  /**
   * Asked until it is given, refused, or the step's time is used up.
   *
   * @param announcement the announcement to the operator, the same each time
   */
  StepOutcome ask(String announcement);
}
