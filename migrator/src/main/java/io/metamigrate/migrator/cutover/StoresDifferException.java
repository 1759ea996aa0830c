package io.metamigrate.migrator.cutover;

/** A comparison of both stores found a difference although there must be none. */
final class StoresDifferException extends StepFailedException {
  private static final long serialVersionUID = 1L;

  StoresDifferException(String message) {
    super(message);
  }
}
