package io.metamigrate.verifier.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import io.metamigrate.verifier.catalog.Family.Owner;
import io.metamigrate.verifier.store.Ensemble;
import io.metamigrate.verifier.store.ZkPath;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class CatalogueTest {
  private static final String[] PARTS = {
    "",
    "ledgers",
    "admin",
    "available",
    "idgen",
    "idgen-long",
    "00",
    "000",
    "0000",
    "L0001",
    "urL0000000001",
    "underreplication",
    "locks",
    "ledgers",
    "leader",
    "brokers",
    "loadbalance",
    "persistent",
    "partitioned-topics",
    "managed-ledgers",
    "schemas",
    "counters",
    "producer-name",
    "pulsar",
    "functions",
    "stream",
    "namespace",
    "zookeeper",
    "..",
    "%2F",
    "é",
    "\uD83D\uDE00"
  };

  @ParameterizedTest
  @CsvSource({
    "/ledgers",
    "/ledgers/available",
    "/ledgers/available/readonly",
    "/ledgers/INSTANCEID",
    "/ledgers/LAYOUT",
    "/ledgers/cookies",
    "/ledgers/cookies/bookie-1:3181",
    "/ledgers/00/0000/L0001",
    "/ledgers/000/0000/0042/9496/L7297",
    "/ledgers/underreplication",
    "/ledgers/underreplication/LAYOUT",
    "/ledgers/underreplication/disable",
    "/ledgers/underreplication/locks",
    "/ledgers/underreplication/ledgers",
    "/ledgers/underreplication/ledgers/0000/0000/0000/0001/urL0000000001",
    "/bookies"
  })
  void copiesBookKeeperMetadata(String path) {
    assertThat(of(path).action()).isEqualTo(Action.COPY);
    assertThat(of(path).owner()).isEqualTo(Owner.BOOKKEEPER);
    assertThat(of(path).structural()).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "/managed-ledgers/t/ns/persistent/topic",
    "/managed-ledgers/t/ns/persistent/topic/sub",
    "/managed-ledgers/t/cluster/ns/persistent/topic",
    "/managed-ledgers/t/ns/persistent/persistent",
    "/admin/clusters/c1",
    "/admin/policies/t",
    "/admin/policies/t/ns",
    "/admin/local-policies/t/ns",
    "/admin/partitioned-topics/t/ns/persistent/topic",
    "/schemas/t/ns/topic",
    "/loadbalance/settings/strategy/x/y",
    "/service_unit_state/t/ns/0x00000000_0x40000000"
  })
  void copiesPulsarMetadata(String path) {
    assertThat(of(path).action()).isEqualTo(Action.COPY);
    assertThat(of(path).owner()).isEqualTo(Owner.PULSAR);
    assertThat(of(path).structural()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/managed-ledgers",
        "/managed-ledgers/t/ns/persistent",
        "/managed-ledgers/t/cluster/ns/persistent",
        "/admin",
        "/admin/policies",
        "/admin/partitioned-topics/t/ns/persistent",
        "/schemas/t/ns",
        "/loadbalance/bundle-data/t",
        "/loadbalance/bundle-data/leader",
        "/counters",
        "/pulsar"
      })
  void knowsStructuralParents(String path) {
    assertThat(of(path).action()).isEqualTo(Action.COPY);
    assertThat(of(path).structural()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/ledgers/idgen",
        "/ledgers/idgen-long",
        "/ledgers/idgen-long/HOB-0000000001",
        "/counters/producer-name"
      })
  void seedsParentsOfSequentialNodes(String path) {
    assertThat(of(path).action()).isEqualTo(Action.SEED);
  }

  @ParameterizedTest
  @CsvSource({
    "/, root",
    "/zookeeper, zookeeper-own",
    "/zookeeper/quota/ledgers, zookeeper-own",
    "/ledgers/available/b1:3181, bookie-registration",
    "/ledgers/available/readonly/b1:3181, bookie-registration",
    "/ledgers/idgen/ID-0000000007, id-generator-child",
    "/ledgers/idgen-long/HOB-0000000001/ID-0000000007, id-generator-child",
    "/ledgers/00, empty-directory",
    "/ledgers/000/0000/0042, empty-directory",
    "/ledgers/underreplication/ledgers/0000, empty-directory",
    "/ledgers/underreplication/locks/urL0000000001, repair-lock",
    "/ledgers/underreplication/auditorelection, auditor-election",
    "/ledgers/underreplication/leader, auditor-election",
    "/stream/storage, table-service",
    "/counters/producer-name/-0000000001, counter-child",
    "/namespace/t/ns/0x00000000_0x40000000, bundle-ownership",
    "/loadbalance/brokers/broker-1:8080, broker-registration",
    "/loadbalance/leader, broker-leader",
    "/loadbalance/extension/leader, broker-leader",
    "/pulsar/functions/worker, distributed-log",
    "/pulsar/packages, distributed-log",
    "/pulsar/migration-coordinator/migration, upstream-migration"
  })
  void skipsPathsWithACountableReason(String path, String reason) {
    assertThat(of(path).action()).isEqualTo(Action.SKIP);
    assertThat(of(path).reason()).startsWith(reason + ":");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/kop",
        "/kop/offsets/0",
        "/ledgers/L0000000001",
        "/pulsar/plugin",
        "//",
        "/ledgers/",
        "/%"
      })
  void copiesUnknownPathsAndReportsThem(String path) {
    assertThat(of(path).action()).isEqualTo(Action.COPY);
    assertThat(of(path).isKnown()).isFalse();
  }

  /** The name of a tenant or namespace must not change how its data is migrated. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "/loadbalance/bundle-data/t/leader/0x00000000_0xffffffff",
        "/loadbalance/resource-quota/namespace/t/leader"
      })
  void ignoresUserChosenNames(String path) {
    assertThat(of(path).action()).isEqualTo(Action.COPY);
  }

  @Test
  void isTotal() {
    SplittableRandom random = new SplittableRandom(1);
    for (int i = 0; i < 50_000; i++) {
      StringBuilder path = new StringBuilder();
      for (int part = random.nextInt(7); part >= 0; part--) {
        path.append('/').append(PARTS[random.nextInt(PARTS.length)]);
      }
      Family family = of(path.toString());
      assertThat(family.prefix()).as("%s", path).isNotEmpty();
      assertThat(family.reason()).as("%s", path).isNotEmpty();
    }
  }

  private static Family of(String path) {
    return Catalogue.of(new ZkPath(path));
  }

  @ParameterizedTest
  @CsvSource({
    "/admin/policies/tenant/ns, CONFIGURATION",
    "/admin/clusters/c1/failureDomain/d, CONFIGURATION",
    "/admin/partitioned-topics/t/n/persistent/a, CONFIGURATION",
    "/admin/resourcegroups/g, CONFIGURATION",
    "/admin/flags/policies-readonly, CONFIGURATION",
    "/admin/local-policies/t/n, LOCAL",
    "/admin/configuration, LOCAL",
    "/admin, LOCAL",
    "/, LOCAL",
    "/policies/clusters, LOCAL",
    "/managed-ledgers/t/n/persistent/a, LOCAL"
  })
  void assignsSharedPathsToTheConfigurationStore(String path, Ensemble ensemble) {
    assertThat(Catalogue.ensembleOf(new ZkPath(path))).isEqualTo(ensemble);
  }
}
