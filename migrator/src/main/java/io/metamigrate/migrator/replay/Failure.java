package io.metamigrate.migrator.replay;

import java.util.Locale;

/** What a failed transaction calls for, derived from etcd's message. */
enum Failure {
  /** The server takes fewer operations in a transaction than assumed. */
  TOO_MANY_OPERATIONS,
  /** The server takes fewer bytes in a request than assumed. */
  TOO_LARGE,
  /** The request may or may not have been applied, or could not be taken now. */
  TRY_AGAIN,
  /** A failure that waiting does not fix. */
  FATAL;

  static Failure of(Throwable failure) {
    StringBuilder all = new StringBuilder();
    for (Throwable t = failure; t != null; t = t.getCause() == t ? null : t.getCause()) {
      all.append(t.getMessage()).append('\n');
    }
    String text = all.toString().toLowerCase(Locale.ROOT);
    if (text.contains("too many operations")) {
      return TOO_MANY_OPERATIONS;
    }
    // The second is that of gRPC, whose limit is half a mebibyte above etcd's (grpcOverheadBytes).
    if (text.contains("request is too large") || text.contains("message larger than max")) {
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
