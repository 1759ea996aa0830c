package io.metamigrate.migrator.control;

/** The daemon answers, but not with what was asked for: it has another token, or another move. */
public final class DaemonRefusalException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  DaemonRefusalException(String message) {
    super(message);
  }

  DaemonRefusalException(String message, Throwable cause) {
    super(message, cause);
  }
}
