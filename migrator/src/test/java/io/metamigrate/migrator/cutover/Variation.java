package io.metamigrate.migrator.cutover;

import io.metamigrate.migrator.restart.StepOutcome;
import java.util.Optional;
import java.util.function.Supplier;

/** The program as it is, at each place at which a mutant changes it. */
class Variation {
  /** The program as it is. */
  static final Variation NONE = new Variation();

  /** A condition that is asked. */
  StepOutcome answer(Condition condition, Supplier<StepOutcome> question) {
    return question.get();
  }

  /** What a step does. */
  void act(StepKind kind, Runnable action) {
    action.run();
  }

  /** What shows that a step which a new process has to repeat is done already. */
  Optional<String> repeated(StepKind kind, Supplier<Optional<String>> proof) {
    return proof.get();
  }

  /** The final check before a command reports that it is done. */
  CheckReport finalCheck(Supplier<CheckReport> check) {
    return check.get();
  }

  /** What is asked again after the operator's answer, or right before the first start. */
  void again(Runnable questions) {
    questions.run();
  }

  /** Whether the stores are those of the move. */
  void identify(Runnable question) {
    question.run();
  }

  /** What an act asks by itself, which is no condition of its step. */
  void ask(String what, Runnable question) {
    question.run();
  }

  /** Whether this process still has the lock, before an act of the driver. */
  void confirm(String row, Runnable question) {
    question.run();
  }

  /** The copy of the move in ZooKeeper. */
  void copy(String when, Runnable action) {
    action.run();
  }

  /** The record of the move, before it is kept. */
  void save(CutoverState next, Runnable action) {
    action.run();
  }
}
