package io.metamigrate.verifier.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class PulsarVersionTest {
  @ParameterizedTest
  @CsvSource({"2.10.0,2.10.0", "4.0,4.0.0", "v3.0.7,3.0.7", " 5.0.0-M1 ,5.0.0-M1"})
  void readsOperatorsSpelling(String text, String same) {
    assertThat(PulsarVersion.parse(text)).hasToString(same);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "2", "latest", "2.10.0;rm", "2..1", "-2.1.0"})
  void refusesInvalidVersion(String text) {
    assertThatThrownBy(() -> PulsarVersion.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("2.10.0")
        .hasMessageEndingWith(text);
  }

  @Test
  void ordersAsReleasesAreOrdered() {
    List<PulsarVersion> sorted =
        Stream.of("5.0.0", "2.10.0", "2.9.5", "5.0.0-M1", "2.10.11", "2.10.2")
            .map(PulsarVersion::parse)
            .sorted()
            .toList();

    assertThat(sorted)
        .extracting(PulsarVersion::toString)
        .containsExactly("2.9.5", "2.10.0", "2.10.2", "2.10.11", "5.0.0-M1", "5.0.0");
  }

  /** etcd, list of endpoints, broker TLS, bookie TLS, AutoRecovery, functions in the broker. */
  @ParameterizedTest
  @CsvSource({
    "2.9.5,    false, false, false, false, false, false",
    "2.10.0,   true,  false, false, false, false, false",
    "2.10.6,   true,  false, false, false, false, false",
    "2.11.0,   true,  true,  true,  false, false, true",
    "3.0.7,    true,  true,  true,  false, true,  true",
    "4.0.8,    true,  true,  true,  false, true,  true",
    "4.2.4,    true,  true,  true,  true,  true,  true",
    "5.0.0-M1, false, false, false, false, false, false"
  })
  void knowsEtcdSupportOfEachRelease(
      String version,
      boolean etcd,
      boolean list,
      boolean brokerTls,
      boolean bookieTls,
      boolean autoRecovery,
      boolean functions) {
    PulsarVersion subject = PulsarVersion.parse(version);

    assertThat(subject.supportsEtcd()).as("etcd").isEqualTo(etcd);
    assertThat(subject.acceptsEtcdEndpointList()).as("list").isEqualTo(list);
    assertThat(subject.brokersCanUseEtcdTls()).as("broker TLS").isEqualTo(brokerTls);
    assertThat(subject.bookiesCanUseEtcdTls()).as("bookie TLS").isEqualTo(bookieTls);
    assertThat(subject.autoRecoveryRunsOnEtcd()).as("AutoRecovery").isEqualTo(autoRecovery);
    assertThat(subject.functionsInBrokerRunOnEtcd()).as("functions").isEqualTo(functions);
  }
}
