package io.metamigrate.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.metamigrate.cli.Commands.Outcome;
import io.metamigrate.lab.EtcdAdmin;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.StreamSupport;
import org.apache.curator.framework.CuratorFramework;
import org.apache.zookeeper.CreateMode;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Plan, copy, verify and inspect on a Pulsar tree whose bookies run and whose brokers do not. */
final class CopyTest extends OnFilledTree {
  private static final String LONG = "/ledgers/idgen-long";
  private static final String HOB = LONG + "/HOB-0000000001";

  @BeforeAll
  static void start(@TempDir Path directory) throws Exception {
    fill(directory, "/cluster", 1_000, 1);
  }

  @Test
  void planIsOneDocumentWithItsFieldsAndWritesNothing() throws IOException {
    long before = commands.revision();

    Outcome outcome = commands.run("plan", "--output", "json", "--pulsar-version", "3.0.8");

    JsonNode plan = outcome.json();
    assertThat(outcome.code()).as(outcome.err()).isZero();
    assertThat(commands.revision()).isEqualTo(before);
    assertThat(names(plan))
        .contains("cluster", "source", "target", "groups", "seeds", "findings", "cost");
    assertThat(names(plan.path("source")))
        .contains("connect", "znodes", "bytes", "ephemeral", "version");
    assertThat(plan.path("source").path("znodes").asInt()).isEqualTo(tree.znodes() + 1);
    assertThat(plan.path("source").path("ephemeral").asInt()).isEqualTo(tree.bookies().size());
    assertThat(names(plan.path("target"))).contains("endpoints", "version", "empty");
    assertThat(plan.path("target").path("empty").asBoolean()).isTrue();
    assertThat(names(plan.path("groups").path(0)))
        .contains("prefix", "action", "znodes", "bytes", "reason");
    assertThat(names(plan.path("seeds").path(0))).contains("path", "nextId", "strategy", "keys");
    assertThat(names(plan.path("cost"))).contains("puts", "bytes", "estimatedSeconds");
    assertThat(plan.path("settings").findValuesAsText("component"))
        .contains("bookie", "broker", "autorecovery", "proxy", "function-worker", "tools");
    assertThat(plan.path("settings").findValuesAsText("metadataStoreUrl"))
        .contains("etcd:" + commands.etcd());
  }

  @Test
  void copyIsConsistentAndASecondRunWritesNothing() throws IOException {
    Outcome first = commands.run("run", "--once");
    long before = commands.revision();
    Outcome second = commands.run("run", "--once", "--output", "json");

    assertThat(first.code()).as(first.err()).isZero();
    assertThat(first.lastLine()).startsWith("YES: ");
    assertThat(second.code()).as(second.err()).isZero();
    assertThat(second.json().path("outcome").asText()).isEqualTo("nothing-to-do");
    assertThat(second.json().path("put").asInt()).isZero();
    assertThat(commands.revision()).isEqualTo(before);
  }

  @Test
  void reorderedScopeIsTheSameMove(@TempDir Path directory) throws IOException {
    Path config = directory.resolve("scope.yaml");
    for (String exclude : List.of("[/x-one, /x-two]", "[/x-two, /x-one]")) {
      Files.writeString(config, "scope: {exclude: " + exclude + "}\n");

      Outcome run = commands.run("run", "--once", "--config", config.toString());

      assertThat(run.code()).as(run.err()).isZero();
    }
  }

  @Test
  void verificationIsOneDocumentWithItsFields() {
    commands.run("run", "--once");

    Outcome outcome = commands.run("verify", "--output", "json");

    JsonNode report = outcome.json();
    assertThat(outcome.code()).as(outcome.err()).isZero();
    assertThat(names(report))
        .contains(
            "consistent",
            "zxid",
            "etcdRevision",
            "compared",
            "same",
            "missing",
            "extra",
            "different",
            "skipped",
            "checks",
            "differences");
    assertThat(report.path("consistent").asBoolean()).isTrue();
    assertThat(report.path("same").asLong()).isEqualTo(report.path("compared").asLong());
    assertThat(report.path("skipped").path("bookie-registration").asInt())
        .isEqualTo(tree.bookies().size());
    assertThat(names(report.path("checks").path(0))).contains("id", "ok", "detail");
  }

  @Test
  void dryRunWritesNothingAndReportsItsExtent() throws IOException {
    long before = commands.revision();

    Outcome dry = commands.run("run", "--once", "--dry-run");
    long revisionAfter = commands.revision();
    JsonNode real = commands.run("run", "--once", "--output", "json").json();

    long wouldPut = real.path("put").asLong() + real.path("seeded").asLong();
    assertThat(dry.code()).as(dry.err()).isZero();
    assertThat(revisionAfter).isEqualTo(before);
    assertThat(dry.out())
        .contains("nothing was written. A run would write %,d keys".formatted(wouldPut));
  }

  @Test
  void findsExactlyTheTamperedKeys() throws Exception {
    commands.run("run", "--once");
    List<String> topics = paths("/admin/policies");
    byte[] changed = keys().get(topics.get(1));
    changed[changed.length / 2] ^= 1;
    keys().delete(topics.get(0));
    keys().put(topics.get(1), changed);
    keys().put("/admin/policies/added", new byte[] {1});

    Outcome outcome = commands.run("verify", "--output", "json");

    JsonNode report = outcome.json();
    assertThat(outcome.code()).isEqualTo(6);
    assertThat(report.path("consistent").asBoolean()).isFalse();
    assertThat(report.path("missing").asInt()).isEqualTo(1);
    assertThat(report.path("different").asInt()).isEqualTo(1);
    assertThat(report.path("extra").asInt()).isEqualTo(1);
    assertThat(
            StreamSupport.stream(report.path("differences").spliterator(), false)
                .map(d -> d.path("kind").asText() + " " + d.path("path").asText()))
        .containsExactlyInAnyOrder(
            "missing " + topics.get(0),
            "different " + topics.get(1),
            "extra /admin/policies/added");
    assertThat(commands.run("verify").lastLine())
        .startsWith("NO: ")
        .contains("missing 1, extra 1, different 1");
  }

  /** Whoever changed a key has to be asked before it is overwritten. */
  @Test
  void foreignChangeStopsTheNextRunUntilItIsAccepted() throws Exception {
    commands.run("run", "--once");
    String path = paths("/admin/policies").get(0);
    keys().put(path, new byte[] {1});

    Outcome refused = commands.run("run", "--once");
    Outcome rehearsed = commands.run("run", "--once", "--dry-run");
    Outcome planned = commands.run("plan");
    JsonNode named = foreignChange("plan");
    assertThat(named).isEqualTo(foreignChange("run", "--once"));
    assertThat(commands.run("plan", "--accept", "FOREIGN_CHANGE").code()).isEqualTo(3);
    Outcome accepted = commands.run("run", "--once", "--accept-foreign", path);

    assertThat(rehearsed.code()).as("promises nothing else: " + rehearsed).isEqualTo(3);
    assertThat(rehearsed.err()).isEqualTo(refused.err());
    assertThat(planned.code()).as(planned.out()).isEqualTo(3);
    assertThat(planned.out()).contains("FOREIGN_CHANGE").doesNotContain("Nothing blocks");
    assertThat(named.path("path").asText()).isEqualTo(path);
    assertThat(commands.run("plan").out()).as("once accepted").contains("Nothing blocks");
    assertThat(refused.code()).as(refused.err()).isEqualTo(3);
    assertThat(refused.err())
        .contains("etcd key " + path + " was changed by another writer")
        .contains("--accept-foreign " + path);
    assertThat(accepted.code()).as(accepted.err()).isZero();
    assertThat(accepted.lastLine()).startsWith("YES: ");
  }

  /** The finding by which a command reports it. */
  private JsonNode foreignChange(String... words) {
    List<String> all = new ArrayList<>(List.of(words));
    all.addAll(List.of("--output", "json"));
    Outcome outcome = commands.run(all.toArray(String[]::new));
    assertThat(outcome.code()).as(outcome.err()).isEqualTo(3);
    return StreamSupport.stream(outcome.json().path("findings").spliterator(), false)
        .filter(finding -> finding.path("id").asText().equals("FOREIGN_CHANGE"))
        .findFirst()
        .orElseThrow();
  }

  /** No command of Pulsar's or ZooKeeper's can name it, but etcd takes any bytes. */
  @Test
  void keyThatIsNoTextIsNamedAndDeletedByTheCommandThatIsPrinted() throws Exception {
    commands.run("run", "--once");
    String key = "/admin/policies/\udcff\udc80"; // the bytes ff 80
    String shown = "/admin/policies/\\xff\\x80";
    keys().put(key, new byte[] {1});
    assertThat(keys().exists("/admin/policies/\ufffd\ufffd")).as("no other key").isFalse();

    Outcome verified = commands.run("verify");
    Outcome refused = commands.run("run", "--once");
    Outcome accepted = commands.run("run", "--once", "--accept-foreign", shown);

    assertThat(verified.code()).as(verified.out()).isEqualTo(6);
    assertThat(verified.out())
        .contains("`migrate run --accept-foreign '" + shown + "'` deletes it")
        .contains("`etcdctl del -- $'" + shown + "'`");
    assertThat(refused.code()).as(refused.err()).isEqualTo(3);
    assertThat(refused.err()).contains("--accept-foreign '" + shown + "'");
    assertThat(accepted.code()).as(accepted.err()).isZero();
    assertThat(accepted.lastLine()).startsWith("YES: ");
    assertThat(keys().exists(key)).isFalse();
  }

  /** What the history no longer holds is decided by the content of the keys. */
  @Test
  void foreignChangeInCompactedHistoryStopsNextRun() throws Exception {
    commands.run("run", "--once");
    String path = paths("/admin/policies").get(0);
    keys().put(path, new byte[] {1});
    new EtcdAdmin(etcd.endpoint()).compact();

    Outcome refused = commands.run("run", "--once");

    assertThat(refused.code()).as(refused.err()).isEqualTo(3);
    assertThat(refused.err()).contains(path).contains("--accept-foreign " + path);
    assertThat(foreignChange("plan")).isEqualTo(foreignChange("run", "--once", "--dry-run"));
    assertThat(keys().get(path)).containsExactly(1);
  }

  @Test
  void respectsRateLimit(@TempDir Path directory) throws Exception {
    int rate = 500;
    Path file = directory.resolve("slow.yaml");
    Files.writeString(file, "copy: {maxRate: " + rate + "}\n");

    Outcome outcome = commands.run("run", "--once", "--output", "json", "--config", "" + file);

    JsonNode result = outcome.json();
    assertThat(outcome.code()).as(outcome.err()).isZero();
    // The last transaction need not be waited for.
    double least = (result.path("put").asDouble() - 128) / rate;
    assertThat(result.path("copySeconds").asDouble()).isGreaterThanOrEqualTo(0.9 * least);
  }

  @Test
  void namesMissingLedgerIdSeed() throws IOException {
    commands.run("run", "--once");
    keys().delete(LONG);
    keys().delete(HOB);

    Outcome outcome = commands.run("verify");

    assertThat(outcome.code()).isEqualTo(6);
    assertThat(outcome.lastLine())
        .contains("missing 0, extra 0, different 0")
        .contains("NEXT_LEDGER_ID_ABOVE_SOURCE");
  }

  @Test
  void exactIdsContinueFromZooKeeper() throws IOException {
    Outcome outcome = commands.run("run", "--once", "--ledger-ids", "exact");

    assertThat(outcome.code()).as(outcome.err()).isZero();
    assertThat(keys().version("/ledgers/idgen")).isEqualTo(tree.nextLedgerId());
    assertThat(keys().exists(LONG)).isFalse();
  }

  @Test
  void longIdsContinueAboveThirtyTwoBits() throws IOException {
    Outcome outcome = commands.run("run", "--once");

    assertThat(outcome.code()).as(outcome.err()).isZero();
    assertThat(keys().version(LONG)).isEqualTo(1);
    assertThat(keys().version(HOB)).isEqualTo(1);
  }

  @Test
  void copiesAgainToAnEmptiedTarget() throws IOException {
    commands.run("run", "--once");
    wipe();

    Outcome again = commands.run("run", "--once");

    assertThat(again.code()).as(again.err()).isZero();
    assertThat(again.lastLine()).startsWith("YES: ");
  }

  @Test
  void keepsOtherKeysOnEtcd() throws IOException {
    keys().put("somebody/else", new byte[] {1});

    Outcome outcome = commands.run("run", "--once");

    assertThat(outcome.code()).as(outcome.err()).isZero();
    assertThat(keys().version("somebody/else")).isEqualTo(1);
    keys().delete("somebody/else");
  }

  @Test
  void refusesServingSourceExceptInARehearsal() throws Exception {
    try (CuratorFramework client = client()) {
      client
          .create()
          .withMode(CreateMode.EPHEMERAL)
          .forPath("/cluster/loadbalance/brokers/broker-7:8080");
      long before = commands.revision();

      Outcome refused = commands.run("run", "--once");
      long revisionAfter = commands.revision();
      Outcome plan = commands.run("plan");
      Outcome rehearsal = commands.run("run", "--once", "--rehearsal");

      assertThat(refused.code()).isEqualTo(3);
      assertThat(refused.err()).contains("SOURCE_SERVING").contains("broker-7:8080");
      assertThat(refused.err().lines()).hasSize(1);
      assertThat(revisionAfter).isEqualTo(before);
      assertThat(plan.code()).as(plan.err()).isZero();
      assertThat(rehearsal.code()).as(rehearsal.err()).isZero();
      assertThat(rehearsal.lastLine())
          .isEqualTo("This was a rehearsal: do not start brokers on this copy.");
    }
  }

  @Test
  void inspectShowsBothSidesDecoded() throws IOException {
    commands.run("run", "--once");

    Outcome text = commands.run("inspect", "/ledgers/INSTANCEID");
    JsonNode json = commands.run("inspect", "/ledgers/INSTANCEID", "--output", "json").json();
    Outcome absent = commands.run("inspect", "/no/such/path");

    assertThat(text.code()).isZero();
    assertThat(text.out()).contains("ZooKeeper", "etcd", tree.instanceId());
    assertThat(names(json)).contains("path", "zookeeper", "etcd");
    assertThat(json.path("etcd").path("version").asInt()).isEqualTo(1);
    assertThat(absent.out()).contains("no such znode", "no such key");
  }

  @Test
  void helpAndVersionAnswerOnStandardOutput() {
    Outcome help = Commands.exactly("--help");
    Outcome version = Commands.exactly("--version");

    assertThat(help.code()).isZero();
    assertThat(help.out()).contains("plan", "run", "verify", "inspect", "demo", "Exit codes");
    assertThat(version.code()).isZero();
    assertThat(version.out()).startsWith("migrate ");
    assertThat(Commands.exactly().code()).isEqualTo(2);
  }

  /** Paths of nodes with data, in order. */
  private static List<String> paths(String root) throws Exception {
    List<String> found = new ArrayList<>();
    collect(source.usingNamespace("cluster"), root, found);
    return found.stream().filter(Predicate.not(root::equals)).sorted().toList();
  }

  private static void collect(CuratorFramework client, String path, List<String> found)
      throws Exception {
    if (client.getData().forPath(path).length > 0) {
      found.add(path);
    }
    for (String child : client.getChildren().forPath(path)) {
      collect(client, path + "/" + child, found);
    }
  }

  private static List<String> names(JsonNode node) {
    List<String> names = new ArrayList<>();
    node.fieldNames().forEachRemaining(names::add);
    return names;
  }
}
