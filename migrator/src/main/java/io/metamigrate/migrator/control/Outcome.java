package io.metamigrate.migrator.control;

/** What became of an operator's request. */
public sealed interface Outcome {
  /** One line for the operator. */
  String message();

  /** It is done, or surely will be. */
  record Done(String message) implements Outcome {}

  /** The state of the migration does not allow it; nothing changed. */
  record Refused(String message) implements Outcome {}
}
