package io.metamigrate.verifier.store;

/**
 * A store did not do what was asked within its timeout, or refused. The message is the operator's
 * line: subject, what happened, value, next step.
 */
public class StoreException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final Store store;

  public StoreException(Store store, String message) {
    super(message);
    this.store = store;
  }

  public StoreException(Store store, String message, Throwable cause) {
    super(message, cause);
    this.store = store;
  }

  public Store store() {
    return store;
  }
}
