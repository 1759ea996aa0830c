package io.metamigrate.migrator.replay;

import java.util.Locale;

/** What a failed transaction calls for, told from etcd's message. */
enum Failure {
  /** The server's limits are smaller than assumed. */
  TOO_LARGE,
  /** The request may or may not have been applied, or could not be taken now. */
  TRY_AGAIN,
  /** Nothing that waiting would mend. */
  FATAL;

  static Failure of(Throwable failure) {
    StringBuilder all = new StringBuilder();
    for (Throwable t = failure; t != null; t = t.getCause() == t ? null : t.getCause()) {
      all.append(t.getMessage()).append('\n');
    }
    String text = all.toString().toLowerCase(Locale.ROOT);
    if (text.contains("too many operations")
        || text.contains("request is too large")
        || text.contains("trying to send message larger than max")) {
      return TOO_LARGE;
    }
    if (text.contains("permission denied")
        || text.contains("unauthenticated")
        || text.contains("invalid_argument")
        || text.contains("duplicate key")) {
      return FATAL;
    }
    return TRY_AGAIN;
  }
}
