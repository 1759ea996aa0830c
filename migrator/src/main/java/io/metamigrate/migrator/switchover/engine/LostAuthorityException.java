package io.metamigrate.migrator.switchover.engine;

/** This process no longer holds the lock. It may neither act nor record anything. */
public final class LostAuthorityException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public LostAuthorityException(String message) {
    super(message);
  }
}
