package io.metamigrate.migrator.plan.rule;

import static org.assertj.core.api.Assertions.assertThat;

import io.metamigrate.migrator.plan.FactsBuilder;
import io.metamigrate.migrator.plan.Finding;
import io.metamigrate.migrator.plan.Finding.Level;
import io.metamigrate.migrator.plan.Planner;
import io.metamigrate.migrator.plan.PutRequest;
import io.metamigrate.verifier.store.EtcdServerFacts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class EtcdRulesTest extends RuleTest {
  private static final String OTHER_URL =
      """
      source: {zookeeper: "zk1:2181"}
      target: {etcd: ["http://e1:2379"], componentUrl: "http://etcd:2379"}
      """;

  private static FactsBuilder etcd(String version) {
    return facts().etcd(FactsBuilder.target(version, List.of(), 0, 0, 20_000));
  }

  @Test
  void blocksPasswordsThatPulsarDoesNotSupport(@TempDir Path folder) throws IOException {
    assertRaised(
        Level.BLOCKER, "ETCD_PASSWORD_UNSUPPORTED", facts().authentication(Optional.of(true)));
    assertNotKnown("ETCD_PASSWORD_UNSUPPORTED", facts().authentication(Optional.empty()));
    Path secret = Files.writeString(folder.resolve("etcd"), "x");
    String user =
        "source: {zookeeper: \"zk1:2181\"}\n"
            + "target: {etcd: [\"http://e1:2379\"], user: migrate, passwordFile: %s}\n"
                .formatted(secret);
    assertRaised(
        Level.BLOCKER,
        "ETCD_PASSWORD_UNSUPPORTED",
        facts().authentication(Optional.empty()).configuration(user));
    assertSilent("ETCD_PASSWORD_UNSUPPORTED", facts());
  }

  @Test
  void blocksOldEtcdAndWarnsOfCorruptingReleases() {
    assertRaised(Level.BLOCKER, "ETCD_VERSION_TOO_OLD", etcd("3.3.27"), "3.3.27");
    assertRaised(Level.WARNING, "ETCD_VERSION_TOO_OLD", etcd("3.5.1"), "3.5.1");
    assertNotKnown("ETCD_VERSION_TOO_OLD", etcd(""));
    assertSilent("ETCD_VERSION_TOO_OLD", etcd("3.4.23"));
    assertSilent("ETCD_VERSION_TOO_OLD", etcd("3.6.0"));
  }

  @Test
  void blocksForeignKeysButNotThoseOfThisMove() {
    FactsBuilder full = facts().etcd(FactsBuilder.target("3.5.16", List.of(), 12, 0, 20_000));
    assertRaised(Level.BLOCKER, "TARGET_NOT_EMPTY", full, "12 keys");
    assertSilent("TARGET_NOT_EMPTY", full.ownMove());
    assertSilent("TARGET_NOT_EMPTY", facts());
  }

  @Test
  void namesHowTheMoveOnEtcdDiffersInsteadOfItsKeys() {
    Finding changed = Finding.blocker("SCOPE_CHANGED", "metamigrate/checkpoint", "", "");
    FactsBuilder other =
        facts()
            .etcd(FactsBuilder.target("3.5.16", List.of(), 12, 0, 20_000))
            .contradictedBy(changed);

    assertSilent("TARGET_NOT_EMPTY", other);
    assertThat(Planner.plan(other.build(), Rules.ALL).blockersWithout(Set.of("SCOPE_CHANGED")))
        .as("cannot be accepted")
        .contains(changed);
  }

  @Test
  void reportsKeysOutOfScope() {
    assertRaised(
        Level.INFO,
        "KEYS_OUT_OF_SCOPE",
        facts().etcd(FactsBuilder.target("3.5.16", List.of(), 0, 7, 20_000)),
        "7 other keys");
    assertSilent("KEYS_OUT_OF_SCOPE", facts());
  }

  @Test
  void blocksEtcdWithRegisteredBrokers() {
    assertRaised(
        Level.BLOCKER, "TARGET_SERVING", facts().leased("/loadbalance/brokers/b:8080"), "b:8080");
    assertSilent("TARGET_SERVING", facts());
  }

  @Test
  void blocksQuotaBelowTheEstimate() {
    FactsBuilder large = with(tree().value("/admin/policies/public/large", 700_000));
    assertRaised(
        Level.BLOCKER,
        "ETCD_QUOTA_TOO_SMALL",
        large.metrics(FactsBuilder.metrics(800_000, 0, 8, 5_000)),
        "its quota is 781.3 KiB");
    assertRaised(
        Level.WARNING,
        "ETCD_QUOTA_TOO_SMALL",
        large.metrics(FactsBuilder.metrics(1_500_000, 0, 8, 5_000)));
    assertSilent(
        "ETCD_QUOTA_TOO_SMALL", large.metrics(FactsBuilder.metrics(8L << 30, 0, 8, 5_000)));
  }

  @Test
  void assumesTheDefaultQuotaIfNoneIsReported() {
    assertRaised(
        Level.WARNING,
        "ETCD_QUOTA_TOO_SMALL",
        facts()
            .metrics(Optional.empty())
            .etcd(FactsBuilder.target("3.5.16", List.of(), 0, 0, 1_500_000_000L)),
        "2.0 GiB, the default");
  }

  @Test
  void warnsOfEtcdWithoutCompaction() {
    assertRaised(Level.WARNING, "ETCD_COMPACTION_OFF", facts().flags(Optional.of(Map.of())));
    assertRaised(
        Level.WARNING,
        "ETCD_COMPACTION_OFF",
        facts().flags(Optional.of(Map.of(EtcdServerFacts.COMPACTION, "0"))),
        "=0");
    assertNotKnown("ETCD_COMPACTION_OFF", facts().flags(Optional.empty()));
    assertSilent("ETCD_COMPACTION_OFF", facts());
    assertSilent(
        "ETCD_COMPACTION_OFF",
        facts().flags(Optional.empty()).metrics(FactsBuilder.metrics(8L << 30, 500, 8, 5_000)));
  }

  @Test
  void blocksUserWithoutRequiredPermission() {
    assertRaised(
        Level.BLOCKER,
        "TARGET_RIGHTS_MISSING",
        facts().missingRights("etcd: no permission to read and write below /admin"),
        "below /admin");
    assertSilent("TARGET_RIGHTS_MISSING", facts());
  }

  @Test
  void blocksAnEtcdWithAnAlarm() {
    assertRaised(
        Level.BLOCKER,
        "ETCD_ALARM",
        facts().etcd(FactsBuilder.target("3.5.16", List.of("NOSPACE"), 0, 0, 1)),
        "NOSPACE");
    assertSilent("ETCD_ALARM", facts());
  }

  @Test
  void warnsOfASlowDiskOnceThereIsEnoughData() {
    assertRaised(
        Level.WARNING,
        "ETCD_SLOW_DISK",
        facts().metrics(FactsBuilder.metrics(8L << 30, 0, 128, 5_000)),
        "128 ms");
    assertNotKnown("ETCD_SLOW_DISK", facts().metrics(FactsBuilder.metrics(8L << 30, 0, 128, 7)));
    assertNotKnown("ETCD_SLOW_DISK", facts().metrics(Optional.empty()));
    assertSilent("ETCD_SLOW_DISK", facts().metrics(FactsBuilder.metrics(8L << 30, 0, 16, 5_000)));
  }

  @Test
  void blocksComponentUrlOfAnotherEtcd() {
    assertRaised(
        Level.BLOCKER,
        "COMPONENT_URL_OTHER_ETCD",
        facts().configuration(OTHER_URL).componentsElsewhere("a lease is not known there"),
        "a lease is not known there");
    assertNotKnown(
        "COMPONENT_URL_OTHER_ETCD",
        facts().configuration(OTHER_URL).componentsSilent("http://vip:2379"));
    assertSilent("COMPONENT_URL_OTHER_ETCD", facts().configuration(OTHER_URL));
    assertSilent("COMPONENT_URL_OTHER_ETCD", facts());
  }

  @Test
  void warnsOfEachEndpointThatDoesNotAnswer() {
    assertRaised(
        Level.WARNING, "ENDPOINT_SILENT", facts().silent("http://e2:2379"), "does not answer");
    assertSilent("ENDPOINT_SILENT", facts());
  }

  @Test
  void blocksValueAboveEtcdLimitAndWarnsNearIt() {
    String path = "/managed-ledgers/public/default/persistent/big";
    int largest = (int) PutRequest.largestCopied(PutRequest.DEFAULT_LIMIT, path.length());
    assertRaised(
        Level.BLOCKER, "VALUE_TOO_LARGE", with(tree().value(path, largest + 1)), path, "1,572,864");
    assertRaised(Level.WARNING, "VALUE_TOO_LARGE", with(tree().value(path, largest)), path);
    assertSilent("VALUE_TOO_LARGE", with(tree().value(path, 900_000)));
    assertSilent(
        "VALUE_TOO_LARGE",
        with(tree().value(path, largest + 1))
            .flags(Optional.of(Map.of(EtcdServerFacts.MAX_REQUEST, "10485760"))));
  }

  @Test
  void blocksValueAbovePulsarClientLimit() {
    String path = "/managed-ledgers/public/default/persistent/wide";
    FactsBuilder facts =
        with(tree().value(path, 5_200_000))
            .flags(Optional.of(Map.of(EtcdServerFacts.MAX_REQUEST, "10485760")));

    assertThat(findings("VALUE_TOO_LARGE", facts))
        .singleElement()
        .satisfies(
            finding -> {
              assertThat(finding.level()).isEqualTo(Level.BLOCKER);
              assertThat(finding.message()).contains("replies of 4,194,304 bytes");
              assertThat(finding.remedy())
                  .contains("managedLedgerInfoCompressionType", "max-request-bytes does not help");
            });
    int largest = (int) PutRequest.largestRead(path.length());
    assertRaised(
        Level.WARNING,
        "VALUE_TOO_LARGE",
        with(tree().value(path, largest))
            .flags(Optional.of(Map.of(EtcdServerFacts.MAX_REQUEST, "10485760"))));
  }

  @Test
  void remedyForASubscriptionExistsInTheRelease() {
    assertThat(subscriptionRemedy("2.10.0"))
        .contains("managedLedgerMaxUnackedRangesToPersistInZooKeeper")
        .doesNotContain("MetadataStore", "managedCursorInfoCompressionType");
    assertThat(subscriptionRemedy("3.0.7"))
        .contains(
            "managedLedgerMaxUnackedRangesToPersistInMetadataStore",
            "managedCursorInfoCompressionType")
        .doesNotContain("InZooKeeper");
  }

  private static String subscriptionRemedy(String version) {
    String path = "/managed-ledgers/public/default/persistent/topic/subscription";
    return findings("VALUE_TOO_LARGE", with(tree().value(path, 5_200_000)).pulsar(version))
        .get(0)
        .remedy();
  }

  @Test
  void remedyForBatchesExistsInTheReleaseAndComponent() {
    assertThat(batchRemedy("2.10.0"))
        .contains("--max-txn-ops=1000", "bookies before 4.2 have no setting")
        .doesNotContain("metadataStoreBatchingMaxOperations");
    assertThat(batchRemedy("4.0.8")).contains("bookies before 4.2 have no setting");
    assertThat(batchRemedy("4.2.4"))
        .contains("?batchingMaxOperations=128 in metadataServiceUri", "--max-txn-ops=1000");
    assertSilent(
        "BATCH_LARGER_THAN_TRANSACTION",
        facts()
            .pulsar("4.2.4")
            .flags(Optional.empty())
            .broker("metadataStoreBatchingMaxOperations", "128")
            .bookie("metadataServiceUri", "metadata-store:zk:zk1:2181?batchingMaxOperations=128"));
  }

  private static String batchRemedy(String version) {
    return findings(
            "BATCH_LARGER_THAN_TRANSACTION", facts().pulsar(version).flags(Optional.empty()))
        .get(0)
        .remedy();
  }

  @Test
  void warnsOfBatchesAboveTheTransactionLimit() {
    assertRaised(
        Level.WARNING,
        "BATCH_LARGER_THAN_TRANSACTION",
        facts().flags(Optional.empty()),
        "1,000",
        "128");
    assertRaised(
        Level.WARNING,
        "BATCH_LARGER_THAN_TRANSACTION",
        facts().broker("metadataStoreBatchingMaxOperations", "5000"),
        "5,000",
        "1,024");
    assertRaised(
        Level.WARNING,
        "BATCH_LARGER_THAN_TRANSACTION",
        facts().flags(Optional.empty()).broker("metadataStoreBatchingMaxOperations", "128"),
        "bookies send up to 1,000");
    assertSilent("BATCH_LARGER_THAN_TRANSACTION", facts());
  }
}
