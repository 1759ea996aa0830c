package io.metamigrate.migrator.run;

/** The daemon was asked to stop while it waited; everything accepted so far is safe. */
final class StoppedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  StoppedException() {
    super("stopped by the operator");
  }
}
