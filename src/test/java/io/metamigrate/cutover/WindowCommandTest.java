package io.metamigrate.cutover;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.metamigrate.lab.CommandLineRun;
import io.metamigrate.lab.EtcdKeys;
import io.metamigrate.lab.EtcdServer;
import io.metamigrate.lab.FreePorts;
import io.metamigrate.lab.MigrateCommand;
import io.metamigrate.migrator.demo.LocalZooKeeper;
import io.metamigrate.migrator.demo.PulsarTree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The command lines of the window: what they refuse, and with which exit code they end. */
@Timeout(300)
final class WindowCommandTest {
  private static LocalZooKeeper zookeeper;
  private static EtcdServer etcd;

  @TempDir Path folder;

  @BeforeAll
  static void start(@TempDir Path directory) throws Exception {
    etcd = EtcdServer.start(directory.resolve("etcd"));
    zookeeper = LocalZooKeeper.start(directory.resolve("zk"), FreePorts.next(), List.of());
    PulsarTree.fill(zookeeper.connectString(), PulsarTree.SMALLEST, 1).close();
  }

  @AfterAll
  static void stop() {
    zookeeper.close();
    etcd.close();
  }

  @BeforeEach
  void wipe() throws IOException {
    keys().wipe();
  }

  @ParameterizedTest
  @ValueSource(strings = {"cutover", "rollback", "finalize"})
  void refusesAnotherClusterNameAndWritesNothing(String command) throws Exception {
    long before = keys().revision();

    CommandLineRun refused = run(config(""), command, "--confirm", "c2");

    assertThat(refused.code()).as(refused.toString()).isEqualTo(3);
    assertThat(refused.err())
        .contains("--confirm names c2, but the configuration is for cluster demo");
    assertThat(keys().revision()).isEqualTo(before);
  }

  @ParameterizedTest
  @ValueSource(strings = {"cutover", "rollback", "finalize"})
  void requiresClusterName(String command) throws Exception {
    CommandLineRun refused = run(config(""), command);

    assertThat(refused.code()).as(refused.toString()).isEqualTo(2);
    assertThat(refused.err()).contains("--confirm");
  }

  @ParameterizedTest
  @CsvSource({"cutover,NOTHING_COPIED", "rollback,NO_CUTOVER", "finalize,NOTHING_COPIED"})
  void isBlockedWithoutDriverAndNodes(String command, String finding) throws Exception {
    CommandLineRun refused = run(config(""), command, "--confirm", "demo", "--output", "json");

    assertThat(refused.code()).as(refused.toString()).isEqualTo(3);
    assertThat(refused.json().path("exitCode").asInt()).isEqualTo(3);
    assertThat(refused.json().path("findings").path(0).path("id").asText()).isEqualTo(finding);
  }

  @Test
  void finalizeRequiresACutover() throws Exception {
    copy();

    CommandLineRun refused = run(config(""), "finalize", "--confirm", "demo");

    assertThat(refused.code()).as(refused.toString()).isEqualTo(3);
    assertThat(refused.err()).contains("it can be finalized only after a completed cutover");
  }

  @Test
  void unreadyClusterStopsBeforeAnyChange() throws Exception {
    copy();

    CommandLineRun stopped =
        run(config(""), "cutover", "--confirm", "demo", "--yes", "--output", "json");

    assertThat(stopped.code()).as(stopped.toString()).isEqualTo(7);
    assertThat(stopped.json().path("outcome").asText()).isEqualTo("stopped");
    assertThat(stopped.json().path("step").asText()).isEqualTo("check");
    assertThat(stopped.json().path("phase").asText()).isEqualTo("Stopped");
    assertThat(stopped.json().path("next").path(0).asText())
        .isEqualTo("migrate cutover --confirm demo");
  }

  @ParameterizedTest
  @ValueSource(strings = {"0s", "-5s", "soon"})
  void refusesOutageThatLeavesNoTime(String outage) throws Exception {
    copy();
    long before = keys().revision();

    CommandLineRun refused =
        run(config(""), "cutover", "--confirm", "demo", "--yes", "--max-outage=" + outage);

    assertThat(refused.code()).as(refused.toString()).isEqualTo(2);
    assertThat(refused.err()).contains("--max-outage", "'" + outage + "'");
    assertThat(keys().revision()).isEqualTo(before);
  }

  @Test
  void rehearsalReportsBlockersAndWritesNothing() throws Exception {
    copy();
    long before = keys().revision();

    CommandLineRun rehearsed = run(config(""), "cutover", "--confirm", "demo", "--dry-run");

    assertThat(rehearsed.code()).as(rehearsed.toString()).isEqualTo(3);
    assertThat(rehearsed.out()).contains("Pass the point of no return", "blockers");
    assertThat(keys().revision()).isEqualTo(before);
  }

  @Test
  void rehearsalReportsDriverWarnings() throws Exception {
    copy();
    try (MigrateCommand rehearsal =
        MigrateCommand.start(
            folder.resolve("run"),
            "cutover",
            "--config",
            config("").toString(),
            "--confirm",
            "demo",
            "--dry-run")) {
      assertThat(rehearsal.awaitEnd()).as(rehearsal.log()).isEqualTo(3);
      assertThat(rehearsal.log()).contains("warnings", "there is no probe command");
    }
  }

  @Test
  void signalStopsInANamedState() throws Exception {
    copy();
    Path begun = folder.resolve("begun");
    Path config = config("hooks: {beforeStep: \"touch %s; sleep 300\"}\n".formatted(begun));
    try (MigrateCommand cutover =
        MigrateCommand.start(
            folder.resolve("run"),
            "cutover",
            "--config",
            config.toString(),
            "--confirm",
            "demo",
            "--yes")) {
      await().atMost(Duration.ofMinutes(2)).until(() -> Files.exists(begun));

      cutover.process().stop();

      assertThat(cutover.process().exitCode()).as(cutover.log()).isEqualTo(8);
      assertThat(cutover.log()).contains("stopped at check", "next: ");
    }
    assertThat(keys().exists("metamigrate/lock")).isFalse();
  }

  private static EtcdKeys keys() {
    return new EtcdKeys(etcd.endpoint());
  }

  private void copy() throws IOException {
    CommandLineRun copied = run(config(""), "run", "--once", "--accept", "BOOKIE_COOKIE_MISSING");
    assertThat(copied.code()).as(copied.toString()).isZero();
  }

  private Path config(String more) throws IOException {
    return Files.writeString(
        folder.resolve("move.yaml"),
        """
        cluster: {name: demo, pulsarVersion: 3.0.8}
        source: {zookeeper: "%s"}
        target: {etcd: ["%s"]}
        control: {listen: "127.0.0.1:%d"}
        cutover:
          driver: {kind: command, stop: "true {id}", configure: "true", start: "true"}
          bookies: [{id: "nowhere:3181"}, {id: "bookie-0:3181"}, {id: "bookie-1:3181"}, {id: "bookie-2:3181"}]
          brokers: [{id: "127.0.0.1:%d"}]
        """
                .formatted(
                    zookeeper.connectString(), etcd.endpoint(), FreePorts.next(), FreePorts.next())
            + more);
  }

  private static CommandLineRun run(Path config, String... words) {
    List<String> all = new ArrayList<>(List.of(words));
    all.addAll(List.of("--config", config.toString()));
    return CommandLineRun.migrate(all.toArray(String[]::new));
  }
}
