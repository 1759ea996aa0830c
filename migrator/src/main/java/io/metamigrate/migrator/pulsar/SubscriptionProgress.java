package io.metamigrate.migrator.pulsar;

import java.util.Optional;
import org.apache.pulsar.common.policies.data.ConsumerStats;
import org.apache.pulsar.common.policies.data.SubscriptionStats;
import org.apache.pulsar.common.policies.data.TopicStats;

/** Whether messages reach the consumers that wait for them. Pure. */
final class SubscriptionProgress {
  private SubscriptionProgress() {}

  /**
   * Names a subscription that has messages to deliver, a consumer that would take them, and has
   * delivered none since its broker loaded the topic; empty if there is none.
   */
  static Optional<String> stalled(TopicStats topic) {
    return topic.getSubscriptions().entrySet().stream()
        .filter(entry -> isStill(entry.getValue()))
        .map(
            entry ->
                "subscription %s has %d messages to deliver and a waiting consumer, and delivers none"
                    .formatted(entry.getKey(), entry.getValue().getMsgBacklog()))
        .findFirst();
  }

  private static boolean isStill(SubscriptionStats subscription) {
    return subscription.getMsgBacklog() > subscription.getMsgDelayed()
        && subscription.getMsgOutCounter() == 0
        && !subscription.isBlockedSubscriptionOnUnackedMsgs()
        && subscription.getConsumers().stream().anyMatch(SubscriptionProgress::waits);
  }

  private static boolean waits(ConsumerStats consumer) {
    return consumer.getAvailablePermits() > 0 && !consumer.isBlockedConsumerOnUnackedMsgs();
  }
}
