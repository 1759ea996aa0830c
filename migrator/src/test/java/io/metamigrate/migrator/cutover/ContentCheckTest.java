package io.metamigrate.migrator.cutover;

import static org.assertj.core.api.Assertions.assertThat;

import io.metamigrate.verifier.store.ZkPath;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ContentCheckTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "/managed-ledgers/pulsar/127.0.0.1:8080/persistent/healthcheck/__compaction",
        "/managed-ledgers/pulsar/c1/broker-1:8080/persistent/healthcheck"
      })
  void knowsWhatBrokersKeepForTheirHealthChecks(String path) {
    assertThat(ContentCheck.isHealthCheckTopic(new ZkPath(path))).isTrue();
  }

  @Test
  void everythingElseCounts() {
    assertThat(
            ContentCheck.isHealthCheckTopic(
                new ZkPath("/managed-ledgers/pulsar/system/persistent/__transaction_log_0")))
        .isFalse();
    assertThat(
            ContentCheck.isHealthCheckTopic(
                new ZkPath("/managed-ledgers/public/a:1/persistent/healthcheck")))
        .isFalse();
  }
}
