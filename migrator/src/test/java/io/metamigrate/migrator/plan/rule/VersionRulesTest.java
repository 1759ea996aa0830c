package io.metamigrate.migrator.plan.rule;

import static org.assertj.core.api.Assertions.assertThat;

import io.metamigrate.migrator.plan.ClusterFacts;
import io.metamigrate.migrator.plan.FactsBuilder;
import io.metamigrate.migrator.plan.Finding;
import io.metamigrate.migrator.plan.Finding.Level;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class VersionRulesTest extends RuleTest {
  private static final String TWO_ENDPOINTS =
      """
      source: {zookeeper: "zk1:2181"}
      target: {etcd: ["http://e1:2379", "http://e2:2379"]}
      """;
  private static final String TWO_BEHIND_ONE =
      """
      source: {zookeeper: "zk1:2181"}
      target: {etcd: ["http://e1:2379", "http://e2:2379"], componentUrl: "http://etcd:2379"}
      """;
  private static final String TLS =
      """
      source: {zookeeper: "zk1:2181"}
      target: {etcd: ["https://e1:2379"]}
      """;

  @Test
  void findsNothingInAHealthyCluster() {
    assertThat(Rules.ALL.stream().flatMap(rule -> rule.examine(facts().build()).stream()))
        .isEmpty();
  }

  @Test
  void requiresVersionIfNoBrokerReportsIt() {
    assertRaised(Level.WARNING, "PULSAR_VERSION_NOT_GIVEN", facts().pulsar(""));
    assertSilent("PULSAR_VERSION_NOT_GIVEN", facts());
  }

  @Test
  void warnsOfBrokersOfAnotherVersion() {
    FactsBuilder other =
        facts()
            .components(
                new ClusterFacts(
                    List.of(
                        new ClusterFacts.Broker(
                            "broker-1:8080", Optional.of("2.10.0"), Map.of(), Optional.empty())),
                    List.of()));
    assertRaised(Level.WARNING, "PULSAR_VERSION_DIFFERS", other, "4.0.8", "runs 2.10.0");
    assertSilent("PULSAR_VERSION_DIFFERS", facts());
  }

  @ParameterizedTest
  @ValueSource(strings = {"2.9.3", "5.0.0", "5.0.0-M1"})
  void blocksVersionsWithoutEtcd(String version) {
    assertRaised(Level.BLOCKER, "PULSAR_VERSION_WITHOUT_ETCD", facts().pulsar(version), version);
  }

  @ParameterizedTest
  @ValueSource(strings = {"2.10.0", "3.0.7", "4.2.4"})
  void acceptsVersionsWithEtcd(String version) {
    assertSilent("PULSAR_VERSION_WITHOUT_ETCD", facts().pulsar(version));
  }

  @ParameterizedTest
  @ValueSource(strings = {"3.0.6", "3.0.7", "3.1.5", "3.3.1", "4.0.0"})
  void blocksReleasesWithBrokenEtcdClient(String version) {
    assertRaised(Level.BLOCKER, "BROKEN_ETCD_CLIENT_RELEASE", facts().pulsar(version), version);
  }

  @ParameterizedTest
  @ValueSource(strings = {"2.10.0", "3.0.5", "3.0.8", "3.3.3", "4.0.1"})
  void acceptsReleasesWithWorkingEtcdClient(String version) {
    assertSilent("BROKEN_ETCD_CLIENT_RELEASE", facts().pulsar(version));
  }

  @Test
  void blocksEndpointListForVersionsThatHang() {
    assertRaised(
        Level.BLOCKER,
        "SINGLE_ENDPOINT_ONLY",
        facts().pulsar("2.10.0").configuration(TWO_ENDPOINTS),
        "http://e1:2379,http://e2:2379");
    assertSilent("SINGLE_ENDPOINT_ONLY", facts().pulsar("2.11.0").configuration(TWO_ENDPOINTS));
    assertSilent("SINGLE_ENDPOINT_ONLY", facts().pulsar("2.10.0").configuration(TWO_BEHIND_ONE));
  }

  @Test
  void namesEachComponentThatCannotUseTls() {
    assertThat(findings("ETCD_TLS_UNSUPPORTED", facts().pulsar("2.10.0").configuration(TLS)))
        .extracting(Finding::path)
        .containsExactly("brokers", "bookies and AutoRecovery");
    assertRaised(
        Level.BLOCKER,
        "ETCD_TLS_UNSUPPORTED",
        facts().pulsar("4.0.8").configuration(TLS),
        "bookies");
    assertNotKnown("ETCD_TLS_UNSUPPORTED", facts().pulsar("").configuration(TLS));
    assertRaised(
        Level.BLOCKER,
        "ETCD_TLS_UNSUPPORTED",
        facts().pulsar("4.2.4").configuration(TLS),
        "are given https://e1:2379, but no file with their TLS settings");
    assertSilent(
        "ETCD_TLS_UNSUPPORTED",
        facts()
            .pulsar("4.2.4")
            .configuration(TLS.replace("]}", "], componentTlsFile: /conf/etcd.yaml}")));
    assertSilent("ETCD_TLS_UNSUPPORTED", facts().pulsar("2.10.0"));
  }

  @Test
  void blocksAnEndpointWithoutItsScheme() {
    assertRaised(
        Level.BLOCKER,
        "ENDPOINT_SCHEME_MISSING",
        facts().broker("configurationMetadataStoreUrl", "etcd:http://e1:2379,e2:2379"),
        "e2:2379");
    assertRaised(
        Level.BLOCKER,
        "ENDPOINT_SCHEME_MISSING",
        facts().broker("metadataStoreUrl", "etcd:e1:2379"),
        "etcd:e1:2379");
    assertSilent(
        "ENDPOINT_SCHEME_MISSING",
        facts().broker("metadataStoreUrl", "etcd:http://e1:2379,http://e2:2379"));
  }

  @Test
  void blocksIncompatibleAutoRecoveryUntilAccepted() {
    assertRaised(Level.BLOCKER, "AUTORECOVERY_NEEDS_ZOOKEEPER", facts().pulsar("2.10.5"), "2.10.5");
    assertRaised(Level.WARNING, "AUTORECOVERY_NEEDS_ZOOKEEPER", facts().pulsar("2.11.0"));
    assertSilent("AUTORECOVERY_NEEDS_ZOOKEEPER", facts().pulsar("3.0.8"));
  }
}
