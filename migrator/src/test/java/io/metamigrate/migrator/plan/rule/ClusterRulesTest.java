package io.metamigrate.migrator.plan.rule;

import static org.assertj.core.api.Assertions.assertThat;

import io.metamigrate.migrator.plan.ClusterFacts;
import io.metamigrate.migrator.plan.FactsBuilder;
import io.metamigrate.migrator.plan.Finding;
import io.metamigrate.migrator.plan.Finding.Level;
import io.metamigrate.migrator.plan.Inventory;
import io.metamigrate.migrator.plan.Plan;
import io.metamigrate.migrator.plan.SourceFacts;
import io.metamigrate.verifier.store.SourceSurvey.Acls;
import io.metamigrate.verifier.store.Unreadable;
import io.metamigrate.verifier.store.ZkPath;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class ClusterRulesTest extends RuleTest {
  private static final String ROLLING =
      """
      source: {zookeeper: "zk1:2181"}
      target: {etcd: ["http://e1:2379"]}
      """;
  private static final String EXACT =
      """
      source: {zookeeper: "zk1:2181"}
      target: {etcd: ["http://e1:2379"]}
      copy: {versions: exact}
      """;
  private static final String TWO_STORES =
      """
      source: {zookeeper: "zk1:2181", configurationZookeeper: "gzk:2181"}
      target: {etcd: ["http://e1:2379"]}
      """;
  private static final String SHARED_ACCEPTED =
      """
      source: {zookeeper: "zk1:2181", configurationZookeeper: "gzk:2181", acceptSharedConfiguration: true}
      target: {etcd: ["http://e1:2379"]}
      """;

  private static FactsBuilder notAsked() {
    return facts().components(ClusterFacts.NOT_ASKED);
  }

  private static FactsBuilder acls(long restricted, Optional<Boolean> enforced) {
    List<String> paths = restricted == 0 ? List.of() : List.of("/admin");
    return facts()
        .source(
            new SourceFacts(
                List.of("c1"),
                Optional.empty(),
                List.of(),
                Optional.of(List.of()),
                new Acls(10, paths, restricted, enforced)));
  }

  private static FactsBuilder clusters(Optional<List<String>> configuration, String... local) {
    return facts()
        .source(
            new SourceFacts(
                List.of(local),
                configuration,
                List.of(),
                Optional.of(List.of()),
                new Acls(10, List.of(), 0, Optional.of(true))));
  }

  private static FactsBuilder outside(Optional<List<String>> clusters) {
    return facts()
        .source(
            new SourceFacts(
                List.of("c1"),
                Optional.empty(),
                List.of(),
                clusters,
                new Acls(10, List.of(), 0, Optional.of(true))));
  }

  @Test
  void blocksNameOfAnotherCluster() {
    String id = "CLUSTER_NOT_THERE";
    assertRaised(
        Level.BLOCKER,
        id,
        clusters(Optional.empty(), "east", "west"),
        "cluster.name is c1",
        "east, west");
    assertRaised(
        Level.BLOCKER, id, facts().broker("clusterName", "east"), "own clusterName is east");
    assertRaised(
        Level.BLOCKER,
        id,
        facts()
            .components(new ClusterFacts(List.of(named("a", "east"), named("b", "c1")), List.of())),
        "name different clusters");
    assertSilent(id, facts());
    assertSilent(id, clusters(Optional.empty()));
    assertSilent(id, clusters(Optional.of(List.of("c1", "west"))));
    assertSilent(id, clusters(Optional.empty(), "c1", "west").broker("clusterName", "c1"));
  }

  private static ClusterFacts.Broker named(String id, String cluster) {
    return new ClusterFacts.Broker(
        id, Optional.of("4.0.8"), Map.of("clusterName", cluster), Optional.empty());
  }

  @Test
  void warnsOfARunningAutoRecovery() {
    String id = "AUTORECOVERY_RUNNING";
    assertRaised(
        Level.WARNING,
        id,
        with(tree().ephemeral("/ledgers/underreplication/leader", "b1")),
        "auditor");
    assertRaised(
        Level.WARNING,
        id,
        with(tree().ephemeral("/ledgers/underreplication/locks/urL0000000001", "")),
        "1 ledgers");
    assertRaised(Level.WARNING, id, facts().bookie("autoRecoveryDaemonEnabled", "true"), "b2:3181");
    assertRaised(
        Level.INFO,
        id,
        with(
            tree()
                .ephemeral("/ledgers/underreplication/auditorelection/V_0", "")
                .znode("/ledgers/underreplication/disable", "")));
    assertSilent(id, facts());
  }

  @Test
  void warnsOfUnderreplicatedLedgers() {
    assertRaised(
        Level.WARNING,
        "UNDERREPLICATED_LEDGERS",
        with(
            tree()
                .znode("/ledgers/underreplication/ledgers/0000/0000/0000/0001/urL0000000001", "")),
        "1 ledgers");
    assertSilent(
        "UNDERREPLICATED_LEDGERS", with(tree().znode("/ledgers/underreplication/ledgers", "")));
  }

  @Test
  void blocksABookieWithoutCookie() {
    assertRaised(
        Level.BLOCKER,
        "BOOKIE_COOKIE_MISSING",
        with(tree().without("/ledgers/cookies/b2:3181")),
        "b2:3181");
    assertRaised(
        Level.BLOCKER,
        "BOOKIE_COOKIE_MISSING",
        facts()
            .configuration(
                """
                source: {zookeeper: "zk1:2181"}
                target: {etcd: ["http://e1:2379"]}
                cutover: {bookies: [{id: "b9:3181"}]}
                """),
        "b9:3181");
    assertSilent("BOOKIE_COOKIE_MISSING", facts());
  }

  @Test
  void warnsOfABookieThatIsDown() {
    assertRaised(
        Level.WARNING,
        "BOOKIE_DOWN",
        with(tree().without("/ledgers/available/b2:3181")),
        "1 of 3",
        "b2:3181");
    assertRaised(
        Level.INFO,
        "BOOKIE_DOWN",
        with(
            tree()
                .without("/ledgers/available/b1:3181")
                .without("/ledgers/available/b2:3181")
                .without("/ledgers/available/b3:3181")),
        "no bookie is registered");
    assertSilent("BOOKIE_DOWN", facts());
    assertSilent(
        "BOOKIE_DOWN",
        with(
            tree()
                .without("/ledgers/available/b2:3181")
                .ephemeral("/ledgers/available/readonly/b2:3181", "")));
  }

  @Test
  void warnsIfTooFewBookiesRemainDuringARestart() {
    FactsBuilder spread = facts().configuration(ROLLING);
    assertSilent("SPARE_BOOKIES_TOO_FEW", spread);
    assertRaised(
        Level.WARNING,
        "SPARE_BOOKIES_TOO_FEW",
        spread.broker("managedLedgerDefaultEnsembleSize", "3"),
        "3 bookies take writes");
    assertSilent("SPARE_BOOKIES_TOO_FEW", facts().broker("managedLedgerDefaultEnsembleSize", "3"));
    String open =
        """
        BookieMetadataFormatVersion\t2
        quorumSize: 2
        ensembleSize: 3
        length: 0
        lastEntryId: -1
        state: OPEN
        """;
    assertRaised(
        Level.WARNING,
        "SPARE_BOOKIES_TOO_FEW",
        with(tree().znode("/ledgers/00/0000/L0007", open)).configuration(ROLLING));
  }

  @Test
  void warnsOfFullDisksAndListsUnknownOnes() {
    assertThat(findings("SUSPENDED_GC_DISK_HEADROOM", facts().free(100)))
        .hasSize(3)
        .allMatch(finding -> finding.level() == Level.WARNING)
        .first()
        .extracting(Finding::message)
        .asString()
        .contains("90 % full");
    assertNotKnown("SUSPENDED_GC_DISK_HEADROOM", notAsked());
    assertSilent("SUSPENDED_GC_DISK_HEADROOM", facts().free(300));
    assertThat(
            findings(
                "SUSPENDED_GC_DISK_HEADROOM",
                facts().free(300).bookie("diskUsageThreshold", "0.8")))
        .hasSize(3);
  }

  @Test
  void reportsBookiesToTheDriver() {
    String id = "BOOKIE_DRIVER_NOT_METADATA_STORE";
    assertRaised(
        Level.WARNING,
        id,
        facts().bookie("metadataServiceUri", "zk+hierarchical://zk1:2181/ledgers"),
        "b1:3181, b2:3181, b3:3181");
    assertRaised(
        Level.BLOCKER, id, facts().bookie("metadataServiceUri", "etcd+hierarchical://e1/ledgers"));
    assertNotKnown(id, notAsked());
    assertSilent(id, facts());
  }

  @Test
  void blocksMetadataSyncToOtherClusters() {
    String id = "METADATA_SYNC_ACTIVE";
    assertRaised(
        Level.BLOCKER,
        id,
        facts().broker("metadataSyncEventTopic", "persistent://pulsar/system/sync"),
        "persistent://pulsar/system/sync");
    assertRaised(
        Level.INFO,
        id,
        facts()
            .broker("metadataSyncEventTopic", "persistent://pulsar/system/sync")
            .configuration(EXACT),
        "kept the same");
    assertNotKnown(id, notAsked());
    assertSilent(id, notAsked().pulsar("2.10.0"));
    assertSilent(id, facts());
  }

  @Test
  void blocksAConfigurationStoreElsewhere() {
    String id = "CONFIGURATION_STORE_SEPARATE";
    assertRaised(
        Level.BLOCKER,
        id,
        facts().broker("configurationMetadataStoreUrl", "zk:gzk:2181"),
        "zk:gzk:2181");
    assertRaised(Level.INFO, id, facts().configuration(TWO_STORES), "gzk:2181");
    assertRaised(
        Level.BLOCKER,
        id,
        notAsked().tree(tree().without("/admin/policies/public/default")),
        "no policies");
    assertNotKnown(id, notAsked());
    assertSilent(id, facts());
    assertSilent(
        id,
        facts()
            .broker("metadataStoreUrl", "zk:zk1:2181,zk2:2181/p")
            .broker("configurationMetadataStoreUrl", "zk:zk2:2181,zk1:2181/p"));
  }

  @Test
  void blocksConflictingPathsOfTwoStores() {
    SourceFacts conflicting =
        new SourceFacts(
            List.of("c1"),
            Optional.of(List.of("c1")),
            List.of("/admin/clusters/c1"),
            Optional.of(List.of()),
            new Acls(10, List.of(), 0, Optional.of(true)));
    assertRaised(
        Level.BLOCKER,
        "CONFIGURATION_STORE_CONFLICT",
        facts().source(conflicting),
        "/admin/clusters/c1");
    assertSilent("CONFIGURATION_STORE_CONFLICT", facts());
  }

  @Test
  void blocksAConfigurationStoreOfSeveralClustersUntilAccepted() {
    String id = "CONFIGURATION_STORE_SHARED";
    Optional<List<String>> both = Optional.of(List.of("c1", "c2"));
    assertRaised(Level.BLOCKER, id, clusters(both, "c1").configuration(TWO_STORES), "c2");
    assertSilent(id, clusters(both, "c1").configuration(SHARED_ACCEPTED));
    assertRaised(Level.INFO, id, clusters(Optional.empty(), "c1", "c2"), "c2");
    assertSilent(id, facts());
  }

  @Test
  void warnsOfRegistrationsWithoutSessionAndNamesDeleteCommand() {
    String id = "REGISTRATION_WITHOUT_SESSION";
    for (String path :
        List.of(
            "/loadbalance/brokers/b1:8080",
            "/ledgers/available/b9:3181",
            "/ledgers/available/readonly/b9:3181")) {
      assertRaised(Level.WARNING, id, with(tree().znode(path, "")), path);
      assertThat(findings(id, with(tree().znode(path, ""))).get(0).remedy())
          .endsWith("zookeeper-shell delete " + path);
      assertSilent(id, with(tree().ephemeral(path, "")));
    }
    assertSilent(id, with(tree().znode("/ledgers/available/readonly", "")));
  }

  @Test
  void blocksUnreadableZnodes() {
    Inventory inventory = tree().inventory();
    Unreadable unreadable = new Unreadable();
    unreadable.add(new ZkPath("/admin/a"));
    unreadable.add(new ZkPath("/admin/a"));
    unreadable.add(new ZkPath("/admin/b"));
    inventory.unreadable(unreadable);

    assertRaised(
        Level.BLOCKER,
        "SOURCE_UNREADABLE",
        facts().inventory(inventory),
        "2 znode(s) cannot be read",
        "/admin/a, /admin/b");
    assertSilent("SOURCE_UNREADABLE", facts());
    assertThat(Plan.NEVER_ACCEPTED).contains("SOURCE_UNREADABLE");
  }

  @Test
  void warnsOfOtherClustersInTheSameZooKeeper() {
    assertRaised(Level.WARNING, "CHROOT_SHARED", outside(Optional.of(List.of("/b"))), "/b");
    assertRaised(
        Level.WARNING, "CHROOT_SHARED", with(tree().znode("/other/ledgers", "")), "/other");
    assertNotKnown("CHROOT_SHARED", outside(Optional.empty()));
    assertSilent("CHROOT_SHARED", facts());
  }

  @Test
  void blocksAZooKeeperThatIgnoresAcls() {
    assertRaised(Level.BLOCKER, "ZOOKEEPER_ACL_SKIPPED", acls(1, Optional.of(false)));
    assertNotKnown("ZOOKEEPER_ACL_SKIPPED", acls(0, Optional.empty()));
    assertSilent("ZOOKEEPER_ACL_SKIPPED", facts());
  }

  @Test
  void warnsOfAclsThatEtcdCannotKeep() {
    assertRaised(Level.WARNING, "ACL_LOST", acls(3, Optional.of(true)), "3 of 10", "/admin");
    assertNotKnown("ACL_LOST", facts().source(SourceFacts.NOTHING));
    assertSilent("ACL_LOST", facts());
  }

  @Test
  void remindsOfOtherMetadataClientsUntilConfirmed() {
    assertRaised(Level.INFO, "PROXY_AND_TOOLS_CONFIG", facts().configuration(ROLLING), "proxies");
    assertSilent("PROXY_AND_TOOLS_CONFIG", facts());
  }

  @Test
  void listsSilentComponentsWithReason() {
    ClusterFacts silent =
        new ClusterFacts(
            List.of(ClusterFacts.Broker.silent("broker-1:8080", "403 Forbidden")),
            List.of(ClusterFacts.Bookie.silent("b1:3181", "no HTTP server")));
    assertRaised(
        Level.INFO,
        "COMPONENTS_NOT_ASKED",
        facts().components(silent),
        "not known",
        "broker broker-1:8080: 403 Forbidden",
        "bookie b1:3181: no HTTP server");
    assertThat(remedy(silent)).contains("set cluster.admin.url", "httpServerEnabled=true");
    assertNotKnown("COMPONENTS_NOT_ASKED", notAsked());
    assertSilent("COMPONENTS_NOT_ASKED", facts());
  }

  @Test
  void advisesNoAddressOfTheAdminInterfaceIfItAnswers() {
    ClusterFacts.Broker silent = ClusterFacts.Broker.silent("broker-1:8080", "refused");
    ClusterFacts.Broker answers =
        new ClusterFacts.Broker(
            "proxy:8080", Optional.of("3.0.0"), Map.of("clusterName", "c1"), Optional.empty());
    ClusterFacts.Broker refuses =
        new ClusterFacts.Broker(
            "proxy:8080", Optional.of("3.0.0"), Map.of(), Optional.of("HTTP 403"));

    assertThat(remedy(new ClusterFacts(List.of(silent, answers), List.of())))
        .doesNotContain("cluster.admin.url")
        .contains("cutover.brokers");
    assertThat(remedy(new ClusterFacts(List.of(refuses), List.of())))
        .doesNotContain("cluster.admin.url")
        .contains("cluster.admin.tokenFile");
  }

  private static String remedy(ClusterFacts components) {
    return new ComponentsNotAsked().examine(facts().components(components).build()).get(0).remedy();
  }
}
