package io.metamigrate.follow;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.metamigrate.lab.CommandLineRun;
import io.metamigrate.lab.MigrateProcess;
import io.metamigrate.store.Tree;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.ZooDefs;
import org.apache.zookeeper.ZooDefs.Perms;
import org.apache.zookeeper.data.ACL;
import org.apache.zookeeper.data.Id;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A daemon that does not work looks like one: stores that freeze, nodes it cannot read, its end.
 */
final class DaemonHealthTest {
  private static final List<ACL> SOMEBODY_ELSE =
      new ArrayList<>(List.of(new ACL(Perms.ALL, new Id("digest", "other:aGFzaA=="))));

  private static final List<ACL> HIDDEN =
      new ArrayList<>(List.of(new ACL(Perms.ALL & ~Perms.READ, ZooDefs.Ids.ANYONE_ID_UNSAFE)));

  @Test
  void showsEveryKindOfProblemWithItsCause(@TempDir Path directory) throws Exception {
    try (FollowLab lab = FollowLab.start(directory)) {
      MigrateProcess daemon = lab.daemon("daemon").start();
      daemon.await("has verified", s -> s.at("/lastVerification/consistent").asBoolean());
      daemon.await("is well", s -> s.at("/health/state").asText().equals("ok"));
      assertThat(daemon.send("GET", "/readyz", "", false).statusCode()).isEqualTo(200);
      assertThat(daemon.status().at("/canCutover/now").asBoolean()).isTrue();

      lab.zookeeper().process().freeze();
      awaitProblem(daemon, "ZOOKEEPER_SILENT");
      assertThat(daemon.status().path("lagMillis").asLong()).isGreaterThan(5_000);
      assertThat(daemon.send("GET", "/readyz", "", false).body()).contains("ZooKeeper");
      assertThat(daemon.send("GET", "/metrics", "", true).body())
          .contains("metamigrate_problem{cluster=\"demo\",id=\"ZOOKEEPER_SILENT\"} 1.0");
      lab.zookeeper().process().thaw();
      awaitWell(daemon);

      lab.etcd().process().freeze();
      awaitProblem(daemon, "ETCD_SILENT");
      lab.etcd().process().thaw();
      awaitWell(daemon);

      try (Tree tree = Tree.connect(lab.zookeeper().connect())) {
        tree.create("/admin/clusters/hidden", "{}".getBytes(UTF_8));
        daemon.barrier();
        tree.client().setACL("/admin/clusters/hidden", SOMEBODY_ELSE, -1);
        awaitProblem(daemon, "VERIFICATION_FAILS");
        awaitProblem(daemon, "NODES_UNREADABLE");
        assertThat(daemon.status().path("health").toString())
            .contains("cannot read 1 znode(s)", "/admin/clusters/hidden");
        assertThat(daemon.status().at("/health/unreadableNodes").asInt()).isEqualTo(1);
        assertThat(daemon.send("GET", "/readyz", "", false).body()).contains("cannot read 1 znode");
        assertThat(daemon.send("GET", "/metrics", "", true).body())
            .contains("metamigrate_unreadable_nodes{cluster=\"demo\"} 1.0");
        assertCutoverIsRefused(daemon);
      }

      daemon.process().kill();
      JsonNode killed = status(daemon);
      assertThat(ids(killed)).containsAnyOf("NO_DAEMON", "DAEMON_UNREACHABLE");

      CommandLineRun plan = lab.migrate("plan");
      assertThat(plan.out()).contains("SOURCE_UNREADABLE", "/admin/clusters/hidden");
      assertThat(plan.out()).contains("1 znode(s) cannot be read");
      daemon.start();
      await("it ends").atMost(Duration.ofMinutes(3)).until(() -> !daemon.process().alive());
      JsonNode blocked = status(daemon);
      assertThat(ids(blocked)).contains("DAEMON_ENDED");
      assertThat(blocked.path("health").toString()).contains("SOURCE_UNREADABLE");
    }
  }

  /** Without a verification that could have found it before. */
  @Test
  void noBarrierIsReachedOverHiddenNodes(@TempDir Path directory) throws Exception {
    try (FollowLab lab = FollowLab.start(directory);
        MigrateProcess daemon =
            MigrateProcess.of(
                "daemon", directory, FollowLab.HEAP, doesNotVerify(lab), new String[0]);
        Tree tree = Tree.connect(lab.zookeeper().connect())) {
      String hidden = "/admin/clusters/hidden";
      tree.create(hidden, "{}".getBytes(UTF_8));
      tree.client().addAuthInfo("digest", "other:other".getBytes(UTF_8));
      daemon.start();
      daemon.awaitFollowing();
      daemon.barrier();
      tree.client().setACL(hidden, ZooDefs.Ids.CREATOR_ALL_ACL, -1);
      tree.client().setData(hidden, "{\"changed\":1}".getBytes(UTF_8), -1);

      HttpResponse<String> refused = daemon.send("POST", "/barrier", "", true);

      assertThat(refused.statusCode()).as(refused.body()).isEqualTo(409);
      assertThat(refused.body()).contains("SOURCE_UNREADABLE", "1 znode(s) cannot be read", hidden);
      awaitProblem(daemon, "NODES_UNREADABLE");
      tree.client().setACL(hidden, ZooDefs.Ids.OPEN_ACL_UNSAFE, -1);
      lab.assertEqualAtTheBarrier(daemon);
      awaitWell(daemon);
    }
  }

  /** ZooKeeper sends no event for any of these, and nothing is hidden when one looks. */
  @Test
  void repairsWhatChangedInHiddenNodesThatAreShownAgain(@TempDir Path directory) throws Exception {
    try (FollowLab lab = FollowLab.start(directory);
        Tree tree = Tree.connect(lab.zookeeper().connect())) {
      String changed = "/admin/clusters/changed";
      String deleted = "/admin/clusters/deleted";
      String created = "/admin/clusters/created";
      MigrateProcess daemon = lab.daemon("daemon").start();
      daemon.awaitFollowing();
      tree.create(changed, "{}".getBytes(UTF_8));
      tree.create(deleted, "{}".getBytes(UTF_8));
      daemon.barrier();

      tree.client().setACL(changed, HIDDEN, -1);
      tree.client().setData(changed, "{\"n\":1}".getBytes(UTF_8), -1);
      tree.client().setACL(changed, ZooDefs.Ids.OPEN_ACL_UNSAFE, -1);
      tree.client().setACL(deleted, HIDDEN, -1);
      tree.client().delete(deleted, -1);
      tree.client().create(created, "{}".getBytes(UTF_8), HIDDEN, CreateMode.PERSISTENT);
      tree.client().setACL(created, ZooDefs.Ids.OPEN_ACL_UNSAFE, -1);

      // A difference is reported once it has outlived the lag.
      await("the daemon repairs what it could not see")
          .atMost(Duration.ofMinutes(2))
          .until(
              () ->
                  "{\"n\":1}".equals(lab.admin().text(changed))
                      && lab.admin().version(deleted) == 0
                      && lab.admin().version(created) > 0);
      lab.assertEqualAtTheBarrier(daemon);
      awaitWell(daemon);
    }
  }

  /** The change that was made meanwhile arrives once etcd has room again. */
  @Test
  void reportsThatTheQuotaOfEtcdWasReduced(@TempDir Path directory) throws Exception {
    try (FollowLab lab = FollowLab.start(directory);
        Tree tree = Tree.connect(lab.zookeeper().connect())) {
      MigrateProcess daemon = lab.daemon("daemon").start();
      daemon.await("has verified", s -> s.at("/lastVerification/consistent").asBoolean());

      lab.etcd().restartWith("--quota-backend-bytes=1");
      tree.create("/admin/clusters/meanwhile", "{}".getBytes(UTF_8));

      awaitProblem(daemon, "ETCD_FULL");
      JsonNode status = daemon.status();
      assertThat(status.path("health").toString()).contains("NOSPACE", "disarm the alarm");
      assertThat(status.at("/health/problems/0/since").asText()).startsWith("20");
      assertThat(status.at("/canCutover/now").asBoolean(true)).isFalse();
      HttpResponse<String> ready = daemon.send("GET", "/readyz", "", false);
      assertThat(ready.statusCode()).isEqualTo(503);
      assertThat(ready.body()).contains("NOSPACE");
      assertThat(daemon.send("GET", "/metrics", "", true).body())
          .contains("metamigrate_problem{cluster=\"demo\",id=\"ETCD_FULL\"} 1.0");

      lab.etcd().restartWith();
      await("the alarm is disarmed").until(() -> isDisarmed(lab));
      lab.assertEqualAtTheBarrier(daemon);
      assertThat(lab.admin().text("/admin/clusters/meanwhile")).isEqualTo("{}");
      awaitWell(daemon);
    }
  }

  private static boolean isDisarmed(FollowLab lab) {
    try {
      lab.admin().disarm();
      return !lab.admin().isFull();
    } catch (IOException e) {
      return false;
    }
  }

  private static String doesNotVerify(FollowLab lab) {
    return """
    cluster: {name: demo, pulsarVersion: 2.10.0}
    source: {zookeeper: "%s"}
    target: {etcd: ["%s"], componentUrl: "%s"}
    verify: {continuous: false}
    """
        .formatted(lab.zookeeper().connect(), lab.etcd().endpoint(), lab.etcd().endpoint());
  }

  /** For the reason that the status has, before the daemon is asked to leave. */
  private static void assertCutoverIsRefused(MigrateProcess daemon) throws Exception {
    assertThat(daemon.status().at("/canCutover/now").asBoolean(true)).isFalse();
    assertThat(daemon.send("GET", "/metrics", "", true).body())
        .contains(
            "metamigrate_can_cutover{cluster=\"demo\"} 0.0",
            "metamigrate_cutover_blocked{cluster=\"demo\",id=\"VERIFICATION_FAILS\"} 1.0");
    Path config = daemon.config().resolveSibling("cutover.yaml");
    Files.writeString(
        config,
        Files.readString(daemon.config())
            + "\n"
            + "cutover:\n"
            + "  driver: {kind: command, stop: 'true', configure: 'true', start: 'true'}\n");
    CommandLineRun cutover =
        CommandLineRun.migrate(
            "cutover", "--config", config.toString(), "--confirm", "demo", "--yes");
    assertThat(cutover.code()).as(cutover.toString()).isEqualTo(3);
    assertThat(cutover.err()).contains("CANNOT_CUTOVER", "/admin/clusters/hidden");
    assertThat(daemon.status().path("phase").asText()).isEqualTo("Following");
  }

  /** By the command, when no daemon answers. */
  private static JsonNode status(MigrateProcess daemon) throws Exception {
    CommandLineRun status =
        CommandLineRun.migrate(
            "status", "--config", daemon.config().toString(), "--output", "json");
    assertThat(status.code()).as(status.toString()).isZero();
    return status.json();
  }

  private static List<String> ids(JsonNode status) {
    return status.at("/health/problems").findValuesAsText("id");
  }

  private static void awaitProblem(MigrateProcess daemon, String id) {
    daemon.await("reports " + id, status -> ids(status).contains(id));
  }

  private static void awaitWell(MigrateProcess daemon) {
    daemon.await(
        "is well again",
        status ->
            status.at("/health/state").asText().equals("ok")
                && status.path("phase").asText().equals("Following"));
  }
}
