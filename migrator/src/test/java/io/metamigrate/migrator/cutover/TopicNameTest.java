package io.metamigrate.migrator.cutover;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class TopicNameTest {
  @Test
  void decodesTheTopicsOwnName() {
    assertThat(ForwardDeeds.topicName("public/orders/persistent/a%2Fb-partition-0"))
        .contains("persistent://public/orders/a/b-partition-0");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "pulsar/127.0.0.1:8080/persistent/healthcheck",
        "pulsar/broker-1.pulsar.svc:8080/persistent/__change_events",
        "public/c1/orders/persistent/a",
        "public/orders/persistent"
      })
  void leavesOutWhatNotEveryBrokerCanLookUp(String path) {
    assertThat(ForwardDeeds.topicName(path)).isEmpty();
  }

  @Test
  void keepsTheOtherSystemTopics() {
    assertThat(ForwardDeeds.topicName("pulsar/system/persistent/transaction_coordinator_assign"))
        .isPresent();
  }
}
