package io.metamigrate.lab;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.pulsar.client.api.Consumer;
import org.apache.pulsar.client.api.Message;
import org.apache.pulsar.client.api.PulsarClient;
import org.apache.pulsar.client.api.PulsarClientException;
import org.apache.pulsar.client.api.SubscriptionInitialPosition;
import org.apache.pulsar.client.api.transaction.Transaction;

/** Reads one subscription of one topic, and records what the broker confirmed as acknowledged. */
record Receiving<T>(
    PulsarClient client,
    String fullName,
    WorkloadTopic<T> topic,
    String subscription,
    WorkloadTopic.SubscriptionReading reading,
    TopicRecord record,
    Duration silence) {
  private static final long TIMEOUT_SECONDS = 120;

  /** Creates the subscription, which gets every message from now on. */
  void subscribe() throws PulsarClientException {
    consumer().close();
  }

  /** Receives all that is outstanding and acknowledges its share of this round. */
  void round(int round) throws Exception {
    try (Consumer<T> consumer = consumer()) {
      List<Message<T>> messages = receive(consumer, record.outstanding(subscription));
      List<Message<T>> share =
          messages.stream()
              .filter(message -> textOf(message).startsWith(topic.name() + "/" + round + "/"))
              .filter(
                  message -> reading.acknowledging().includes(number(message), topic.messages()))
              .toList();
      switch (reading.acknowledging()) {
        case NOTHING -> {}
        case EVERYTHING, WITH_HOLES -> acknowledge(consumer, share);
        case HALF_AT_ONCE -> acknowledgeUpTo(consumer, share.get(share.size() - 1));
        case IN_TRANSACTIONS -> acknowledgeInTransactions(consumer, messages, share, round);
      }
    }
  }

  /**
   * Everything that a new consumer gets, in order and with repetitions, until all of {@code
   * expected} came or nothing came for {@code silence}; acknowledges nothing.
   */
  List<String> observe(Set<String> expected) throws PulsarClientException {
    try (Consumer<T> consumer = consumer()) {
      return receive(consumer, expected).stream().map(this::textOf).toList();
    }
  }

  private List<Message<T>> receive(Consumer<T> consumer, Set<String> expected)
      throws PulsarClientException {
    List<Message<T>> messages = new ArrayList<>();
    Set<String> open = new HashSet<>(expected);
    while (!open.isEmpty()) {
      Message<T> message = consumer.receive((int) silence.toMillis(), TimeUnit.MILLISECONDS);
      if (message == null) {
        break;
      }
      messages.add(message);
      open.remove(textOf(message));
    }
    return messages;
  }

  private void acknowledge(Consumer<T> consumer, List<Message<T>> share) throws Exception {
    List<CompletableFuture<Void>> pending = new ArrayList<>();
    for (Message<T> message : share) {
      pending.add(consumer.acknowledgeAsync(message));
    }
    await(pending);
    share.forEach(message -> record.acknowledged(subscription, textOf(message)));
  }

  /** Cumulative: everything sent to the topic before counts too. */
  private void acknowledgeUpTo(Consumer<T> consumer, Message<T> last) throws Exception {
    await(List.of(consumer.acknowledgeCumulativeAsync(last)));
    for (SentMessage message : record.all()) {
      record.acknowledged(subscription, message.text());
      if (message.text().equals(textOf(last))) {
        return;
      }
    }
  }

  private void acknowledgeInTransactions(
      Consumer<T> consumer, List<Message<T>> messages, List<Message<T>> share, int round)
      throws Exception {
    List<Message<T>> given =
        messages.stream()
            .filter(message -> textOf(message).startsWith(topic.name() + "/" + round + "/"))
            .filter(message -> number(message) % 3 == 1)
            .toList();
    transaction(consumer, given).abort().get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
    transaction(consumer, share).commit().get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
    share.forEach(message -> record.acknowledged(subscription, textOf(message)));
  }

  private Transaction transaction(Consumer<T> consumer, List<Message<T>> share) throws Exception {
    Transaction transaction = Sending.begin(client);
    List<CompletableFuture<Void>> pending = new ArrayList<>();
    for (Message<T> message : share) {
      pending.add(consumer.acknowledgeAsync(message.getMessageId(), transaction));
    }
    await(pending);
    return transaction;
  }

  private String textOf(Message<T> message) {
    return topic.codec().unwrap().apply(message.getValue());
  }

  private int number(Message<T> message) {
    String text = textOf(message);
    return Integer.parseInt(text.substring(text.lastIndexOf('/') + 1));
  }

  private Consumer<T> consumer() throws PulsarClientException {
    return client
        .newConsumer(topic.codec().schema())
        .topic(fullName)
        .subscriptionName(subscription)
        .subscriptionType(reading.type())
        .subscriptionInitialPosition(SubscriptionInitialPosition.Earliest)
        .isAckReceiptEnabled(true)
        .enableBatchIndexAcknowledgment(false)
        .subscribe();
  }

  private static void await(List<CompletableFuture<Void>> pending) throws Exception {
    CompletableFuture.allOf(pending.toArray(new CompletableFuture<?>[0]))
        .get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
  }
}
