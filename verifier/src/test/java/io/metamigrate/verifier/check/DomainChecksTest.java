package io.metamigrate.verifier.check;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.metamigrate.verifier.catalog.Action;
import io.metamigrate.verifier.catalog.Catalogue;
import io.metamigrate.verifier.decode.RealTree;
import io.metamigrate.verifier.report.CheckResult;
import io.metamigrate.verifier.store.ZkPath;
import java.util.Arrays;
import java.util.List;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.TreeMap;
import org.apache.bookkeeper.mledger.proto.MLDataFormats.ManagedLedgerInfo;
import org.apache.bookkeeper.mledger.proto.MLDataFormats.OffloadContext;
import org.junit.jupiter.api.Test;

/** Faults planted into a copy of a real cluster. */
final class DomainChecksTest {
  private static final long NEXT = 171;
  private static final String TOPIC = "/managed-ledgers/acme/orders/persistent/audit";
  private static final String PARTITIONED =
      "/admin/partitioned-topics/acme/orders/persistent/events";
  private static final String COOKIE = "/ledgers/cookies/127.0.0.1:3181";

  private final NavigableMap<String, StoreEntry> source = new TreeMap<>();
  private final NavigableMap<String, StoreEntry> target = new TreeMap<>();

  DomainChecksTest() {
    for (RealTree.RealNode node : RealTree.nodes().values()) {
      put(source, node.path(), node.value(), node.ephemeral());
      if (!node.ephemeral() && Catalogue.of(new ZkPath(node.path())).action() != Action.SKIP) {
        put(target, node.path(), node.value(), false);
      }
    }
  }

  @Test
  void findsNoFaultInACopyOfARealCluster() {
    assertThat(results(NEXT)).hasSize(DomainCheck.values().length).allMatch(CheckResult::ok);
    assertThat(detail(DomainCheck.LEDGERS_DECODE)).isEqualTo("114 ledgers");
    assertThat(detail(DomainCheck.COOKIES_MATCH_INSTANCE)).isEqualTo("3 cookies");
    assertThat(detail(DomainCheck.NEXT_LEDGER_ID_ABOVE_ALL))
        .isEqualTo("next ledger id 171, highest seen 170 at /ledgers");
  }

  @Test
  void findsALostLedgerAndNamesWhoNeedsIt() {
    target.remove("/ledgers/00/0000/L0013");

    assertOnlyFailure(DomainCheck.LEDGERS_EXIST, TOPIC + " names ledger 13");
  }

  @Test
  void findsTheLostLedgersOfSchemasAndOfCompactedTopics() {
    target.remove("/ledgers/00/0000/L0095");
    target.remove("/ledgers/00/0000/L0012");

    assertOnlyFailure(
        DomainCheck.LEDGERS_EXIST,
        "2 wrong of ",
        "/schemas/acme/orders/audit names ledger 95",
        "healthcheck/__compaction names ledger 12");
  }

  @Test
  void excusesReferenceDanglingOnBothStores() {
    source.remove("/ledgers/00/0000/L0013");
    target.remove("/ledgers/00/0000/L0013");

    assertThat(results(NEXT)).allMatch(CheckResult::ok);
    assertThat(detail(DomainCheck.LEDGERS_EXIST))
        .contains("the same on ZooKeeper, so not caused by the copy (1)")
        .contains("names ledger 13");
  }

  /** A copy without the cluster's data; that ZooKeeper has as little is no excuse. */
  @Test
  void mostLedgersMissingOnBothStoresAreAFailure() {
    source.keySet().removeIf(path -> path.startsWith("/ledgers/00/"));
    target.keySet().removeIf(path -> path.startsWith("/ledgers/00/"));

    assertOnlyFailure(DomainCheck.LEDGERS_EXIST, "named ledgers are missing on both stores");
  }

  @Test
  void ignoresOffloadedAndDeletedLedger() {
    ManagedLedgerInfo info =
        ManagedLedgerInfo.newBuilder()
            .addLedgerInfo(
                ManagedLedgerInfo.LedgerInfo.newBuilder()
                    .setLedgerId(1)
                    .setOffloadContext(OffloadContext.newBuilder().setBookkeeperDeleted(true)))
            .build();
    put(target, TOPIC, info.toByteArray(), false);

    assertThat(results(NEXT)).allMatch(CheckResult::ok);
  }

  @Test
  void findsLedgerThatBrokersOnEtcdCannotRead() {
    String longPath = "/ledgers/000/0000/0000/0000/L0013";
    StoreEntry ledger = Objects.requireNonNull(source.remove("/ledgers/00/0000/L0013"));
    target.remove("/ledgers/00/0000/L0013");
    put(source, longPath, ledger.value(), false);
    put(target, longPath, ledger.value(), false);

    assertOnlyFailure(DomainCheck.LEDGERS_EXIST, TOPIC + " names ledger 13");
  }

  @Test
  void findsUndecodableValues() {
    cut("/ledgers/00/0000/L0013");
    cut("/managed-ledgers/acme/tel/persistent/short");
    cut("/managed-ledgers/acme/orders/persistent/audit/subC");
    cut("/schemas/acme/orders/audit");

    assertThat(failures())
        .containsExactly(
            DomainCheck.LEDGERS_DECODE.name(),
            DomainCheck.MANAGED_LEDGERS_DECODE.name(),
            DomainCheck.CURSORS_DECODE.name(),
            DomainCheck.SCHEMAS_DECODE.name());
  }

  @Test
  void findsSubscriptionsWithoutTheirTopic() {
    target.remove(TOPIC);

    assertOnlyFailure(
        DomainCheck.CURSOR_TOPIC_EXISTS,
        "2 wrong of ",
        TOPIC + "/subC has no topic",
        TOPIC + "/subD has no topic");
  }

  @Test
  void findsPartitionBeyondTheTopicsCount() {
    put(target, PARTITIONED, "{\"partitions\":3}".getBytes(UTF_8), false);

    assertOnlyFailure(
        DomainCheck.PARTITIONS_FIT_TOPICS,
        "1 wrong of 4 partitions",
        "events-partition-3 is outside of its topic's 3 partitions");
  }

  @Test
  void findsPartitionsOfUnpartitionedTopic() {
    target.remove(PARTITIONED);

    assertOnlyFailure(DomainCheck.PARTITIONS_FIT_TOPICS, "4 wrong of 4 partitions", "and 1 more");
  }

  @Test
  void findsUnreadablePartitionCount() {
    put(target, PARTITIONED, new byte[0], false);

    assertThat(failures()).containsExactly(DomainCheck.PARTITIONS_FIT_TOPICS.name());
  }

  @Test
  void findsTheCookieOfAnotherClusterAndOfAnotherBookie() {
    String foreign = new String(RealTree.value(COOKIE), UTF_8).replace("ff8ae956", "00000000");
    put(target, COOKIE, foreign.getBytes(UTF_8), false);
    put(target, "/ledgers/cookies/127.0.0.1:3182", RealTree.value(COOKIE), false);

    assertOnlyFailure(
        DomainCheck.COOKIES_MATCH_INSTANCE,
        "2 wrong of 3 cookies",
        "127.0.0.1:3181 names instance 00000000",
        "127.0.0.1:3182 is the cookie of 127.0.0.1:3181");
  }

  @Test
  void findsCopiedEphemeralUnlessLeasedOnEtcd() {
    put(target, "/ledgers/available/127.0.0.1:3181", new byte[0], true);
    assertThat(failures()).isEmpty();

    put(target, "/ledgers/available/127.0.0.1:3181", new byte[0], false);
    assertOnlyFailure(
        DomainCheck.NOTHING_EPHEMERAL_CARRIED,
        "/ledgers/available/127.0.0.1:3181 must not be there without a lease");
  }

  @Test
  void findsAMissingRootKeyAlsoIfZooKeeperLacksIt() {
    target.remove("/ledgers/available/readonly");

    assertOnlyFailure(DomainCheck.ROOT_KEYS_PRESENT, "/ledgers/available/readonly is not there");

    source.remove("/ledgers/available/readonly");

    assertOnlyFailure(DomainCheck.ROOT_KEYS_PRESENT, "/ledgers/available/readonly is not there");
  }

  @Test
  void findsNextIdThatWasAllocatedBefore() {
    assertThat(results(170).stream().filter(c -> !c.ok()).map(CheckResult::id))
        .containsExactly(DomainCheck.NEXT_LEDGER_ID_ABOVE_ALL.name());
  }

  @Test
  void countsIdKnownOnlyToZooKeeperAsAllocated() {
    put(source, "/ledgers/00/0000/L0500", RealTree.value("/ledgers/00/0000/L0013"), false);

    assertThat(results(501)).allMatch(CheckResult::ok);
    assertThat(results(500)).anyMatch(check -> !check.ok());
  }

  @Test
  void countsIdNamedOnlyByASubscriptionAsAllocated() {
    target.values().removeIf(entry -> entry.path().matches("/ledgers/00/.*"));

    assertThat(results(100).stream().filter(c -> !c.ok()).map(CheckResult::id))
        .contains(DomainCheck.NEXT_LEDGER_ID_ABOVE_ALL.name());
  }

  private void cut(String path) {
    byte[] value = RealTree.value(path);
    put(target, path, Arrays.copyOf(value, value.length - 1), false);
  }

  private static void put(
      NavigableMap<String, StoreEntry> store, String path, byte[] value, boolean leased) {
    store.put(path, new StoreEntry(path, value, 1, leased));
  }

  private void assertOnlyFailure(DomainCheck check, String... words) {
    assertThat(failures()).containsExactly(check.name());
    assertThat(detail(check)).contains(words);
  }

  private List<String> failures() {
    return results(NEXT).stream().filter(check -> !check.ok()).map(CheckResult::id).toList();
  }

  private String detail(DomainCheck id) {
    return results(NEXT).stream()
        .filter(check -> check.id().equals(id.name()))
        .findFirst()
        .orElseThrow()
        .detail();
  }

  private List<CheckResult> results(long nextLedgerId) {
    DomainChecks checks = new DomainChecks();
    source.values().forEach(checks::source);
    target.values().forEach(checks::target);
    return checks.results(nextLedgerId);
  }
}
