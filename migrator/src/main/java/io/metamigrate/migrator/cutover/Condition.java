package io.metamigrate.migrator.cutover;

import io.metamigrate.migrator.restart.StepOutcome;
import java.util.List;

/**
 * A precondition or a proof of a step: what the plan, the help and the runbook print is what is
 * asked.
 *
 * @param sentence what holds, for people
 * @param ofZooKeeper whether it falls away if ZooKeeper is permanently lost
 * @param question decides it, as things are now; throws like a step if it can never hold
 */
record Condition(String sentence, boolean ofZooKeeper, Question question) {
  /** The question to the stores, the nodes or the move's record. */
  interface Question {
    StepOutcome ask(StepContext here, Step step);
  }

  static Condition of(String sentence, Question question) {
    return new Condition(sentence, false, question);
  }

  static Condition ofZooKeeper(String sentence, Question question) {
    return new Condition(sentence, true, question);
  }

  /** A proof that the act itself asks for in the end: without it, the act fails. */
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
