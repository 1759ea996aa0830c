package io.metamigrate.migrator.cutover;

import io.metamigrate.migrator.restart.Outcome;

/** The operator's word at the point of no return. */
@FunctionalInterface
public interface Confirmation {
  /** Given beforehand. */
  Confirmation GIVEN = announcement -> Outcome.done("given with --yes");

  /**
   * Asked until it is given, refused, or the step's time is used up.
   *
   * @param announcement what the operator is told, each time the same
   */
  Outcome ask(String announcement);
}
