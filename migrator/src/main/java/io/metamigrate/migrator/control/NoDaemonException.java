package io.metamigrate.migrator.control;

/** Nothing answers where the daemon should: it does not run, or runs on another machine. */
public final class NoDaemonException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  NoDaemonException(String message, Throwable cause) {
    super(message, cause);
  }
}
