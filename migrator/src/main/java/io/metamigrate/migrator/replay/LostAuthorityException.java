package io.metamigrate.migrator.replay;

/**
 * The daemon may not write any more: another holds the lock, or the direction has changed. Nothing
 * of the refused transaction was written.
 */
public final class LostAuthorityException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public LostAuthorityException(String message) {
    super(message);
  }
}
