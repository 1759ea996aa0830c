package io.metamigrate.migrator.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.metamigrate.migrator.cli.Migrate;
import io.metamigrate.migrator.config.Configuration;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Two moves on one host, and a command of the second at the address of the first one's daemon. */
final class OtherMoveTest {
  private static final String FIRST =
      """
      source: {zookeeper: "zk1:2181,zk2:2181/a"}
      target: {etcd: "http://e1:2379,http://e2:2379"}
      """;

  @TempDir Path folder;

  private final RecordingDaemon daemon = new RecordingDaemon();
  private final Metrics metrics = Metrics.of("c1");
  private Path token = Path.of("");
  private ControlServer server;

  private record CommandOutput(int code, String out, List<String> err) {}

  @BeforeEach
  void start() throws IOException {
    token = Files.writeString(folder.resolve("token"), "hunter2");
    Configuration first = Configuration.load(file(FIRST, 0));
    server = ControlServer.start(first.control(), NamedMove.of(first), daemon, metrics, List.of());
  }

  @AfterEach
  void close() {
    server.close();
    metrics.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"status", "pause", "resume", "abort", "abort --clean"})
  void isRefusedInOneLineAndNothingIsDone(String command) throws IOException {
    CommandOutput answer = migrate(command, FIRST.replace("e1", "e3").replace("e2", "e4"));

    assertThat(answer.code()).isEqualTo(3);
    assertThat(answer.out() + answer.err())
        .contains("this daemon moves ZooKeeper zk1:2181,zk2:2181/a, etcd http://e1:2379")
        .contains(
            "the request is for ZooKeeper zk1:2181,zk2:2181/a, etcd http://e3:2379,http://e4:2379")
        .contains("nothing was done");
    assertThat(daemon.asked).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "source: {zookeeper: 'zk3:2181/a'}",
        "source: {zookeeper: 'zk1:2182/a'}",
        "source: {zookeeper: 'zk1:2181/b'}",
        "source: {zookeeper: 'zk1:2181'}",
        "target: {etcd: 'http://e1:2380'}",
        "target: {etcd: 'http://localhost:2379'}",
      })
  void anyOtherStoreIsAnotherMove(String yaml) throws IOException {
    assertThat(migrate("pause", yaml + "\n").code()).isEqualTo(3);
    assertThat(daemon.asked).isEmpty();
  }

  /** A file may list fewer servers, in another order, or none at all. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "source: {zookeeper: 'ZK2:2181/a'}",
        "source: {zookeeper: 'zk9:2181,zk1:2181/a'}",
        "target: {etcd: 'https://e2:2379'}",
        "cluster: {name: any}",
        "verify: {pause: 2s}",
      })
  void whatDoesNotContradictIsTheSameMove(String yaml) throws IOException {
    assertThat(migrate("pause", yaml + "\n").code()).isZero();
    assertThat(migrate("status", yaml + "\n").code()).isZero();
    assertThat(daemon.asked).hasSize(1);
  }

  @Test
  void anotherNameOfTheClusterIsAnotherMove() throws IOException {
    server.close();
    Configuration named = Configuration.load(file("cluster: {name: c1}\n", 0));
    server = ControlServer.start(named.control(), NamedMove.of(named), daemon, metrics, List.of());

    assertThat(migrate("status", "cluster: {name: c2}\n").err())
        .singleElement()
        .asString()
        .contains("this daemon moves cluster c1, the request is for cluster c2");
    assertThat(migrate("status", "cluster: {name: c1}\n").code()).isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"status", "pause"})
  void aTokenOfAnotherMoveIsReportedInOneLine(String command) throws IOException {
    Path file = file(FIRST, server.port());
    Files.writeString(token, "hunter3");

    CommandOutput answer = run(command, file);

    assertThat(answer.code()).isEqualTo(3);
    assertThat(answer.err())
        .singleElement()
        .asString()
        .contains(
            "this is not the daemon's token",
            "a command takes it from control.tokenFile",
            "if it is the daemon of another move, correct control.listen");
  }

  private Path file(String yaml, int port) throws IOException {
    return Files.writeString(
        folder.resolve("move.yaml"),
        yaml + "control: {listen: \"127.0.0.1:%d\", tokenFile: \"%s\"}\n".formatted(port, token));
  }

  private CommandOutput migrate(String command, String yaml) throws IOException {
    return run(command, file(yaml, server.port()));
  }

  private static CommandOutput run(String command, Path file) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    List<String> words = new ArrayList<>(List.of(command.split(" ")));
    words.addAll(List.of("--config", file.toString()));
    int code =
        Migrate.run(new PrintWriter(out), new PrintWriter(err), words.toArray(String[]::new));
    return new CommandOutput(code, out.toString(), err.toString().lines().toList());
  }
}
