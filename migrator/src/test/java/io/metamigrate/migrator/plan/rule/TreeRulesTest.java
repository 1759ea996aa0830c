package io.metamigrate.migrator.plan.rule;

import static org.assertj.core.api.Assertions.assertThat;

import io.metamigrate.migrator.plan.ClusterFacts;
import io.metamigrate.migrator.plan.Facts;
import io.metamigrate.migrator.plan.FactsBuilder;
import io.metamigrate.migrator.plan.Finding.Level;
import io.metamigrate.migrator.plan.Inventory;
import io.metamigrate.migrator.plan.Planner;
import io.metamigrate.migrator.plan.SourceFacts;
import io.metamigrate.migrator.plan.Trees;
import io.metamigrate.verifier.decode.LedgerPaths;
import io.metamigrate.verifier.store.Unreadable;
import io.metamigrate.verifier.store.ZkPath;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.bookkeeper.mledger.proto.MLDataFormats.ManagedLedgerInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class TreeRulesTest extends RuleTest {
  private static final String EXACT =
      """
      source: {zookeeper: "zk1:2181"}
      target: {etcd: ["http://e1:2379"]}
      copy: {ledgerIds: exact}
      """;

  /** A few long names instead of many short ones: what counts are bytes. */
  private static FactsBuilder below(String directory, int kibibytes) {
    Trees tree = tree();
    for (int i = 0; i < kibibytes / 4; i++) {
      tree.znode(directory + "/" + "x".repeat(4_064 - directory.length()) + (10_000 + i), "");
    }
    return facts().inventory(tree.inventory(100_000));
  }

  @Test
  void blocksAnAddressWithoutPulsar() {
    assertRaised(Level.BLOCKER, "NO_PULSAR_METADATA", with(new Trees().znode("/kafka", "")));
    assertSilent("NO_PULSAR_METADATA", facts());
  }

  @Test
  void blocksTopicsWithLedgersElsewhere() {
    String topic = "/managed-ledgers/public/default/persistent/orders";
    byte[] value =
        ManagedLedgerInfo.newBuilder()
            .addLedgerInfo(ManagedLedgerInfo.LedgerInfo.newBuilder().setLedgerId(5))
            .addLedgerInfo(ManagedLedgerInfo.LedgerInfo.newBuilder().setLedgerId(6))
            .addLedgerInfo(ManagedLedgerInfo.LedgerInfo.newBuilder().setLedgerId(7))
            .build()
            .toByteArray();
    assertRaised(
        Level.BLOCKER,
        "LEDGERS_ELSEWHERE",
        with(tree().bytes(topic, value).znode("/ledgers/00/0000/L0005", "")),
        "2 of 3 ledgers");
    assertSilent(
        "LEDGERS_ELSEWHERE",
        with(
            tree()
                .bytes(topic, value)
                .znode("/ledgers/00/0000/L0005", "")
                .znode("/ledgers/00/0000/L0006", "")));
    assertSilent(
        "LEDGERS_ELSEWHERE",
        with(tree().bytes(topic, value).znode("/ledgers/00/0000/L0005", ""))
            .source(leftOut("/ledgers", 2)));
  }

  @Test
  void namesTheOtherRootOfBookKeepers() {
    Trees elsewhere =
        tree()
            .without("/ledgers/INSTANCEID")
            .znode("/bk/available", "")
            .znode("/bk/INSTANCEID", "x");

    assertThat(findings("LEDGERS_ELSEWHERE", with(elsewhere)))
        .singleElement()
        .satisfies(
            finding -> {
              assertThat(finding.message()).contains("/ledgers/INSTANCEID is not there");
              assertThat(finding.remedy()).contains("may be at /bk;");
            });
  }

  @Test
  void concludesNothingFromWhatMayNotBeRead() {
    Inventory inventory = tree().without("/ledgers/INSTANCEID").inventory();
    Unreadable unreadable = new Unreadable();
    unreadable.add(new ZkPath("/ledgers"));
    inventory.unreadable(unreadable);

    assertSilent("LEDGERS_ELSEWHERE", facts().inventory(inventory));
  }

  @Test
  void blocksRootOutOfScopeAndWarnsOfAPart() {
    assertRaised(
        Level.BLOCKER,
        "CORE_ROOTS_LEFT_OUT",
        facts().source(leftOut("/schemas", 40)),
        "40 nodes of /schemas, all of them");
    assertRaised(
        Level.WARNING,
        "CORE_ROOTS_LEFT_OUT",
        facts().source(leftOut("/admin", 1)),
        "1 nodes of /admin and keeps 2");
    assertRaised(
        Level.BLOCKER,
        "CORE_ROOTS_LEFT_OUT",
        facts().source(leftOut("/ledgers", 1)),
        "bookies there delete the data");
    assertSilent("CORE_ROOTS_LEFT_OUT", facts());
  }

  private static SourceFacts leftOut(String root, long nodes) {
    SourceFacts none = SourceFacts.NOTHING;
    return new SourceFacts(
        none.clusters(),
        none.configurationClusters(),
        none.conflicts(),
        none.outsideChroot(),
        none.acls(),
        Map.of(root, nodes));
  }

  @Test
  void estimatesLedgersWithLongIds() {
    assertRaised(Level.BLOCKER, "LISTING_TOO_LARGE", shortLedgers(93_000), "/ledgers");
    assertThat(findings("LEDGER_LISTING_HEADROOM", shortLedgers(93_000))).isEmpty();
    assertThat(findings("LISTING_TOO_LARGE", shortLedgers(84_000)))
        .allMatch(finding -> finding.level() == Level.WARNING);
  }

  private static FactsBuilder shortLedgers(int count) {
    Trees tree = tree();
    for (int i = 0; i < count; i++) {
      tree.znode(LedgerPaths.pathOf(i), "");
    }
    return facts().inventory(tree.inventory(100_000));
  }

  @Test
  void reportsHeadroomOfLedgerListing() {
    Trees tree = ledgers(500, 10);
    FactsBuilder slow = facts().inventory(tree.inventory(100_000));

    assertThat(findings("LEDGER_LISTING_HEADROOM", slow))
        .singleElement()
        .satisfies(
            finding -> {
              assertThat(finding.level()).isEqualTo(Level.INFO);
              assertThat(finding.message())
                  .startsWith("500 ledgers; at about 86,098 their")
                  .contains("10.0 a day were created", "ctimes", "reached about 20");
            });
    Trees fast = ledgers(5_000, 1_000);
    assertRaised(
        Level.WARNING,
        "LEDGER_LISTING_HEADROOM",
        facts().inventory(fast.inventory(100_000)),
        "5,000 ledgers");
    assertSilent("LEDGER_LISTING_HEADROOM", facts());
  }

  private static Trees ledgers(int count, int perDay) {
    Trees tree = tree();
    for (int i = 0; i < count; i++) {
      tree.created(LedgerPaths.pathOf(i), 1_700_000_000_000L + i * 86_400_000L / perDay);
    }
    return tree;
  }

  /** One of 2099: the clock of ZooKeeper's leader was set wrong for a moment. */
  @Test
  void rateOfLedgersIgnoresClockThatJumped() {
    Trees tree = ledgers(5_000, 1_000);
    tree.created(LedgerPaths.pathOf(5_000), 4_080_000_000_000L);

    assertRaised(
        Level.WARNING,
        "LEDGER_LISTING_HEADROOM",
        facts().inventory(tree.inventory(100_000)),
        "5,001 ledgers",
        "were created",
        "reached about 202");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/ledgers/922/3372/0325/5593/L4208", // 0x7fffffff_00000000 - 0x80000000
        "/ledgers/922/3372/0325/5980/L8512",
        "/ledgers/922/3372/0368/5477/L5807"
      })
  void blocksExhaustedLedgerIds(String ledger) {
    Facts facts = with(tree().znode(ledger, "")).build();

    assertRaised(
        Level.BLOCKER, "LEDGER_IDS_EXHAUSTED", with(tree().znode(ledger, "")), "at the end of all");
    assertThat(Planner.plan(facts, Rules.ALL).seeds()).noneMatch(seed -> seed.nextId() < 1);
    assertThat(Planner.plan(facts, Rules.ALL).blockersWithout(Set.of("LEDGER_IDS_EXHAUSTED")))
        .isNotEmpty();
  }

  @Test
  void blocksUnreadableHighHalf() {
    assertRaised(
        Level.BLOCKER,
        "LEDGER_IDS_EXHAUSTED",
        with(
            tree()
                .counter("/ledgers/idgen-long", 0)
                .counter("/ledgers/idgen-long/HOB-4294967295", 3)),
        "HOB-4294967295");
    assertSilent(
        "LEDGER_IDS_EXHAUSTED",
        with(
            tree()
                .counter("/ledgers/idgen-long", 0)
                .counter("/ledgers/idgen-long/HOB-2147483645", 3)));
  }

  @Test
  void reportsWhichBrokersServe() {
    assertRaised(Level.INFO, "SOURCE_SERVING", facts().registered("broker-1:8080"), "broker-1");
    assertSilent("SOURCE_SERVING", facts());
  }

  @Test
  void reportsTheCostOfExactVersions() {
    Trees tree =
        tree()
            .onEtcd("/admin/clusters/again", "same", 9)
            .changed("/admin/clusters/again", "same", 0)
            .onEtcd("/admin/clusters/ahead", "same", 9)
            .changed("/admin/clusters/ahead", "same", 5)
            .changed("/admin/clusters/hot", "12345", 1_000);
    assertRaised(
        Level.INFO,
        "EXACT_VERSIONS_COST",
        facts()
            .configuration(EXACT.replace("ledgerIds", "versions"))
            .inventory(tree.inventory(1, true)),
        "1,004 more puts",
        "/admin/clusters/hot alone takes 1,000");
    assertSilent("EXACT_VERSIONS_COST", facts());
  }

  @Test
  void warnsOfUnknownPaths() {
    assertRaised(Level.WARNING, "UNKNOWN_PATHS", with(tree().znode("/kop/x", "")), "/kop/**");
    assertSilent("UNKNOWN_PATHS", facts());
  }

  @Test
  void blocksListingAboveTheClientLimitAndWarnsNearIt() {
    String plugin = "/ledgers/plugin";
    assertRaised(Level.BLOCKER, "LISTING_TOO_LARGE", below(plugin, 4_200), "/ledgers", "keys");
    assertRaised(Level.WARNING, "LISTING_TOO_LARGE", below(plugin, 4_000), "bookies");
    assertSilent("LISTING_TOO_LARGE", below(plugin, 3_000));
  }

  @Test
  void onlyWarnsOfDirectoryThatServersDoNotList() {
    assertThat(findings("LISTING_TOO_LARGE", below("/kop/groups", 4_200)))
        .hasSize(2)
        .allMatch(finding -> finding.level() == Level.WARNING)
        .allMatch(finding -> finding.message().contains("tools"));
    assertSilent("LISTING_TOO_LARGE", below("/kop/groups", 4_000));
  }

  @ParameterizedTest
  @ValueSource(strings = {"a+b", "a*", "x(1", "q[", "who?", "a|b", "cost$"})
  void blocksTopicNamesThatAreAnotherPattern(String name) {
    String path = "/managed-ledgers/public/default/persistent/" + name;
    assertRaised(
        Level.BLOCKER,
        "NAME_UNSAFE_IN_LISTING",
        with(tree().znode(path, "")),
        "1 directories",
        path);
    assertSilent("NAME_UNSAFE_IN_LISTING", with(tree().znode(path, "")).pulsar("2.10.0"));
    assertSilent("NAME_UNSAFE_IN_LISTING", with(tree().znode(path, "")).pulsar("2.11.0"));
    assertRaised(
        Level.BLOCKER, "NAME_UNSAFE_IN_LISTING", with(tree().znode(path, "")).pulsar("2.10.5"));
    assertRaised(Level.WARNING, "NAME_UNSAFE_IN_LISTING", with(tree().znode(path, "")).pulsar(""));
  }

  @ParameterizedTest
  @ValueSource(strings = {"a.b", "a%20b", "a-b_c", "a=b", "a@b", "a~b"})
  void acceptsPlainTopicNames(String name) {
    assertSilent(
        "NAME_UNSAFE_IN_LISTING",
        with(tree().znode("/managed-ledgers/public/default/persistent/" + name, "")));
  }

  @Test
  void ignoresSubscriptionNames() {
    assertSilent(
        "NAME_UNSAFE_IN_LISTING",
        with(tree().znode("/managed-ledgers/public/default/persistent/orders/my+sub", "")));
  }

  @Test
  void blocksLedgersOutsideBrokersRoot() {
    assertRaised(
        Level.BLOCKER,
        "LEDGER_LAYOUT_NOT_HYBRID",
        with(
            tree()
                .znode("/ledgers/000/0000/0000/0000/L0007", "")
                .znode(
                    "/ledgers/LAYOUT",
                    "2\norg.apache.bookkeeper.meta.LongHierarchicalLedgerManagerFactory:1")),
        "/ledgers/000/0000/0000/0000/L0007",
        "LongHierarchicalLedgerManagerFactory");
    assertRaised(
        Level.BLOCKER, "LEDGER_LAYOUT_NOT_HYBRID", with(tree().znode("/ledgers/L0000000001", "")));
    assertRaised(
        Level.WARNING,
        "LEDGER_LAYOUT_NOT_HYBRID",
        with(
            tree()
                .znode(
                    "/ledgers/LAYOUT",
                    "2\norg.apache.bookkeeper.meta.FlatLedgerManagerFactory:1")));
    assertSilent(
        "LEDGER_LAYOUT_NOT_HYBRID",
        with(
            tree()
                .znode("/ledgers/00/0000/L0007", "")
                .znode("/ledgers/000/0000/0042/9496/L7297", "")
                .znode(
                    "/ledgers/LAYOUT",
                    "2\norg.apache.bookkeeper.meta.HierarchicalLedgerManagerFactory:1")));
  }

  @Test
  void blocksASecondRootWithinTheLedgers() {
    assertRaised(
        Level.BLOCKER, "NESTED_LEDGERS_ROOT", with(tree().znode("/ledgers/ledgers/available", "")));
    assertRaised(
        Level.WARNING, "NESTED_LEDGERS_ROOT", with(tree().znode("/ledgers/ledgers", "")), "unused");
    assertSilent("NESTED_LEDGERS_ROOT", facts());
  }

  @Test
  void warnsOfFewRemainingLedgerIds() {
    assertRaised(
        Level.WARNING,
        "LEDGER_ID_HEADROOM",
        with(
            tree()
                .znode("/ledgers/idgen-long", "")
                .counter("/ledgers/idgen-long/HOB-0000000007", 5)),
        "2^35");
    assertRaised(
        Level.WARNING,
        "LEDGER_ID_HEADROOM",
        with(tree().counter("/ledgers/idgen", 2_000_000_000)).configuration(EXACT),
        "2,000,000,000");
    assertRaised(
        Level.WARNING,
        "LEDGER_ID_HEADROOM",
        with(tree().znode(LedgerPaths.pathOf(500), "")),
        "ledger 500",
        "200 next");
    assertSilent("LEDGER_ID_HEADROOM", facts());
  }

  /** Else a hidden counter looks like a lost one, and the next id like one that was issued. */
  @Test
  void doesNotComputeTheNextLedgerIdBesideHiddenZnodes() {
    Inventory inventory = tree().znode(LedgerPaths.pathOf(500), "").inventory();
    Unreadable hidden = new Unreadable();
    hidden.add(new ZkPath("/ledgers/idgen"));
    inventory.unreadable(hidden);
    FactsBuilder beside = facts().inventory(inventory);

    assertRaised(Level.INFO, "LEDGER_ID_HEADROOM", beside, "not known: the next ledger id");
    assertThat(Planner.plan(beside.build(), List.of()).seeds()).isEmpty();
  }

  @Test
  void ignoresEmptyFunctionsNode() {
    assertRaised(
        Level.INFO, "FUNCTIONS_NEED_ZOOKEEPER", with(tree().znode("/pulsar/functions", "x")));
    assertSilent("FUNCTIONS_NEED_ZOOKEEPER", facts());
  }

  @Test
  void blocksFunctionsWithALog() {
    assertRaised(
        Level.BLOCKER,
        "FUNCTIONS_NEED_ZOOKEEPER",
        with(tree().znode("/pulsar/functions/public/default/f", "x")),
        "1 nodes");
  }

  @Test
  void blocksFunctionWorkersByVersionAndMode() {
    FactsBuilder on = facts().pulsar("2.10.0").broker("functionsWorkerEnabled", "true");
    assertRaised(Level.BLOCKER, "FUNCTIONS_NEED_ZOOKEEPER", on, "broker-1:8080");
    assertSilent("FUNCTIONS_NEED_ZOOKEEPER", on.pulsar("2.11.0"));
    assertNotKnown(
        "FUNCTIONS_NEED_ZOOKEEPER", facts().pulsar("2.10.0").components(ClusterFacts.NOT_ASKED));
    assertRaised(
        Level.BLOCKER,
        "FUNCTIONS_NEED_ZOOKEEPER",
        facts()
            .configuration(
                """
                source: {zookeeper: "zk1:2181"}
                target: {etcd: ["http://e1:2379"]}
                cutover: {metadataWriters: {functionWorkers: [worker-1]}}
                """),
        "worker-1");
  }

  @Test
  void blocksPackagesInDistributedLog() {
    assertRaised(
        Level.BLOCKER, "PACKAGES_ON_DLOG", with(tree().znode("/pulsar/packages/function", "")));
    assertRaised(
        Level.BLOCKER, "PACKAGES_ON_DLOG", facts().broker("enablePackagesManagement", "true"));
    assertSilent(
        "PACKAGES_ON_DLOG",
        facts()
            .broker("enablePackagesManagement", "true")
            .broker("packagesManagementStorageProvider", "x.FileSystemPackagesStorageProvider"));
    assertSilent("PACKAGES_ON_DLOG", with(tree().znode("/pulsar/packages", "")));
  }

  @Test
  void raisesLevelWithEvidenceOfTableService() {
    String id = "TABLE_SERVICE_NEEDS_ZOOKEEPER";
    Trees bare = tree().znode("/stream", "").znode("/stream/servers/available", "");
    assertSilent(id, facts());
    assertRaised(Level.INFO, id, with(bare));
    assertRaised(Level.WARNING, id, with(bare.znode("/stream/segments/1", "")));
    assertRaised(
        Level.BLOCKER,
        id,
        with(bare.ephemeral("/stream/servers/available/b1:4181", "")),
        "b1:4181");
  }

  @Test
  void warnsOfOwnershipKeptInTheStore() {
    assertRaised(
        Level.WARNING,
        "SERVICE_UNIT_STATE_IN_STORE",
        with(tree().znode("/service_unit_state/public/default/0x0_0x1", "{}")),
        "1 bundle states");
    assertRaised(
        Level.WARNING,
        "SERVICE_UNIT_STATE_IN_STORE",
        facts()
            .broker(
                "loadManagerServiceUnitStateTableViewClassName",
                "x.ServiceUnitStateMetadataStoreTableViewImpl"));
    assertSilent("SERVICE_UNIT_STATE_IN_STORE", with(tree().znode("/service_unit_state", "")));
  }

  @Test
  void blocksDuringPulsarsMigration() {
    String path = "/pulsar/migration-coordinator/migration";
    assertRaised(
        Level.BLOCKER,
        "UPSTREAM_MIGRATION_ACTIVE",
        with(tree().znode(path, "{\"phase\":\"COPYING\"}")),
        "COPYING");
    assertRaised(
        Level.INFO,
        "UPSTREAM_MIGRATION_ACTIVE",
        with(tree().znode(path, "{\"phase\":\"FAILED\"}")),
        "FAILED");
    assertSilent("UPSTREAM_MIGRATION_ACTIVE", facts());
  }
}
