package io.metamigrate.cutover;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.metamigrate.lab.CommandLineRun;
import io.metamigrate.migrator.phase.Checkpoint;
import io.metamigrate.migrator.phase.Phase;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** However a command of the window stops: recorded, reported to the hook, with commands to run. */
@Timeout(300)
final class WindowStopsTest extends OnCommandNodes {
  private static final String TOPIC = "/managed-ledgers/public/default/persistent/a";

  WindowStopsTest() {
    super("60s");
  }

  /** A new process reads etcd's history when the drain begins to follow again. */
  @Test
  void foreignKeyDuringDrainIsRecordedAndCanBeAccepted() throws Exception {
    Path once = home.resolve("once");
    Path failed = home.resolve("failed");
    Path config =
        config(
            "hooks: {beforeStep: \"test $METAMIGRATE_STEP != drain || test -e %s || { touch %s; exit 1; }\", onFailure: \"echo $METAMIGRATE_FAILURE >>%s\"}\n"
                .formatted(once, once, failed));
    CommandLineRun first = run(config, "cutover", "--yes");
    assertThat(first.code()).as(first.toString()).isEqualTo(7);
    bed.put(TOPIC, "another writer's".getBytes(UTF_8));

    CommandLineRun stopped = run(config, "cutover", "--yes");

    assertThat(stopped.code()).as(stopped.toString()).isEqualTo(7);
    JsonNode json = stopped.json();
    assertThat(json.path("outcome").asText()).isEqualTo("stopped");
    assertThat(json.path("step").asText()).isEqualTo("stop-brokers");
    assertThat(json.path("exitCode").asInt()).isEqualTo(7);
    assertThat(json.path("reason").asText()).contains(TOPIC, "changed by another writer");
    Checkpoint checkpoint = bed.move().checkpoint().orElseThrow();
    assertThat(checkpoint.phase()).isEqualTo(Phase.STOPPED);
    assertThat(checkpoint.stopped().orElseThrow().reason()).contains("step stop-brokers", TOPIC);
    assertThat(Files.readString(failed)).contains(TOPIC);
    String accepting = "migrate cutover --confirm c1 --accept-foreign " + TOPIC;
    assertThat(commands(json)).contains(accepting, "migrate rollback --confirm c1");

    CommandLineRun done = run(config, words(accepting, "--yes"));

    assertThat(done.code()).as(done.toString()).isZero();
    assertThat(bed.key(TOPIC).orElseThrow().getValue().toString(UTF_8)).isEqualTo("ml a");
    bed.assertServingOnEtcd();
  }

  @Test
  void printsAndSavesStopThatEtcdCannotStore() throws Exception {
    setShortTimeouts();
    Path failed = home.resolve("failed");
    Path config = config("hooks: {onFailure: \"touch %s\"}\n".formatted(failed));
    String last = "configure " + bed.bookies.get(0).id;
    bed.driver.after(
        action -> {
          if (action.equals(last)) {
            etcd.process().kill();
          }
        });
    CommandLineRun stopped;
    try {
      stopped = run(config, "cutover", "--yes");
    } finally {
      etcd.start();
    }

    assertThat(stopped.code()).as(stopped.toString()).isEqualTo(5);
    assertThat(stopped.json().path("step").asText()).startsWith("move-bookie");
    assertThat(failed).exists();
    List<Path> files = new ArrayList<>();
    try (var found = Files.newDirectoryStream(home.resolve("state"), "stopped-c1-*.json")) {
      found.forEach(files::add);
    }
    assertThat(files).hasSize(1);
    assertThat(stopped.err()).contains("etcd did not record the stop", files.get(0).toString());
    assertThat(Files.readString(files.get(0)))
        .contains("move-bookie", "etcd", "migrate rollback --confirm c1\"")
        .contains("migrate rollback --confirm c1 --without-etcd");
  }

  /** The lock is still held there: it is the nonce of the move that is missing. */
  @Test
  void exchangedEtcdBetweenStepsStopsMove() throws Exception {
    byte[] identity = bed.key("metamigrate/identity").orElseThrow().getValue().getBytes();
    bed.driver.after(
        action -> {
          if (action.equals("configure " + bed.bookies.get(0).id)) {
            bed.delete("metamigrate/identity");
          }
        });

    CommandLineRun stopped = run(config(""), "cutover", "--yes");

    assertThat(stopped.code()).as(stopped.toString()).isEqualTo(7);
    assertThat(stopped.json().path("reason").asText()).contains("this etcd is another one");
    assertThat(bed.brokers).allMatch(StandIn::running);
    assertThat(bed.driver.actions()).doesNotContain("stop " + bed.bookies.get(1).id);
    bed.driver.after(action -> {});
    bed.put("metamigrate/identity", identity);
    CommandLineRun back = run(config(""), "rollback");
    assertThat(back.code()).as(back.toString()).isZero();
    bed.assertServingOnZooKeeper();
  }

  /** The mirrors that brokers need are the first thing that a rollback restores. */
  @Test
  void recordsRollbackThatCannotStart() throws Exception {
    setShortTimeouts();
    Path failed = home.resolve("failed");
    Path config =
        config(
            "hooks: {beforeStep: \"test $METAMIGRATE_STEP != stop-brokers\", onFailure: \"echo $METAMIGRATE_FAILURE >%s\"}\n"
                .formatted(failed));
    CommandLineRun first = run(config, "cutover", "--yes");
    assertThat(first.code()).as(first.toString()).isEqualTo(7);
    bed.zk().setACL("/metamigrate", new ArrayList<>(List.of(READ_ONLY)), -1);

    CommandLineRun stopped = run(config, "rollback");

    assertThat(stopped.code()).as(stopped.toString()).isEqualTo(4);
    assertThat(stopped.json().path("outcome").asText()).isEqualTo("stopped");
    assertThat(commands(stopped.json())).contains("migrate rollback --confirm c1");
    assertThat(bed.move().checkpoint().orElseThrow().phase()).isEqualTo(Phase.STOPPED);
    assertThat(Files.readString(failed)).contains("/metamigrate");

    bed.zk().setACL("/metamigrate", org.apache.zookeeper.ZooDefs.Ids.OPEN_ACL_UNSAFE, -1);
    CommandLineRun back = run(config, "rollback");
    assertThat(back.code()).as(back.toString()).isZero();
    bed.assertServingOnZooKeeper();
  }

  private static final org.apache.zookeeper.data.ACL READ_ONLY =
      new org.apache.zookeeper.data.ACL(
          org.apache.zookeeper.ZooDefs.Perms.READ | org.apache.zookeeper.ZooDefs.Perms.ADMIN,
          org.apache.zookeeper.ZooDefs.Ids.ANYONE_ID_UNSAFE);

  private static List<String> commands(JsonNode result) {
    List<String> commands = new ArrayList<>();
    result.path("next").forEach(command -> commands.add(command.asText()));
    return commands;
  }

  private static String[] words(String command, String... more) {
    List<String> words = new ArrayList<>(List.of(command.split(" ", -1)));
    words.remove("migrate");
    words.removeIf(word -> word.equals("--confirm") || word.equals("c1"));
    words.addAll(List.of(more));
    return words.toArray(String[]::new);
  }

  private void setShortTimeouts() throws Exception {
    bed.close();
    bed = new TestBed(folder, zookeeper, etcd, "20s", "4s");
    bed.copy();
    nodes.close();
    nodes = CommandNodes.start(home.resolve("more-nodes"), bed);
  }

  private Path config(String more) throws Exception {
    return nodes.config(home.getFileName() + ".yaml", more);
  }

  private CommandLineRun run(Path config, String... words) {
    return CommandLineRun.migrate(withOptions(config, words));
  }
}
