package io.metamigrate.lab;

/**
 * Deliveries beyond the first of each message, by what brought them.
 *
 * @param resent stored twice: the connection ended before the producer had its confirmation, so it
 *     sent the message again
 * @param unsettled its acknowledgement was under way, or one of the last that the broker had
 *     confirmed: a broker writes what is acknowledged once a second, and when it closes the topic
 * @param settled its acknowledgement was confirmed long before: the subscription was reset
 */
public record Repeats(int resent, int unsettled, int settled) {
  static final Repeats NONE = new Repeats(0, 0, 0);
  static final Repeats RESENT = new Repeats(1, 0, 0);
  static final Repeats UNSETTLED = new Repeats(0, 1, 0);
  static final Repeats SETTLED = new Repeats(0, 0, 1);

  Repeats plus(Repeats more) {
    return new Repeats(resent + more.resent, unsettled + more.unsettled, settled + more.settled);
  }

  public int total() {
    return resent + unsettled + settled;
  }

  @Override
  public String toString() {
    return "%d (%d resent, %d unsettled, %d settled)"
        .formatted(total(), resent, unsettled, settled);
  }
}
