package io.metamigrate.migrator.switchover;

import io.metamigrate.migrator.switchover.engine.CompletionCheck;
import io.metamigrate.migrator.switchover.engine.Step;
import io.metamigrate.migrator.switchover.engine.StepJournal;
import java.util.function.UnaryOperator;

/** A change of the program, for tests that show that the search notices it. */
record Variant(
    UnaryOperator<Step> step,
    UnaryOperator<CompletionCheck> completionCheck,
    UnaryOperator<StepJournal> journal) {
  /** The program as it is. */
  static Variant none() {
    return new Variant(step -> step, check -> check, journal -> journal);
  }
}
