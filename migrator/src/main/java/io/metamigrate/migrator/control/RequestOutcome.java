package io.metamigrate.migrator.control;

/** The result of an operator's request. */
public sealed interface RequestOutcome {
  /** One line for the operator. */
  String message();

  /** It is done, or certain to be done. */
  record Granted(String message) implements RequestOutcome {}

  /** The state of the migration does not allow it; nothing changed. */
  record Refused(String message) implements RequestOutcome {}
}
