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
 * @param partitions 0 for a topic without partitions
 * @param batch messages in one entry; 1 switches batching off
 * @param transactional whether every second hundred is sent in a transaction, the fourth of them
 *     aborted
 * @param messages how many are sent in a round
 */
record WorkloadTopic<T>(
    String name,
    Codec<T> codec,
    Codec<?> firstCodec,
    int partitions,
    int batch,
    boolean transactional,
    int messages,
    Map<String, Reading> subscriptions) {

  /** How a subscription reads. */
  record Reading(SubscriptionType type, Acknowledging acknowledging) {}

  static WorkloadTopic<String> text(String name, int messages, Map<String, Reading> subscriptions) {
    return new WorkloadTopic<>(
        name, Codec.text(), Codec.text(), 0, 1, false, messages, subscriptions);
  }

  WorkloadTopic<T> partitioned(int count) {
    return new WorkloadTopic<>(
        name, codec, firstCodec, count, batch, transactional, messages, subscriptions);
  }

  WorkloadTopic<T> batched(int size) {
    return new WorkloadTopic<>(
        name, codec, firstCodec, partitions, size, transactional, messages, subscriptions);
  }

  WorkloadTopic<T> inTransactions() {
    return new WorkloadTopic<>(
        name, codec, firstCodec, partitions, batch, true, messages, subscriptions);
  }

  /** What follows the name in the names of its partitions, or one empty text. */
  List<String> suffixes() {
    return partitions == 0
        ? List.of("")
        : IntStream.range(0, partitions).mapToObj(i -> "-partition-" + i).toList();
  }
}
