package io.metamigrate.migrator.cutover;

/** A step did not reach its proof; the cutover stops at it, in a safe state. */
public sealed class StepFailedException extends RuntimeException permits StoresDifferException {
  private static final long serialVersionUID = 1L;

  public StepFailedException(String message) {
    super(message);
  }

  StepFailedException(String message, Throwable cause) {
    super(message, cause);
  }
}
