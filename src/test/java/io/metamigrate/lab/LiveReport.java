package io.metamigrate.lab;

import java.time.Duration;
import java.util.List;

/**
 * What live traffic on one topic went through.
 *
 * @param lost confirmed to the producer, never seen by the consumer
 * @param repeated deliveries beyond the first; a client that reconnects resends and rereads
 * @param outOfOrder first deliveries after a later message with the same key; empty by definition
 *     where the subscription promises no order
 * @param longestPause the longest time between two confirmations to the producer
 */
public record LiveReport(
    String topic,
    int sent,
    int received,
    List<String> lost,
    Repeats repeated,
    List<String> outOfOrder,
    Duration longestPause) {
  public LiveReport {
    lost = List.copyOf(lost);
    outOfOrder = List.copyOf(outOfOrder);
  }

  @Override
  public String toString() {
    return "%s: sent %d, received %d, lost %d, repeated %s, out of order %d, longest pause %d ms"
        .formatted(
            topic,
            sent,
            received,
            lost.size(),
            repeated,
            outOfOrder.size(),
            longestPause.toMillis());
  }
}
