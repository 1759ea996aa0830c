package io.metamigrate.migrator.switchover.engine;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** One step of a move with everything about it. Its action may be killed anywhere and repeated. */
public interface Step {
  /** Its stable name in hooks, budgets and records, the same for all nodes. */
  String id();

  /** The node that it concerns, if it concerns one. */
  default Optional<String> node() {
    return Optional.empty();
  }

  /** The phase in which it runs. */
  String phase();

  String title();

  /** Asked right before the action, in this order. */
  default List<Condition> requires() {
    return List.of();
  }

  /** What the action requires while it acts, beyond {@link #requires}. */
  default List<Condition> checks() {
    return List.of();
  }

  void act(ActionContext action);

  /** Shows that the action has its effect. */
  Condition proof();

  /**
   * Whether the proof shows all that the action does; if not, a step that is not done is repeated.
   */
  default boolean isShownByProof() {
    return true;
  }

  default ResumeRule resumeRule() {
    return ResumeRule.CHECK_PROOF;
  }

  /** Whether a new process restores it in this situation; only for {@link ResumeRule#RESTORE}. */
  default boolean isRestoredFor(Situation situation) {
    return resumeRule() == ResumeRule.RESTORE;
  }

  default Undo undo() {
    return Undo.none();
  }

  /** The question to the operator, last; then every precondition is asked again. */
  default Optional<Question> question() {
    return Optional.empty();
  }

  /** Whether this is the point of no return: after it, the move is committed. */
  default boolean isCommit() {
    return false;
  }

  /** After this time it has failed; a time-out never means "continue". */
  default Duration budget() {
    return Duration.ofMinutes(5);
  }

  /** The name under which it is recorded. */
  default String key() {
    return id() + node().map(node -> " " + node).orElse("");
  }

  /** What the process that restores a step is about to do. */
  enum Situation {
    RUN,
    UNDO,
    COMMITTED
  }

  /** Asks the operator. */
  interface Question {
    Answer ask();
  }
}
