package io.metamigrate.migrator.switchover.engine;

import java.util.List;

/** A step cannot continue; the message names what, where and which value. */
public final class StepException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final Exit exit;
  private final transient List<String> remedies;

  public StepException(Exit exit, String message) {
    this(exit, message, List.of());
  }

  private StepException(Exit exit, String message, List<String> remedies) {
    super(message);
    this.exit = exit;
    this.remedies = List.copyOf(remedies);
  }

  /** A condition that does not hold. */
  static StepException unmet(Condition condition, Answer answer) {
    return new StepException(
        Exit.STOPPED,
        "required: %s; found: %s".formatted(condition.sentence(), answer.detail()),
        answer.remedies());
  }

  /** A condition that did not come to hold in time. */
  static StepException timedOut(Condition condition, Answer answer) {
    return new StepException(
        Exit.STOPPED,
        "timed out; awaited: %s; last seen: %s".formatted(condition.sentence(), answer.detail()),
        answer.remedies());
  }

  /** Several conditions that do not hold. */
  static StepException unmet(List<String> faults, List<String> remedies) {
    return new StepException(Exit.STOPPED, String.join("; ", faults), remedies);
  }

  /** Flags with which the command can continue. */
  List<String> remedies() {
    return remedies;
  }

  public StepException(String message) {
    this(Exit.STOPPED, message);
  }

  public Exit exit() {
    return exit;
  }

  @Override
  public String getMessage() {
    return String.valueOf(super.getMessage());
  }
}
