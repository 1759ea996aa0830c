package io.metamigrate.lab;

/** Which messages of a round a subscription acknowledges; numbers start at 0 in each round. */
enum Acknowledging {
  /** Falls behind from its first day. */
  NOTHING,
  /** Fully caught up. */
  EVERYTHING,
  /** One by one, every seventh left out, and nothing of the last third. */
  WITH_HOLES,
  /** One cumulative acknowledgement in the middle. */
  HALF_AT_ONCE,
  /** A third in a transaction that commits, a third in one that aborts. */
  IN_TRANSACTIONS;

  /** Whether this message counts as acknowledged when the round is over. */
  boolean includes(int number, int round) {
    return switch (this) {
      case NOTHING -> false;
      case EVERYTHING -> true;
      case WITH_HOLES -> number % 7 != 3 && number < round * 2 / 3;
      case HALF_AT_ONCE -> number < round / 2;
      case IN_TRANSACTIONS -> number % 3 == 0;
    };
  }
}
