package io.metamigrate.migrator.cutover;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class TopicNameTest {
  @Test
  void decodesTheTopicsOwnName() {
    assertThat(ObserveStep.topicName("public/orders/persistent/a%2Fb-partition-0"))
        .contains("persistent://public/orders/a/b-partition-0");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "pulsar/127.0.0.1:8080/persistent/healthcheck",
        "pulsar/broker-1.pulsar.svc:8080/persistent/__change_events",
        "pulsar/system/persistent/transaction_coordinator_assign-partition-0",
        "public/orders/persistent/__change_events",
        "public/orders/persistent/payments-acks__transaction_pending_ack",
        "public/c1/orders/persistent/a",
        "public/orders/persistent"
      })
  void leavesOutPulsarsOwnAndWhatIsNoTopic(String path) {
    assertThat(ObserveStep.topicName(path)).isEmpty();
  }
}
