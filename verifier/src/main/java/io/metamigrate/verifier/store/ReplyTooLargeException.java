package io.metamigrate.verifier.store;

/**
 * One answer alone is larger than this client takes, so that no smaller question can be asked. The
 * message names path, size and the setting.
 */
public final class ReplyTooLargeException extends StoreException {
  private static final long serialVersionUID = 1L;

  private final String path;

  ReplyTooLargeException(Store store, String path, String message) {
    super(store, message);
    this.path = path;
  }

  /** The znode or key. */
  public String path() {
    return path;
  }
}
