package io.metamigrate.lab;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.pulsar.client.api.MessageId;
import org.apache.pulsar.client.api.MessageIdAdv;
import org.apache.pulsar.client.api.Producer;
import org.apache.pulsar.client.api.PulsarClient;
import org.apache.pulsar.client.api.PulsarClientException;
import org.apache.pulsar.client.api.transaction.Transaction;

/** Sends to one topic and records what the broker confirmed. */
record Sending(PulsarClient client, String fullName, TopicRecord record) {
  private static final int TRANSACTION = 100;
  private static final long TIMEOUT_SECONDS = 120;

  /** A round of messages, each confirmed when this returns. */
  <T> void round(WorkloadTopic<?> topic, Codec<T> codec, int round) throws Exception {
    try (Producer<T> producer = producer(topic, codec)) {
      List<CompletableFuture<?>> pending = new ArrayList<>();
      for (int first = 0; first < topic.messages(); first += TRANSACTION) {
        int end = Math.min(topic.messages(), first + TRANSACTION);
        boolean inTransaction = topic.layout().transactional() && first / TRANSACTION % 2 == 1;
        if (inTransaction) {
          transaction(producer, codec, round, first, end);
        } else {
          for (int number = first; number < end; number++) {
            pending.add(one(producer, codec, text(round, number), number));
          }
        }
      }
      producer.flush();
      await(pending);
    }
  }

  /** One message to each partition; gives their texts. */
  <T> List<SentMessage> marker(WorkloadTopic<T> topic, String text) throws Exception {
    List<SentMessage> markers = new ArrayList<>();
    try (Producer<T> producer = producer(topic, topic.codec())) {
      for (int partition = 0; partition < Math.max(1, topic.layout().partitions()); partition++) {
        String own = text + "#" + partition;
        // producers give single messages to the partitions in turn, or by the key's hash
        MessageIdAdv id =
            (MessageIdAdv) producer.newMessage().value(topic.codec().wrap().apply(own)).send();
        markers.add(new SentMessage(own, -1, entry(id)));
      }
    }
    return markers;
  }

  static Transaction begin(PulsarClient client) throws Exception {
    return client
        .newTransaction()
        .withTransactionTimeout(5, TimeUnit.MINUTES)
        .build()
        .get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
  }

  private <T> void transaction(Producer<T> producer, Codec<T> codec, int round, int first, int end)
      throws Exception {
    Transaction transaction = begin(client);
    boolean aborts = first / TRANSACTION % 4 == 3;
    List<CompletableFuture<MessageId>> pending = new ArrayList<>();
    for (int number = first; number < end; number++) {
      pending.add(
          producer
              .newMessage(transaction)
              .value(codec.wrap().apply(text(round, number)))
              .sendAsync());
    }
    producer.flush();
    await(pending);
    CompletableFuture<Void> ended = aborts ? transaction.abort() : transaction.commit();
    ended.get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
    for (int number = first; number < end && !aborts; number++) {
      MessageId id = pending.get(number - first).join();
      record.sent(new SentMessage(text(round, number), number, entry((MessageIdAdv) id)));
    }
  }

  private <T> CompletableFuture<?> one(
      Producer<T> producer, Codec<T> codec, String text, int number) {
    return producer
        .newMessage()
        .key("key-" + number % 10)
        .value(codec.wrap().apply(text))
        .sendAsync()
        .thenAccept(id -> record.sent(new SentMessage(text, number, entry((MessageIdAdv) id))));
  }

  private <T> Producer<T> producer(WorkloadTopic<?> topic, Codec<T> codec)
      throws PulsarClientException {
    return client
        .newProducer(codec.schema())
        .topic(fullName)
        .enableBatching(topic.layout().batch() > 1)
        .batchingMaxMessages(Math.max(2, topic.layout().batch()))
        .batchingMaxPublishDelay(1, TimeUnit.SECONDS)
        .sendTimeout(0, TimeUnit.SECONDS)
        .maxPendingMessages(500)
        .blockIfQueueFull(true)
        .create();
  }

  private String text(int round, int number) {
    return record.topic() + "/" + round + "/" + number;
  }

  private static SentMessage.Entry entry(MessageIdAdv id) {
    return new SentMessage.Entry(id.getPartitionIndex(), id.getLedgerId(), id.getEntryId());
  }

  private static void await(List<? extends CompletableFuture<?>> pending) throws Exception {
    CompletableFuture.allOf(pending.toArray(new CompletableFuture<?>[0]))
        .get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
  }
}
