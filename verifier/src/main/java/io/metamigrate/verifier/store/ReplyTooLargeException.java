package io.metamigrate.verifier.store;

/**
 * One answer alone is larger than this client takes, so that no smaller question can be asked. The
 * message names path, size and the setting.
 */
public final class ReplyTooLargeException extends StoreException {
  private static final long serialVersionUID = 1L;

  private final String path;
  private final String subject;
  private final String remedy;

  ReplyTooLargeException(Store store, String path, String what, String remedy) {
    super(store, what + "; " + remedy);
    this.path = path;
    this.subject = what;
    this.remedy = remedy;
  }

  /** What cannot be read, and its size. */
  public String subject() {
    return subject;
  }

  public String remedy() {
    return remedy;
  }

  /** The znode or key. */
  public String path() {
    return path;
  }
}
