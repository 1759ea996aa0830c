package io.metamigrate.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.metamigrate.cli.Commands.Outcome;
import io.metamigrate.lab.EtcdServer;
import io.metamigrate.lab.MigrateProcess;
import io.metamigrate.lab.QuotedOutput;
import io.metamigrate.migrator.config.Configuration;
import io.metamigrate.migrator.demo.LocalZooKeeper;
import io.metamigrate.migrator.demo.PulsarTree;
import io.metamigrate.migrator.phase.MoveIdentity;
import io.metamigrate.migrator.run.BlockedException;
import io.metamigrate.migrator.run.Stores;
import io.metamigrate.verifier.Verifier;
import io.metamigrate.verifier.store.Scope;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.StreamSupport;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.CuratorFrameworkFactory;
import org.apache.curator.retry.RetryOneTime;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A yes has asked everything that it claims, and an empty question has no answer. */
final class VerifyAnswerTest {
  @TempDir private static Path directory;

  private static LocalZooKeeper zooKeeper;
  private static EtcdServer etcd;
  private static Commands commands;

  @BeforeAll
  static void start() throws Exception {
    etcd = EtcdServer.start(directory.resolve("etcd"));
    zooKeeper = LocalZooKeeper.start(directory.resolve("zk"));
    try (CuratorFramework client =
        CuratorFrameworkFactory.newClient(zooKeeper.connectString(), new RetryOneTime(1_000))) {
      client.start();
      client.create().forPath("/c");
      for (String path :
          new String[] {
            "/other/admin/policies/public/default",
            "/other/managed-ledgers/public/default/persistent/t",
            "/other/bk/available",
            "/other/bk/cookies/b1:3181",
            "/other/bk/INSTANCEID"
          }) {
        client.create().creatingParentsIfNeeded().forPath(path, new byte[0]);
      }
    }
    PulsarTree.fill(zooKeeper.connectString() + "/c", PulsarTree.SMALLEST, 5).close();
    commands = new Commands(zooKeeper.connectString() + "/c", etcd.endpoint());
  }

  @AfterAll
  static void stop() {
    zooKeeper.close();
    etcd.close();
  }

  @BeforeEach
  void copyAgain() throws Exception {
    commands.keys().wipe();
    Outcome run = commands.run("run", "--once");
    assertThat(run.code()).as(run.err()).isZero();
  }

  @Test
  void excludingAbsentPathSkipsNothing() throws Exception {
    String config = scope("exclude: [/nowhere]");
    Outcome clean = commands.run("verify", "--config", config);
    commands.keys().deletePrefix("/ledgers/idgen-long");

    Outcome spoiled = commands.run("verify", "--config", config);

    assertThat(clean.code()).as(clean.out()).isZero();
    assertThat(clean.lastLine())
        .startsWith("YES for everything but /nowhere: ")
        .endsWith("every check passed.");
    assertThat(spoiled.code()).isEqualTo(6);
    assertThat(spoiled.lastLine())
        .contains("NEXT_LEDGER_ID_ABOVE_SOURCE", "NEXT_LEDGER_ID_ABOVE_ALL");
  }

  @Test
  void skipsCheckOnlyIfItsPathsAreOutOfScope() throws Exception {
    JsonNode report =
        commands.run("verify", "--config", scope("exclude: [/ledgers]"), "--output", "json").json();
    Outcome text = commands.run("verify", "--config", scope("exclude: [/ledgers]"));

    assertThat(state(report, "LEDGERS_EXIST")).isEqualTo("not-run");
    assertThat(state(report, "NEXT_LEDGER_ID_ABOVE_SOURCE")).isEqualTo("not-run");
    assertThat(state(report, "CURSORS_DECODE")).isEqualTo("ok");
    assertThat(state(report, "PARTITIONS_FIT_TOPICS")).isEqualTo("ok");
    assertThat(report.path("leftOut").path("/ledgers").asLong()).isGreaterThan(100);
    assertThat(text.lastLine())
        .startsWith("YES for everything but /ledgers: ")
        .contains("nodes of /ledgers left out by the configured scope")
        .contains("LEDGERS_EXIST");
    QuotedOutput.assertPrinted(
        "runbooks/verify.md",
        "VerifyAnswerTest#skipsCheckOnlyIfItsPathsAreOutOfScope",
        commands.run("verify", "--config", scope("exclude: [/schemas]")).out());
  }

  @Test
  void prefixOfACounterComparesIt() throws Exception {
    commands.keys().deletePrefix("/ledgers/idgen-long");

    Outcome verify = commands.run("verify", "--prefix", "/ledgers/idgen");

    assertThat(verify.code()).isEqualTo(6);
    assertThat(verify.lastLine()).contains("NEXT_LEDGER_ID_ABOVE_SOURCE");
  }

  @Test
  void emptyQuestionIsAnError() throws Exception {
    Commands wrongChroot = new Commands(zooKeeper.connectString() + "/cc", etcd.endpoint());
    commands.keys().deletePrefix("metamigrate/");

    isRefused(wrongChroot.run("verify"), "no such chroot", "/cc");
    isRefused(
        commands.run("verify", "--prefix", "/managed-leders"),
        "/managed-leders",
        "/managed-ledgers");
    isRefused(
        commands.run("verify", "--config", scope("include: [/manged-ledgers]")),
        "/manged-ledgers",
        "ZooKeeper has /admin");
    isRefused(
        commands.run("verify", "--config", scope("include: [/ledgers], exclude: [/ledgers]")),
        "excluded as well");
    isRefused(
        commands.run(
            "verify", "--prefix", "/schemas/public", "--config", scope("exclude: [/schemas]")),
        "outside the configured scope");
    isRefused(
        commands.run("verify", "--prefix", "/admin", "--config", scope("include: [/ledgers]")),
        "outside the configured scope");
  }

  /** Neither store is given up by its clients when another one answers at its address. */
  @Test
  void storeExchangedDuringVerificationPreventsYes() throws Exception {
    Path file =
        Files.writeString(
            directory.resolve("exchanged.yaml"),
            "{source: {zookeeper: '%s/c'}, target: {etcd: ['%s']}}"
                .formatted(zooKeeper.connectString(), etcd.endpoint()));
    MoveIdentity another = MoveIdentity.create();
    try (Stores stores = Stores.open(Configuration.load(file))) {
      Verifier verifier = stores.verifier(compared -> exchange(another));

      assertThatThrownBy(() -> verifier.verify(Scope.ALL, Duration.ZERO))
          .isInstanceOf(BlockedException.class)
          .hasMessageContaining("TARGET_IS_ANOTHER");
    }
  }

  private static void exchange(MoveIdentity another) {
    try {
      commands.keys().put("metamigrate/identity", another.toJson());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void coreRootsOutOfScopeBlockThePlan() throws Exception {
    String config = scope("include: [/ledgers]");

    Outcome text = commands.run("plan", "--config", config);
    JsonNode plan = commands.run("plan", "--config", config, "--output", "json").json();

    assertThat(text.code()).isEqualTo(3);
    assertThat(text.lastLine()).contains("BLOCKED by SCOPE_CHANGED, CORE_ROOTS_LEFT_OUT");
    assertThat(text.out()).contains("nodes of /managed-ledgers, all of them");
    assertThat(plan.path("leftOut").path("/managed-ledgers").asLong()).isGreaterThan(100);
    assertThat(plan.path("leftOut").path("/admin").asLong()).isPositive();
    // Bookies on etcd delete what is not listed there, so that not even a part may be missing.
    Outcome part = commands.run("plan", "--config", scope("exclude: [/ledgers/cookies]"));
    assertThat(part.code()).as(part.out()).isEqualTo(3);
    assertThat(part.lastLine()).contains("BLOCKED by SCOPE_CHANGED, CORE_ROOTS_LEFT_OUT");
    Outcome remade =
        commands.run("plan", "--config", scope("exclude: [/ledgers/underreplication]"));
    assertThat(remade.out()).doesNotContain("CORE_ROOTS_LEFT_OUT");
  }

  @Test
  void planNamesTheOtherRootOfBookKeepers() throws Exception {
    commands.keys().wipe();
    Commands other = new Commands(zooKeeper.connectString() + "/other", etcd.endpoint());

    Outcome plan = other.run("plan");
    Outcome run = other.run("run", "--once");
    Outcome accepted = other.run("run", "--once", "--accept", "LEDGERS_ELSEWHERE");
    Outcome verify = other.run("verify");

    assertThat(plan.code()).isEqualTo(3);
    assertThat(plan.out()).contains("LEDGERS_ELSEWHERE", "/ledgers/INSTANCEID", "at /bk");
    assertThat(run.code()).isEqualTo(3);
    assertThat(run.err()).contains("LEDGERS_ELSEWHERE", "at /bk");
    assertThat(accepted.code()).as(accepted.out() + accepted.err()).isEqualTo(6);
    assertThat(verify.code()).isEqualTo(6);
    assertThat(verify.lastLine()).startsWith("NO").contains("ROOT_KEYS_PRESENT");
  }

  /** It compares all the time; equal bytes are no verification. */
  @Test
  void dryRunAnswersYesOnlyIfEveryCheckPassed() throws Exception {
    commands.keys().deletePrefix("/ledgers/idgen-long");
    try (MigrateProcess dry =
        MigrateProcess.of(
            "dry",
            directory,
            128,
            commands.zookeeper(),
            commands.etcd(),
            "--dry-run",
            "--accept-foreign",
            "/ledgers/idgen-long",
            "--accept-foreign",
            "/ledgers/idgen-long/HOB-0000000001")) {
      dry.start();

      dry.await("has looked", s -> s.path("lastVerification").has("consistent"));

      assertThat(dry.status().at("/lastVerification/consistent").asBoolean(true)).isFalse();
      assertThat(dry.status().path("waitingFor").asText())
          .contains("would put 0, replace 0 and delete 0");
    }
  }

  private static void isRefused(Outcome outcome, String... words) {
    assertThat(outcome.code()).as(outcome.out() + outcome.err()).isEqualTo(2);
    assertThat(outcome.err()).contains(words).doesNotContain("internal error");
    assertThat(outcome.err().lines()).hasSize(1);
    assertThat(outcome.out()).isEmpty();
  }

  private static String state(JsonNode report, String check) {
    return StreamSupport.stream(report.path("checks").spliterator(), false)
        .filter(node -> node.path("id").asText().equals(check))
        .map(node -> node.path("state").asText())
        .findFirst()
        .orElseThrow();
  }

  private static String scope(String line) throws Exception {
    return Files.writeString(Files.createTempFile(directory, "c", ".yaml"), "scope: {" + line + "}")
        .toString();
  }
}
