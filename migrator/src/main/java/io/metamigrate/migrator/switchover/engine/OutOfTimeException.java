package io.metamigrate.migrator.switchover.engine;

/** A move that is not committed has taken too long. */
final class OutOfTimeException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  OutOfTimeException(String message) {
    super(message);
  }

  static void check(TimeLimit limit) {
    limit
        .exceeded()
        .ifPresent(
            why -> {
              throw new OutOfTimeException(why);
            });
  }
}
