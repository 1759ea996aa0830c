package io.metamigrate.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.metamigrate.cli.Commands.Outcome;
import io.metamigrate.lab.EtcdServer;
import io.metamigrate.migrator.demo.PulsarTree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A run is held to its saved plan: if it no longer holds, nothing is written and the reason is
 * reported.
 */
final class SavedPlanTest extends OnFilledTree {
  private static final String PLUGIN = "/kop";

  @TempDir Path directory;

  @BeforeAll
  static void start(@TempDir Path home) throws Exception {
    fill(home, 9);
  }

  @Test
  void runContinuesWhileItsPlanHolds() throws IOException {
    Path plan = save("--pulsar-version", "3.0.8");

    Outcome run =
        commands.run("run", "--once", "--plan", plan.toString(), "--pulsar-version", "3.0.8");

    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.lastLine()).startsWith("YES: ");
  }

  @Test
  void refusesAnotherCluster() throws IOException {
    assertRefused(
        "the cluster was demo, is other",
        save(),
        "--cluster",
        "other",
        "--accept",
        "CLUSTER_NOT_THERE");
  }

  @Test
  void refusesAnotherPulsarVersion() throws IOException {
    assertRefused(
        "the Pulsar version was 3.0.8, is 4.0.8",
        save("--pulsar-version", "3.0.8"),
        "--pulsar-version",
        "4.0.8");
  }

  @Test
  void refusesAnotherStrategyForLedgerIds() throws IOException {
    assertRefused("the ledger id strategy was LONG, is EXACT", save(), "--ledger-ids", "exact");
  }

  @Test
  void refusesAnotherScope() throws IOException {
    Path config =
        Files.writeString(
            directory.resolve("migrate.yaml"), "scope: {exclude: [/admin/policies/public]}\n");

    assertRefused(
        "what the scope excludes was [], is [/admin/policies/public]",
        save(),
        "--config",
        config.toString());
  }

  @Test
  void refusesNewAndVanishedFindings() throws Exception {
    Path without = save();
    source.create().forPath(PLUGIN, new byte[0]);
    try {
      Path with = save();
      assertRefused("new warning UNKNOWN_PATHS", without);
      source.delete().forPath(PLUGIN);
      assertRefused("UNKNOWN_PATHS", with);
      assertRefused("is no longer found", with);
    } finally {
      if (source.checkExists().forPath(PLUGIN) != null) {
        source.delete().forPath(PLUGIN);
      }
    }
  }

  @Test
  void refusesPlanOfAnotherProductVersion() throws IOException {
    Path plan = save();
    Files.writeString(
        plan,
        Files.readString(plan).replaceFirst("\"product\" : \"[^\"]*\"", "\"product\" : \"0.0.1\""));

    assertRefused("the product's version was 0.0.1, is ", plan);
  }

  /** By what it is known by: another chroot has another one, another spelling has not. */
  @Test
  void refusesAnotherZooKeeperWhateverItsAddress() throws Exception {
    Path plan = save();
    source.create().forPath("/other");
    PulsarTree.fill(zooKeeper.connectString() + "/other", PulsarTree.SMALLEST, 10).close();
    try {
      Commands other = new Commands(zooKeeper.connectString() + "/other", etcd.endpoint());

      Outcome run = other.run("run", "--once", "--plan", plan.toString());

      assertThat(run.code()).as(run.err()).isEqualTo(3);
      assertThat(run.err()).contains("PLAN_CHANGED", "the ZooKeeper was ");
      assertThat(keys().count("/")).isZero();
    } finally {
      source.delete().deletingChildrenIfNeeded().forPath("/other");
    }
    Commands alias =
        new Commands(zooKeeper.connectString().replace("127.0.0.1", "localhost"), etcd.endpoint());
    Outcome same = alias.run("run", "--once", "--plan", save().toString());
    assertThat(same.code()).as(same.err()).isZero();
  }

  /** What a store turns out to be is accepted when it is met, not days before. */
  @Test
  void acceptanceOfAnotherStoreIsNotKeptInAPlan() throws Exception {
    source
        .create()
        .creatingParentsIfNeeded()
        .forPath("/metamigrate/epoch", "3 another-move etcd".getBytes(UTF_8));
    try {
      Path plan = save("--accept", "TARGET_IS_ANOTHER");

      Outcome run = commands.run("run", "--once", "--plan", plan.toString());

      assertThat(run.code()).as(run.err()).isEqualTo(3);
      assertThat(run.err()).contains("TARGET_IS_ANOTHER");
      assertThat(keys().count("/")).isZero();
      Outcome byName =
          commands.run("run", "--once", "--plan", plan.toString(), "--accept", "TARGET_IS_ANOTHER");
      assertThat(byName.code()).as(byName.err()).isZero();
    } finally {
      source.delete().deletingChildrenIfNeeded().forPath("/metamigrate");
    }
  }

  @Test
  void refusesAnotherEtcd() throws IOException {
    Path plan = save();
    try (EtcdServer second = EtcdServer.start(directory.resolve("second"))) {
      Commands elsewhere = new Commands(zooKeeper.connectString(), second.endpoint());

      Outcome run = elsewhere.run("run", "--once", "--plan", plan.toString());

      assertThat(run.code()).isEqualTo(3);
      assertThat(run.err()).contains("PLAN_CHANGED", "the etcd cluster id was ");
      assertThat(elsewhere.keys().count("/")).isZero();
    }
  }

  @Test
  void refusesFileThatIsNotAPlan() throws IOException {
    Path file = Files.writeString(directory.resolve("plan.json"), "{}");

    Outcome run = commands.run("run", "--once", "--plan", file.toString());

    assertThat(run.code()).isEqualTo(2);
    assertThat(run.err()).contains(file.toString());
  }

  @Test
  void runUsesAndRecordsAcceptanceOfItsPlan() throws IOException {
    String id = "AUTORECOVERY_NEEDS_ZOOKEEPER";
    Path plan = save("--pulsar-version", "2.10.0", "--accept", id);

    Outcome bare = commands.run("run", "--once", "--pulsar-version", "2.10.0");
    Outcome held =
        commands.run("run", "--once", "--pulsar-version", "2.10.0", "--plan", plan.toString());
    JsonNode checkpoint =
        commands.run("status", "--output", "json", "--listen", "127.0.0.1:1").json();
    Outcome status = commands.run("status", "--listen", "127.0.0.1:1");

    assertThat(bare.code()).isEqualTo(3);
    assertThat(bare.err()).contains(id);
    assertThat(held.code()).as(held.err()).isZero();
    assertThat(checkpoint.path("accepted")).extracting(JsonNode::asText).containsExactly(id);
    assertThat(status.out()).contains("accepted       " + id);
  }

  @Test
  void measureWritesAndRemovesOnlyItsOwnKeys() throws IOException {
    JsonNode guessed = commands.run("plan", "--output", "json").json().path("cost");
    long before = commands.revision();
    JsonNode measured = commands.run("plan", "--measure", "--output", "json").json().path("cost");

    assertThat(guessed.path("measured").asBoolean()).isFalse();
    assertThat(measured.path("measured").asBoolean()).isTrue();
    assertThat(measured.path("puts").asLong()).isEqualTo(guessed.path("puts").asLong());
    assertThat(commands.revision()).as("it did write").isGreaterThan(before);
    assertThat(keys().count("/")).isZero();
    assertThat(keys().count("metamigrate/")).isZero();
  }

  @Test
  void measureRefusesEtcdWithARunningDaemon() throws IOException {
    keys().put("metamigrate/lock", "somebody".getBytes(java.nio.charset.StandardCharsets.UTF_8));

    Outcome plan = commands.run("plan", "--measure");

    assertThat(plan.code()).isEqualTo(3);
    assertThat(plan.err()).contains("LOCKED", "somebody");
  }

  private Path save(String... more) throws IOException {
    Path file = Files.createTempFile(directory, "plan", ".json");
    String[] words = new String[more.length + 3];
    words[0] = "plan";
    words[1] = "--save";
    words[2] = file.toString();
    System.arraycopy(more, 0, words, 3, more.length);
    Outcome saved = commands.run(words);
    assertThat(saved.code()).as(saved.out() + saved.err()).isZero();
    return file;
  }

  private static void assertRefused(String why, Path plan, String... more) throws IOException {
    long before = commands.revision();
    String[] words = new String[more.length + 4];
    words[0] = "run";
    words[1] = "--once";
    words[2] = "--plan";
    words[3] = plan.toString();
    System.arraycopy(more, 0, words, 4, more.length);

    Outcome run = commands.run(words);

    assertThat(run.code()).as(run.err()).isEqualTo(3);
    assertThat(run.err()).contains("PLAN_CHANGED", why);
    assertThat(commands.revision()).as("nothing was written").isEqualTo(before);
  }
}
