package io.metamigrate.migrator.pulsar;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.function.Consumer;
import org.apache.pulsar.common.policies.data.stats.ConsumerStatsImpl;
import org.apache.pulsar.common.policies.data.stats.SubscriptionStatsImpl;
import org.apache.pulsar.common.policies.data.stats.TopicStatsImpl;
import org.junit.jupiter.api.Test;

final class SubscriptionProgressTest {
  private final ConsumerStatsImpl consumer = new ConsumerStatsImpl();
  private final SubscriptionStatsImpl subscription = new SubscriptionStatsImpl();

  SubscriptionProgressTest() {
    consumer.availablePermits = 1_000;
    subscription.consumers.add(consumer);
    subscription.msgBacklog = 7;
  }

  @Test
  void namesStalledSubscription() {
    assertThat(SubscriptionProgress.stalled(topic()))
        .get()
        .asString()
        .contains("subscription s has 7 messages");
  }

  @Test
  void ignoresProgressingAndToleratedSubscriptions() {
    assertMoves(s -> s.msgOutCounter = 1);
    assertMoves(s -> s.msgBacklog = 0);
    assertMoves(s -> s.consumers.clear());
    assertMoves(s -> s.blockedSubscriptionOnUnackedMsgs = true);
    assertMoves(s -> s.msgDelayed = 7);
    assertMoves(s -> s.consumers.get(0).availablePermits = 0);
  }

  private static void assertMoves(Consumer<SubscriptionStatsImpl> change) {
    SubscriptionProgressTest fresh = new SubscriptionProgressTest();
    change.accept(fresh.subscription);
    assertThat(SubscriptionProgress.stalled(fresh.topic())).isEmpty();
  }

  private TopicStatsImpl topic() {
    TopicStatsImpl topic = new TopicStatsImpl();
    topic.subscriptions.put("s", subscription);
    return topic;
  }
}
