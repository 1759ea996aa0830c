package io.metamigrate.migrator.cutover;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import io.metamigrate.migrator.restart.Component;
import io.metamigrate.verifier.catalog.PulsarVersion;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ComponentSettingsTest {
  private static final String ONE = "http://e1:2379";
  private static final List<String> TWO = List.of(ONE, "http://e2:2379");
  private static final String TLS = "/etc/pulsar/etcd.yaml";
  private static final MetadataTarget.ZooKeeperTarget BACK =
      new MetadataTarget.ZooKeeperTarget(
          "zk:z:2181/c", "zk:y:2181", "zk+hierarchical://z:2181/ledgers");

  @ParameterizedTest
  @ValueSource(strings = {"2.10.0", "2.11.0", "3.0.7", "4.0.8", "4.2.4"})
  void aBrokerGetsBothStoresAndLosesEveryZooKeeperAddress(String version) {
    ComponentSettings broker = plain(Component.BROKER, version);

    assertThat(broker.possible()).isTrue();
    assertThat(broker.settings().set())
        .containsOnly(
            entry("metadataStoreUrl", "etcd:" + ONE),
            entry("configurationMetadataStoreUrl", "etcd:" + ONE));
    assertThat(broker.settings().remove())
        .containsExactlyInAnyOrder(
            "zookeeperServers",
            "configurationStoreServers",
            "globalZookeeperServers",
            "bookkeeperMetadataServiceUri");
    assertThat(broker.settings().jvmOptions()).isEqualTo(EtcdComponentSettings.DRIVERS);
  }

  @ParameterizedTest
  @CsvSource({"2.10.0,false", "2.10.5,false", "2.11.0,true", "3.0.7,true", "4.0.8,true"})
  void aListOfEndpointsIsForTwoElevenAndLater(String version, boolean possible) {
    for (Component component : List.of(Component.BROKER, Component.BOOKIE, Component.PROXY)) {
      assertThat(of(component, version, TWO, Optional.empty()).possible())
          .as("%s %s", component, version)
          .isEqualTo(possible);
    }
  }

  @Test
  void aListIsJoinedByCommaForBrokersAndBySemicolonForBookies() {
    assertThat(of(Component.BROKER, "3.0.7", TWO, Optional.empty()).settings().set())
        .containsEntry("metadataStoreUrl", "etcd:http://e1:2379,http://e2:2379");
    assertThat(of(Component.BOOKIE, "3.0.7", TWO, Optional.empty()).settings().set())
        .containsEntry("metadataServiceUri", "metadata-store:etcd:http://e1:2379;http://e2:2379");
  }

  @ParameterizedTest
  @CsvSource({"2.10.0,false", "2.11.0,true", "3.0.7,true", "4.0.8,true"})
  void brokersUseTlsByAFileFromTwoElevenOn(String version, boolean possible) {
    ComponentSettings broker =
        of(Component.BROKER, version, List.of("https://e1:2379"), Optional.of(TLS));

    assertThat(broker.possible()).isEqualTo(possible);
    if (possible) {
      assertThat(broker.settings().set()).containsEntry("metadataStoreConfigPath", TLS);
    }
  }

  @ParameterizedTest
  @CsvSource({"2.11.0,false", "3.0.7,false", "4.0.8,true"})
  void theConfigurationStoreHasItsOwnFileFromFourOn(String version, boolean own) {
    ComponentSettings broker = of(Component.BROKER, version, List.of(ONE), Optional.of(TLS));

    assertThat(broker.settings().set().containsKey("configurationStoreConfigPath")).isEqualTo(own);
  }

  @ParameterizedTest
  @CsvSource({"2.10.0,false", "3.0.7,false", "4.0.8,false", "4.2.4,true"})
  void bookiesUseTlsFromFourTwoOn(String version, boolean possible) {
    ComponentSettings bookie = of(Component.BOOKIE, version, List.of(ONE), Optional.of(TLS));

    assertThat(bookie.possible()).isEqualTo(possible);
    if (possible) {
      assertThat(bookie.settings().set())
          .containsEntry(
              "metadataServiceUri",
              "metadata-store:etcd:http://e1:2379?configFilePath=/etc/pulsar/etcd.yaml");
    } else {
      assertThat(blockers(bookie)).singleElement().asString().contains("cannot use TLS to etcd");
    }
  }

  @Test
  void aProxyBehindTlsIsGivenNoStoreAndThatIsReported() {
    ComponentSettings proxy = of(Component.PROXY, "3.0.7", List.of(ONE), Optional.of(TLS));

    assertThat(proxy.possible()).isTrue();
    assertThat(proxy.settings().set()).isEmpty();
    assertThat(proxy.settings().remove()).contains("metadataStoreUrl", "zookeeperServers");
    assertThat(proxy.notes())
        .singleElement()
        .satisfies(note -> assertThat(note.text()).contains("brokerServiceURL"));
  }

  @Test
  void aProxyWithoutTlsGetsTheStores() {
    assertThat(plain(Component.PROXY, "2.10.0").settings().set())
        .containsOnly(
            entry("metadataStoreUrl", "etcd:" + ONE),
            entry("configurationMetadataStoreUrl", "etcd:" + ONE));
  }

  @ParameterizedTest
  @CsvSource({"2.10.0,false", "2.11.0,false", "3.0.7,true", "4.0.8,true"})
  void autoRecoveryRunsOnEtcdFromThreeOn(String version, boolean possible) {
    ComponentSettings autoRecovery = plain(Component.AUTORECOVERY, version);

    assertThat(autoRecovery.possible()).isEqualTo(possible);
    assertThat(autoRecovery.settings().set())
        .containsOnly(entry("metadataServiceUri", "metadata-store:etcd:" + ONE));
    assertThat(autoRecovery.settings().jvmOptions()).isEqualTo(EtcdComponentSettings.DRIVERS);
  }

  @ParameterizedTest
  @ValueSource(strings = {"2.10.0", "3.0.7", "4.0.8"})
  void aFunctionWorkerOfItsOwnStaysOnZooKeeperInEveryVersion(String version) {
    ComponentSettings worker = plain(Component.FUNCTION_WORKER, version);

    assertThat(worker.possible()).isFalse();
    assertThat(worker.settings().set()).isEmpty();
    assertThat(worker.settings().remove()).isEmpty();
  }

  @Test
  void toolsGetTheBookKeeperAddressAndHowToInitialise() {
    ComponentSettings tools = of(Component.TOOLS, "4.2.4", List.of(ONE), Optional.of(TLS));

    assertThat(tools.settings().set()).containsOnlyKeys("metadataServiceUri");
    assertThat(tools.settings().jvmOptions()).isEqualTo(EtcdComponentSettings.DRIVERS);
    assertThat(tools.notes())
        .singleElement()
        .satisfies(
            note ->
                assertThat(note.text())
                    .contains("--metadata-store etcd:" + ONE)
                    .contains("--metadata-store-config-path " + TLS));
  }

  @ParameterizedTest
  @CsvSource({"2.10.0,false", "3.0.7,true", "4.0.8,true"})
  void aBookieWithSuspendedCollectionCollectsNothing(String version, boolean newer) {
    ComponentSettings bookie = of(Component.BOOKIE, version, GarbageCollection.SUSPENDED, Map.of());

    assertThat(bookie.settings().set())
        .containsEntry("gcWaitTime", "2073600000")
        .containsEntry("minorCompactionInterval", "0")
        .containsEntry("majorCompactionInterval", "0")
        .containsEntry("isForceGCAllowWhenNoSpace", "false")
        .containsEntry("gcOverreplicatedLedgerWaitTime", "0")
        .containsEntry("autoRecoveryDaemonEnabled", "false")
        .containsEntry("metadataServiceUri", "metadata-store:etcd:" + ONE);
    assertThat(bookie.settings().set().containsKey("dataIntegrityChecking")).isEqualTo(newer);
    assertThat(bookie.settings().set().getOrDefault("entryLocationCompactionInterval", "unset"))
        .isEqualTo(newer ? "0" : "unset");
    assertThat(bookie.settings().remove()).containsExactly("zkLedgersRootPath", "zkServers");
  }

  @Test
  void aBookieWithEnabledCollectionHasTheOperatorsOwnValues() {
    ComponentSettings bookie =
        of(Component.BOOKIE, "3.0.7", GarbageCollection.ENABLED, Map.of("gcWaitTime", "900000"));

    assertThat(bookie.settings().set())
        .containsOnlyKeys("gcWaitTime", "metadataServiceUri")
        .containsEntry("gcWaitTime", "900000");
    assertThat(bookie.settings().restore())
        .containsExactly(
            "autoRecoveryDaemonEnabled",
            "dataIntegrityChecking",
            "entryLocationCompactionInterval",
            "gcOverreplicatedLedgerWaitTime",
            "isForceGCAllowWhenNoSpace",
            "majorCompactionInterval",
            "minorCompactionInterval");
  }

  @Test
  void onTwoTenAutoRecoveryStaysOffInABookieThatCollects() {
    ComponentSettings bookie = of(Component.BOOKIE, "2.10.0", GarbageCollection.ENABLED, Map.of());

    assertThat(bookie.settings().set()).containsEntry("autoRecoveryDaemonEnabled", "false");
    assertThat(bookie.notes()).anyMatch(note -> note.text().contains("stays off"));
  }

  @ParameterizedTest
  @EnumSource(
      value = Component.class,
      names = {"BROKER", "PROXY"})
  void theRollbackRestoresTheOriginalStores(Component component) {
    ComponentSettings back = back(component, "2.10.0", GarbageCollection.ENABLED, Map.of());

    assertThat(back.possible()).isTrue();
    assertThat(back.settings().set())
        .containsOnly(
            entry("metadataStoreUrl", "zk:z:2181/c"),
            entry("configurationMetadataStoreUrl", "zk:y:2181"));
    assertThat(back.settings().restore())
        .contains("zookeeperServers", "configurationStoreServers", "metadataStoreConfigPath");
    assertThat(back.settings().remove()).isEmpty();
    assertThat(back.settings().jvmOptions()).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(
      value = Component.class,
      names = {"BOOKIE", "AUTORECOVERY", "TOOLS"})
  void theRollbackRestoresTheOriginalBookKeeperAddress(Component component) {
    ComponentSettings back = back(component, "3.0.7", GarbageCollection.ENABLED, Map.of());

    assertThat(back.settings().set())
        .containsOnly(entry("metadataServiceUri", "zk+hierarchical://z:2181/ledgers"));
    assertThat(back.settings().restore()).contains("zkServers", "zkLedgersRootPath");
  }

  @Test
  void theRollbackSetsKnownOwnValuesExplicitly() {
    ComponentSettings back =
        back(
            Component.BROKER,
            "2.10.0",
            GarbageCollection.ENABLED,
            Map.of("zookeeperServers", "z:2181/c"));

    assertThat(back.settings().set()).containsEntry("zookeeperServers", "z:2181/c");
    assertThat(back.settings().restore()).doesNotContain("zookeeperServers");
  }

  @Test
  void aRollbackCanSuspendCollectionOfABookieToo() {
    ComponentSettings back = back(Component.BOOKIE, "3.0.7", GarbageCollection.SUSPENDED, Map.of());

    assertThat(back.settings().set())
        .containsEntry("metadataServiceUri", "zk+hierarchical://z:2181/ledgers")
        .containsEntry("gcWaitTime", "2073600000")
        .containsEntry("autoRecoveryDaemonEnabled", "false");
  }

  @ParameterizedTest
  @ValueSource(strings = {"e1:2379", "etcd:http://e1:2379", "http://e1", "http://u:p@e1:2379"})
  void anEndpointThatPulsarWouldMisreadBlocks(String endpoint) {
    assertThat(of(Component.BROKER, "3.0.7", List.of(endpoint), Optional.empty()).possible())
        .isFalse();
  }

  @Test
  void httpsWithoutATlsFileIsPlainTextAndBlocks() {
    ComponentSettings broker =
        of(Component.BROKER, "3.0.7", List.of("https://e1:2379"), Optional.empty());

    assertThat(blockers(broker)).singleElement().asString().contains("without TLS");
  }

  @ParameterizedTest
  @ValueSource(strings = {"2.9.5", "5.0.0-M1"})
  void aVersionWithoutEtcdBlocks(String version) {
    assertThat(blockers(plain(Component.BROKER, version)))
        .anyMatch(text -> text.contains("no etcd metadata store"));
  }

  @Test
  void theTlsFileHoldsWhatIsGivenAndNothingElse() {
    assertThat(ComponentSettings.tlsConfigFile("/ca.pem", "", "/it's.pem"))
        .isEqualTo(
            "useTls: true\ntlsKeyFilePath: '/it''s.pem'\ntlsTrustCertsFilePath: '/ca.pem'\n");
  }

  private static List<String> blockers(ComponentSettings settings) {
    return settings.notes().stream()
        .filter(ComponentSettings.Note::blocks)
        .map(ComponentSettings.Note::text)
        .toList();
  }

  private static ComponentSettings plain(Component component, String version) {
    return of(component, version, List.of(ONE), Optional.empty());
  }

  private static ComponentSettings of(
      Component component, String version, List<String> endpoints, Optional<String> tls) {
    return ComponentSettings.of(
        component,
        PulsarVersion.parse(version),
        new MetadataTarget.EtcdTarget(endpoints, tls),
        GarbageCollection.SUSPENDED,
        Map.of());
  }

  private static ComponentSettings of(
      Component component, String version, GarbageCollection collection, Map<String, String> own) {
    return ComponentSettings.of(
        component,
        PulsarVersion.parse(version),
        new MetadataTarget.EtcdTarget(List.of(ONE), Optional.empty()),
        collection,
        own);
  }

  private static ComponentSettings back(
      Component component, String version, GarbageCollection collection, Map<String, String> own) {
    return ComponentSettings.of(component, PulsarVersion.parse(version), BACK, collection, own);
  }
}
