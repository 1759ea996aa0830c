package io.metamigrate.migrator.cutover;

/** A comparison of both stores found a difference where there must be none. */
public final class StoresDifferException extends StepFailedException {
  private static final long serialVersionUID = 1L;

  public StoresDifferException(String message) {
    super(message);
  }
}
