package io.metamigrate.migrator.cutover;

import io.metamigrate.migrator.restart.StepOutcome;
import java.util.List;

/**
 * A precondition or a proof of a step. The plan, the help and the runbook print its sentence; the
 * step asks its question.
 *
 * @param sentence what holds, as an operator reads it
 * @param ofZooKeeper whether it is left out if ZooKeeper is permanently lost
 * @param question asked of the stores and nodes as they are now; throws like a step if the
 *     condition can never hold
 */
record Condition(String sentence, boolean ofZooKeeper, ConditionProbe question) {
  /** The question to the stores, the nodes or the move's record. */
  interface ConditionProbe {
    StepOutcome ask(StepContext here, Step step);
  }

  static Condition of(String sentence, ConditionProbe question) {
    return new Condition(sentence, false, question);
  }

  static Condition ofZooKeeper(String sentence, ConditionProbe question) {
    return new Condition(sentence, true, question);
  }

  /** A proof that the action itself waits for: it fails without it, so nothing is asked again. */
  static Condition shownByAct(String sentence) {
    return of(sentence, (here, step) -> StepOutcome.done(sentence));
  }

  StepOutcome ask(StepContext here, Step step) {
    return question.ask(here, step);
  }

  /** As an operator reads them. */
  static List<String> sentences(List<Condition> conditions) {
    return conditions.stream().map(Condition::sentence).toList();
  }
}
