package io.metamigrate.follow;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.metamigrate.lab.CommandLineRun;
import io.metamigrate.lab.EtcdServer;
import io.metamigrate.lab.MigrateProcess;
import io.metamigrate.lab.PrometheusServer;
import io.metamigrate.lab.ZooKeeperServer;
import io.metamigrate.store.Tree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.zookeeper.ZooDefs.Perms;
import org.apache.zookeeper.data.ACL;
import org.apache.zookeeper.data.Id;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A real Prometheus scrapes a real daemon: each panel of the dashboard has data, and each alert
 * fires for its fault. The times of the rules are divided, as {@link PrometheusServer} describes.
 */
@Tag("campaign")
final class DaemonAlertsCampaignTest {
  private static final Path RUNBOOKS = Path.of("../../runbooks");
  private static final String WRONG = "What is wrong A";
  private static final String SOMEBODY_ELSE = "other:aGFzaA==";

  /** Enough for a verification that lasts longer than three of the usual ones and a minute. */
  private static final int MORE_NODES = 60_000;

  @Test
  void panelsHaveDataAndAlertsFireForTheirFaults(@TempDir Path directory) throws Exception {
    try (FollowLab lab = FollowLab.start(directory)) {
      MigrateProcess daemon = lab.daemon("daemon").start();
      lab.load(20);
      try (PrometheusServer prometheus = scraping(daemon, directory)) {
        daemon.awaitFollowing();
        Map<String, String> panels = PrometheusServer.panels(RUNBOOKS);
        String wrong = panels.get(WRONG);
        panels.forEach(
            (panel, query) -> {
              if (!panel.equals(WRONG) && !query.contains("metamigrate_step")) {
                prometheus.awaitData(panel, query);
              }
            });

        lab.zookeeper().process().freeze();
        prometheus.awaitFiring("MetamigrateStoreSilent");
        prometheus.awaitFiring("MetamigrateLag");
        prometheus.awaitData(WRONG, String.valueOf(wrong));
        lab.zookeeper().process().thaw();
        prometheus.awaitCalm("MetamigrateStoreSilent");

        lab.etcd().process().freeze();
        prometheus.awaitFiring("MetamigrateStoreSilent");
        lab.etcd().process().thaw();
        prometheus.awaitCalm("MetamigrateStoreSilent");

        try (Tree tree = Tree.connect(lab.zookeeper().connect())) {
          tree.create("/admin/clusters/hidden", "{}".getBytes(UTF_8));
          daemon.barrier();
          tree.client().setACL("/admin/clusters/hidden", somebodyElse(), -1);
          prometheus.awaitFiring("MetamigrateVerificationFails");
          prometheus.awaitFiring("MetamigrateNotFollowing");
          tree.client().delete("/admin/clusters/hidden", -1);
          prometheus.awaitCalm("MetamigrateVerificationFails");
          prometheus.awaitCalm("MetamigrateNotFollowing");
        }

        try (Tree tree = Tree.connect(lab.zookeeper().connect())) {
          // Bookies and brokers on etcd cannot start without this key, so no verification is a YES.
          tree.client().delete("/ledgers/available/readonly", -1);
          prometheus.awaitFiring("MetamigrateStoresDiffer");
          tree.create("/ledgers/available/readonly", new byte[0]);
          prometheus.awaitCalm("MetamigrateStoresDiffer");
        }

        daemon.send("POST", "/pause", "", true);
        prometheus.awaitFiring("MetamigratePaused");
        daemon.send("POST", "/resume", "", true);
        prometheus.awaitCalm("MetamigratePaused");

        Path token = daemon.config().resolveSibling("token");
        Path aside = Files.move(token, token.resolveSibling("aside"));
        prometheus.awaitFiring("MetamigrateControlFiles");
        Files.move(aside, token);
        prometheus.awaitCalm("MetamigrateControlFiles");

        // The watch is lost with it, and no comparison can make up for what it missed.
        lab.zookeeper().process().kill();
        prometheus.awaitFiring("MetamigrateNotFollowing");
        lab.zookeeper().start();
        prometheus.awaitCalm("MetamigrateNotFollowing");

        daemon.process().kill();
        prometheus.awaitFiring("MetamigrateGone");
      }
    }
  }

  @Test
  void exhaustedEtcdQuotaFires(@TempDir Path directory) throws Exception {
    EtcdServer etcd = EtcdServer.start(directory, "--quota-backend-bytes=33554432");
    try (FollowLab lab = FollowLab.start(directory, ZooKeeperServer.start(directory), etcd)) {
      MigrateProcess daemon = lab.daemon("daemon").start();
      lab.load(20);
      try (PrometheusServer prometheus = scraping(daemon, directory)) {
        daemon.awaitFollowing();
        StoreFaultTest.fill(lab, lab.admin()::isFull);
        prometheus.awaitFiring("MetamigrateErrors");
      }
    }
  }

  /** The tree grows so much that the next verification takes longer than three of the last. */
  @Test
  void overdueVerificationFires(@TempDir Path directory) throws Exception {
    try (FollowLab lab = FollowLab.start(directory)) {
      String yaml =
          """
          cluster: {name: demo, pulsarVersion: 2.10.0}
          source: {zookeeper: "%s"}
          target: {etcd: ["%s"], lockTtl: 5s}
          verify: {pause: 1s, maxRate: 300}
          """
              .formatted(lab.zookeeper().connect(), lab.etcd().endpoint());
      try (MigrateProcess daemon =
              MigrateProcess.of("daemon", directory, FollowLab.HEAP, yaml, new String[0]).start();
          PrometheusServer prometheus = scraping(daemon, directory);
          Tree tree = Tree.connect(lab.zookeeper().connect())) {
        daemon.await("has verified", s -> s.at("/lastVerification/consistent").asBoolean());
        tree.create("/admin/policies/many", new byte[0]);
        for (int i = 0; i < MORE_NODES; i++) {
          tree.client()
              .create(
                  "/admin/policies/many/" + i,
                  new byte[0],
                  org.apache.zookeeper.ZooDefs.Ids.OPEN_ACL_UNSAFE,
                  org.apache.zookeeper.CreateMode.PERSISTENT,
                  (code, path, context, name) -> {},
                  null);
        }
        daemon.await(
            "is stale",
            s -> s.at("/health/problems").findValuesAsText("id").contains("VERIFICATION_STALE"));
        prometheus.awaitFiring("MetamigrateVerificationFails");
      }
    }
  }

  /** What ended serves no metrics, but each start by a supervisor does for a moment. */
  @Test
  void endedDaemonFires(@TempDir Path directory) throws Exception {
    try (FollowLab lab = FollowLab.start(directory)) {
      MigrateProcess daemon = lab.daemon("daemon").start();
      try (PrometheusServer prometheus = scraping(daemon, directory)) {
        daemon.awaitFollowing();
        daemon.barrier();
        lab.keys().put("/admin/clusters/demo", "changed".getBytes(UTF_8));
        assertThat(daemon.awaitEnd()).isEqualTo(3);

        prometheus.awaitFiring("MetamigrateGone");
        CommandLineRun status =
            CommandLineRun.migrate("status", "--config", daemon.config().toString());
        assertThat(status.out())
            .contains("etcd key /admin/clusters/demo changed by another writer");

        await("restarts fire")
            .atMost(Duration.ofMinutes(5))
            .until(
                () -> {
                  assertThat(daemon.start().awaitEnd()).isEqualTo(3);
                  return prometheus.firing().contains("MetamigrateRestarts");
                });
        prometheus.awaitFiring("MetamigrateRestarts");
      }
    }
  }

  private static PrometheusServer scraping(MigrateProcess daemon, Path directory)
      throws IOException {
    return PrometheusServer.start(
        directory.resolve("prometheus"),
        RUNBOOKS.toAbsolutePath(),
        Files.readString(daemon.config().resolveSibling("token")).strip(),
        daemon.port());
  }

  private static List<ACL> somebodyElse() {
    return new ArrayList<>(List.of(new ACL(Perms.ALL, new Id("digest", SOMEBODY_ELSE))));
  }
}
