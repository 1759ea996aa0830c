package io.metamigrate.lab;

import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.pulsar.client.api.SubscriptionType;

/**
 * One topic of the workload.
 *
 * @param codec what consumers read with, and producers write with after the first round
 * @param firstCodec what the first round is written with
 * @param messages how many are sent in a round
 */
record WorkloadTopic<T>(
    String name,
    Codec<T> codec,
    Codec<?> firstCodec,
    TopicLayout layout,
    int messages,
    Map<String, SubscriptionReading> subscriptions) {

  /**
   * How messages are stored.
   *
   * @param partitions 0 for a topic without partitions
   * @param batch messages in one entry; 1 switches batching off
   * @param transactional whether every second hundred is sent in a transaction, the fourth of them
   *     aborted
   */
  record TopicLayout(int partitions, int batch, boolean transactional) {
    static final TopicLayout PLAIN = new TopicLayout(0, 1, false);
  }

  /** How a subscription reads. */
  record SubscriptionReading(SubscriptionType type, Acknowledging acknowledging) {}

  static WorkloadTopic<String> text(
      String name, int messages, Map<String, SubscriptionReading> subscriptions) {
    return new WorkloadTopic<>(
        name, Codec.text(), Codec.text(), TopicLayout.PLAIN, messages, subscriptions);
  }

  WorkloadTopic<T> partitioned(int count) {
    return with(new TopicLayout(count, layout.batch(), layout.transactional()));
  }

  WorkloadTopic<T> batched(int size) {
    return with(new TopicLayout(layout.partitions(), size, layout.transactional()));
  }

  WorkloadTopic<T> inTransactions() {
    return with(new TopicLayout(layout.partitions(), layout.batch(), true));
  }

  private WorkloadTopic<T> with(TopicLayout changed) {
    return new WorkloadTopic<>(name, codec, firstCodec, changed, messages, subscriptions);
  }

  /** What follows the name in the names of its partitions, or one empty text. */
  List<String> suffixes() {
    return layout.partitions() == 0
        ? List.of("")
        : IntStream.range(0, layout.partitions()).mapToObj(i -> "-partition-" + i).toList();
  }
}
