package io.metamigrate.cutover;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.metamigrate.lab.CommandLineRun;
import io.metamigrate.lab.CuttableProxy;
import io.metamigrate.lab.MigrateCommand;
import io.metamigrate.lab.QuotedOutput;
import io.metamigrate.migrator.replay.DaemonLock;
import io.metamigrate.migrator.replay.StateStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * {@code migrate driver check} restarts one node where it is, and nobody misses it; {@code migrate
 * status} finds nodes that live and are not registered.
 */
@Timeout(300)
final class NodeCheckTest extends OnCommands {
  @Test
  void restartsOneNodeAndTimesEachAction() throws Exception {
    String bookie = bed.bookies.get(0).id;
    String broker = bed.brokers.get(1).id;

    CommandLineRun checked = check(config, bookie, "--output", "json");

    assertThat(checked.code()).as(checked.toString()).isZero();
    JsonNode json = checked.json();
    assertThat(json.path("outcome").asText()).isEqualTo("done");
    assertThat(json.path("actions")).hasSize(6).allMatch(one -> one.path("seconds").isNumber());
    assertThat(bed.driver.actions())
        .containsExactly("stop " + bookie, "configure " + bookie, "start " + bookie);
    assertThat(bed.bookies.get(0).settings().set()).isEmpty();
    assertThat(check(config, broker).code()).isZero();
    QuotedOutput.assertPrinted(
        "runbooks/command-driver.md",
        "NodeCheckTest#restartsOneNodeAndTimesEachAction",
        check(config, bookie).out().replace(bookie, "b1:3181"));
  }

  @Test
  void refusesWhileANodeIsDownOrALedgerIsUnderreplicated() throws Exception {
    bed.bookies.get(1).stop();
    assertRefused(config, bed.bookies.get(0).id, "ANOTHER_DOWN");
    bed.bookies.get(1).start();

    bed.create("/ledgers/underreplication/ledgers/0000/0000/0000/0003/urL0000000003", new byte[0]);
    assertRefused(config, bed.bookies.get(0).id, "UNDERREPLICATED_LEDGERS");
    assertRefused(config, "nobody:3181", "NODE_UNKNOWN");
  }

  @Test
  void refusesTheOnlyBroker() throws Exception {
    String only = bed.brokers.get(0).id;
    Path file =
        changed(
            "brokers: [{id: \"" + only + "\"}, {id: \"" + bed.brokers.get(1).id + "\"}]",
            "brokers: [{id: \"" + only + "\"}]");

    assertRefused(file, only, "ONLY_BROKER");
  }

  @Test
  void reportsIneffectiveStopWithinSeconds() throws Exception {
    Path file = changed("act stop\"", "act nothing; true\"");

    CommandLineRun failed = check(file, bed.bookies.get(0).id, "--output", "json");

    assertThat(failed.code()).as(failed.toString()).isEqualTo(7);
    JsonNode stop = failed.json().path("actions").path(0);
    assertThat(stop.path("done").asBoolean()).isFalse();
    assertThat(stop.path("seconds").asDouble()).isBetween(4.5, 9.0);
    assertThat(failed.json().path("reason").asText()).contains("stop", "after 5 s");
    assertThat(failed.json().path("left").asText()).isEqualTo("it was started again and serves");
    assertThat(bed.driver.actions()).containsExactly("start " + bed.bookies.get(0).id);
  }

  /** As a handler of a play does that restarts what it has configured. */
  @Test
  void namesConfigureThatStartsTheNode() throws Exception {
    String act =
        Files.readString(config).replaceFirst("(?s).*configure: \"([^\"]*) configure\".*", "$1");
    Path file = changed(act + " configure\"", act + " configure && " + act + " start\"");

    CommandLineRun failed = check(file, bed.bookies.get(0).id);

    assertThat(failed.code()).as(failed.toString()).isEqualTo(7);
    assertThat(failed.out()).contains("stopped at configure", "runs after it was configured");
  }

  @Test
  void namesNodeThatStaysDown() throws Exception {
    Path file = changed("act start\"", "act nothing; false\"");
    Files.writeString(file, Files.readString(file).replace("budget: 20s", "budget: 3s"));

    CommandLineRun failed = check(file, bed.bookies.get(0).id);

    assertThat(failed.code()).as(failed.toString()).isEqualTo(7);
    assertThat(failed.out()).contains("stopped at start", "it does NOT serve", "by hand");
    bed.bookies.get(0).start();
  }

  @Test
  void startsNodeAgainAfterAStoreFailed() throws Exception {
    String bookie = bed.bookies.get(0).id;
    try (CuttableProxy proxy = CuttableProxy.to(etcd.clientPort())) {
      bed.driver.before(
          action -> {
            if (action.equals("stop " + bookie)) {
              proxy.cut();
            } else if (action.equals("start " + bookie)) {
              proxy.reopen();
            }
          });
      Path file = changed("127.0.0.1:" + etcd.clientPort(), "127.0.0.1:" + proxy.port());
      Files.writeString(
          file, Files.readString(file).replace("connectTimeout: 40s", "connectTimeout: 5s"));

      CommandLineRun failed = check(file, bookie);

      assertThat(bed.driver.actions()).containsExactly("stop " + bookie, "start " + bookie);
      assertThat(failed.code()).as(failed.toString()).isEqualTo(7);
      assertThat(failed.out()).contains("stopped at ", "it was started again and serves");
    }
  }

  /** Whatever cuts the check off, the node is started again. */
  @Test
  void startsNodeAgainAfterSignalDuringItsStop() throws Exception {
    String bookie = bed.bookies.get(0).id;
    Path stopped = folder.resolve("stopped-" + System.nanoTime());
    Path file = changed("act stop\"", "act stop; touch " + stopped + "; sleep 100\"");

    try (MigrateCommand check =
        MigrateCommand.start(
            folder.resolve("signalled"),
            "driver",
            "check",
            "--config",
            file.toString(),
            "--confirm",
            bookie)) {
      await("the node is stopped").atMost(Duration.ofMinutes(1)).until(() -> Files.exists(stopped));
      check.process().stop();

      assertThat(check.awaitEnd()).as(check.log()).isEqualTo(8);
      assertThat(check.log()).contains("the operator's signal", "it was started again and serves");
    }
    assertThat(bed.driver.actions()).containsExactly("stop " + bookie, "start " + bookie);
  }

  /** Two checks, or a check and a cutover, could stop two bookies at once. */
  @Test
  void runsBesideNeitherAnotherCheckNorACommandOfTheWindow() throws Exception {
    String bookie = bed.bookies.get(0).id;
    List<String> refused = new ArrayList<>();
    bed.driver.before(
        action -> {
          if (action.equals("stop " + bookie)) {
            refused.add(process("second", "driver", "check", bed.bookies.get(1).id));
            refused.add(process("cutover", "cutover", "--yes", "c1"));
          }
        });

    CommandLineRun first = check(config, bookie);

    assertThat(first.code()).as(first.toString()).isZero();
    assertThat(refused).hasSize(2).allMatch(log -> log.contains("DRIVER_CHECK_UNDER_WAY"));
    assertThat(refused.get(1)).contains("or stop that process; its lock ends within ");
    assertThat(bed.driver.actions())
        .containsExactly("stop " + bookie, "configure " + bookie, "start " + bookie);

    try (DaemonLock window = window()) {
      List<String> before = bed.driver.actions();
      CommandLineRun beside = check(config, bookie);
      assertThat(beside.code()).as(beside.toString()).isEqualTo(3);
      assertThat(beside.err()).contains("CUTOVER_UNDER_WAY", window.holder());
      assertThat(bed.driver.actions()).isEqualTo(before);
    }
    assertThat(check(config, bookie).code()).isZero();
  }

  /** Suspended for longer than its lock lasts, while a cutover takes over. */
  @Test
  void leavesNodeToTheCutoverThatBeganWhileItWasSuspended() {
    String bookie = bed.bookies.get(0).id;
    List<DaemonLock> window = new ArrayList<>();
    bed.driver.before(
        action -> {
          if (action.equals("stop " + bookie)) {
            bed.delete(StateStore.key(DaemonLock.CHECK));
            window.add(window());
          }
        });

    CommandLineRun suspended = check(config, bookie);

    assertThat(suspended.code()).as(suspended.toString()).isEqualTo(7);
    assertThat(suspended.out())
        .contains(
            "the lock of this check on etcd has ended",
            "now: it was not started again",
            "CUTOVER_UNDER_WAY",
            "Do not start it yourself; the window does that")
        .doesNotContain("by hand");
    assertThat(bed.driver.actions()).containsExactly("stop " + bookie);
    window.forEach(DaemonLock::close);
    bed.bookies.get(0).start();
  }

  /** The lock as a command of the window takes it before its first step. */
  private DaemonLock window() {
    return DaemonLock.tryAcquire(bed.stores.etcd(), "host pid 1 (cutover, rollback or finalize)")
        .lock()
        .orElseThrow();
  }

  /** What a command prints that runs in a process of its own and is refused. */
  private String process(String home, String... words) {
    List<String> all = new ArrayList<>(List.of(words).subList(0, words.length - 1));
    all.addAll(List.of("--config", config.toString(), "--confirm", words[words.length - 1]));
    try (MigrateCommand command =
        MigrateCommand.start(folder.resolve(home), all.toArray(String[]::new))) {
      assertThat(command.awaitEnd()).as(command.log()).isEqualTo(3);
      return command.log();
    }
  }

  /** As one does whose volume goes with its pod or container. */
  @Test
  void namesBookieThatHasLostItsData() throws Exception {
    StandIn.StandInBookie bookie = bed.bookies.get(0);
    bed.driver.before(
        action -> {
          if (action.equals("start " + bookie.id)) {
            bookie.entryLogs.clear();
          }
        });
    Path file = changed("budget: 20s", "budget: 3s");

    CommandLineRun lost = check(file, bookie.id);

    assertThat(lost.code()).as(lost.toString()).isEqualTo(7);
    assertThat(lost.out())
        .contains("stopped at data", "of its 3 entry logs 3 are missing", "now: it serves");
  }

  /** Its own settings would lead it back to ZooKeeper, whose metadata are old by now. */
  @Test
  void refusesOnceTheMoveIsFinalized() throws Exception {
    cutOver();
    CommandLineRun finalized = run("finalize");
    assertThat(finalized.code()).as(finalized.toString()).isZero();
    List<String> before = List.copyOf(bed.driver.actions());

    CommandLineRun refused = check(config, bed.bookies.get(0).id, "--output", "json");

    assertThat(refused.code()).as(refused.toString()).isEqualTo(3);
    assertThat(refused.json().path("findings").path(0).path("id").asText())
        .isEqualTo("CUTOVER_FINALIZED");
    assertThat(bed.driver.actions()).isEqualTo(before);
  }

  /** A lost registration is never created again by Pulsar's own store. */
  @Test
  void statusAfterTheMoveNamesUnregisteredNodes() {
    cutOver();
    assertThat(status()).doesNotContain("NODES_NOT_REGISTERED");

    bed.delete(bed.bookies.get(1).path());
    bed.delete(bed.brokers.get(0).path());

    assertThat(status())
        .contains(
            "NODES_NOT_REGISTERED",
            "bookie " + bed.bookies.get(1).id,
            "broker " + bed.brokers.get(0).id);
  }

  private String status() {
    CommandLineRun status =
        CommandLineRun.migrate("status", "--config", config.toString(), "--output", "json");
    assertThat(status.code()).as(status.toString()).isZero();
    return status.out();
  }

  private CommandLineRun check(Path file, String node, String... more) {
    String state = folder.resolve("state").toString();
    return CommandLineRun.migrate(
        Stream.concat(
                Stream.of(
                    "driver",
                    "check",
                    "--config",
                    file.toString(),
                    "--confirm",
                    node,
                    "--state-folder",
                    state),
                Stream.of(more))
            .toArray(String[]::new));
  }

  private void assertRefused(Path file, String node, String finding) throws Exception {
    CommandLineRun refused = check(file, node, "--output", "json");

    assertThat(refused.code()).as(refused.toString()).isEqualTo(3);
    assertThat(refused.json().path("findings").path(0).path("id").asText()).isEqualTo(finding);
    assertThat(bed.driver.actions()).isEmpty();
  }

  private Path changed(String from, String to) throws Exception {
    String text = Files.readString(config);
    assertThat(text).contains(from);
    return Files.writeString(
        folder.resolve("check-" + System.nanoTime() + ".yaml"), text.replace(from, to));
  }
}
