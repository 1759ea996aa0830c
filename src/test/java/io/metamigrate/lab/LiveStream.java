package io.metamigrate.lab;

import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.pulsar.client.api.Consumer;
import org.apache.pulsar.client.api.Message;
import org.apache.pulsar.client.api.Producer;
import org.apache.pulsar.client.api.PulsarClient;
import org.apache.pulsar.client.api.PulsarClientException;
import org.apache.pulsar.client.api.Schema;
import org.apache.pulsar.client.api.SubscriptionType;
import org.awaitility.core.ConditionTimeoutException;

/** One producer and one consumer that never give up, and what they saw. */
final class LiveStream {
  private static final Duration BETWEEN_MESSAGES = Duration.ofMillis(20);
  private static final Duration TIMEOUT = Duration.ofMinutes(2);
  private static final int KEYS = 8;

  private final String topic;
  private final Producer<String> producer;
  private final Consumer<String> consumer;
  private final ScheduledFuture<?> sending;

  // producer's side, touched by the sending thread only until stopped
  private final List<String> confirmed = new ArrayList<>();
  private final List<Instant> confirmedAt = new ArrayList<>();
  private int next;

  private final Deliveries deliveries;

  LiveStream(
      PulsarClient client, String topic, SubscriptionType type, ScheduledExecutorService threads)
      throws PulsarClientException {
    this.topic = topic;
    this.deliveries = new Deliveries(type != SubscriptionType.Shared);
    this.consumer =
        client
            .newConsumer(Schema.STRING)
            .topic(topic)
            .subscriptionName("live")
            .subscriptionType(type)
            .isAckReceiptEnabled(true)
            .messageListener(this::receive)
            .subscribe();
    this.producer =
        client
            .newProducer(Schema.STRING)
            .topic(topic)
            .enableBatching(false)
            .sendTimeout(0, TimeUnit.SECONDS)
            .create();
    this.sending =
        threads.scheduleWithFixedDelay(
            this::send, 0, BETWEEN_MESSAGES.toMillis(), TimeUnit.MILLISECONDS);
  }

  private void send() {
    int number = next++;
    String key = "k" + number % KEYS;
    String text = key + ":" + number;
    try {
      producer.newMessage().key(key).value(text).send();
    } catch (PulsarClientException e) {
      throw new IllegalStateException(topic + ": sending " + text + " failed", e);
    }
    synchronized (confirmed) {
      confirmed.add(text);
      confirmedAt.add(Instant.now());
    }
  }

  private void receive(Consumer<String> from, Message<String> message) {
    deliveries.add(message.getMessageId(), message.getValue());
    // not waited for: what is lost on the way comes back and counts as repeated
    var unused =
        from.acknowledgeAsync(message).thenRun(() -> deliveries.confirmed(message.getMessageId()));
  }

  /** Confirmations so far: growing means that the topic is written to. */
  int confirmations() {
    synchronized (confirmed) {
      return confirmed.size();
    }
  }

  Duration longestPause() {
    return longestPause(Instant.MIN, Instant.MAX);
  }

  /** Of the pauses that began between the two. */
  Duration longestPause(Instant from, Instant to) {
    synchronized (confirmed) {
      Duration longest = Duration.ZERO;
      for (int i = 1; i < confirmedAt.size(); i++) {
        Instant begin = confirmedAt.get(i - 1);
        Duration pause = Duration.between(begin, confirmedAt.get(i));
        if (!begin.isBefore(from) && begin.isBefore(to) && pause.compareTo(longest) > 0) {
          longest = pause;
        }
      }
      return longest;
    }
  }

  /** Stops sending after the message in flight, and waits until the consumer has them all. */
  LiveReport stop() throws PulsarClientException {
    sending.cancel(false);
    try {
      sending.get(TIMEOUT.toSeconds(), TimeUnit.SECONDS);
    } catch (CancellationException e) {
      // the expected end
    } catch (ExecutionException | TimeoutException e) {
      throw new IllegalStateException(topic + ": the producer failed", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
    producer.close();
    try {
      await().atMost(TIMEOUT).until(() -> lost().isEmpty());
    } catch (ConditionTimeoutException e) {
      // reported as lost
    }
    consumer.close();
    return new LiveReport(
        name(),
        confirmations(),
        deliveries.received(),
        lost(),
        deliveries.repeats(Instant.MIN, Instant.MAX),
        deliveries.outOfOrder(),
        longestPause());
  }

  /** What came again between the two. */
  LiveRepeats repeats(Instant from, Instant to) {
    return new LiveRepeats(name(), deliveries.repeats(from, to));
  }

  private String name() {
    return topic.substring(topic.lastIndexOf('/') + 1);
  }

  /** Waits until the consumer has everything that is confirmed by now. */
  void awaitConsumer() {
    List<String> sent;
    synchronized (confirmed) {
      sent = List.copyOf(confirmed);
    }
    await().atMost(TIMEOUT).until(() -> deliveries.has(sent));
  }

  private List<String> lost() {
    synchronized (confirmed) {
      return deliveries.missing(confirmed);
    }
  }
}
