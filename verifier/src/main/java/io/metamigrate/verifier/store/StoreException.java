package io.metamigrate.verifier.store;

import org.jspecify.annotations.Nullable;

/**
 * A store did not answer within its timeout, or refused a request. The message is the operator's
 * line: subject, what happened, value, next step.
 */
public class StoreException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final Store store;
  private final boolean refused;

  public StoreException(Store store, String message) {
    super(message);
    this.store = store;
    this.refused = false;
  }

  public StoreException(Store store, String message, Throwable cause) {
    this(store, message, cause, false);
  }

  /**
   * A failure to talk to a store.
   *
   * @param refused whether the store is there and does not accept this user, certificate or
   *     protocol
   */
  StoreException(Store store, String message, @Nullable Throwable cause, boolean refused) {
    super(message, cause);
    this.store = store;
    this.refused = refused;
  }

  /** Whether the store is there, but refuses to be talked to with these settings. */
  public boolean isRefused() {
    return refused;
  }

  public Store store() {
    return store;
  }
}
