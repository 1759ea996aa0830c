package io.metamigrate.migrator.control;

/** Nothing answers where the daemon should: it does not run, or runs on another machine. */
public final class NoDaemonException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String fact;

  /**
   * With a remedy.
   *
   * @param fact what is so, a clause
   */
  NoDaemonException(String fact, String remedy, Throwable cause) {
    super(fact + remedy, cause);
    this.fact = fact;
  }

  /** The message without its remedy, for a command that continues without a daemon. */
  public String fact() {
    return fact;
  }
}
