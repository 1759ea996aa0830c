package io.metamigrate.follow;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.metamigrate.lab.CommandLineRun;
import io.metamigrate.lab.MigrateProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the operator can ask of a running daemon, and how fast it ends. */
@Tag("campaign")
final class OperatorControlTest {
  private static final Duration TIMEOUT = Duration.ofMinutes(3);

  @Test
  void pausesResumesIsThrottledAndAborts(@TempDir Path directory) throws Exception {
    try (FollowLab lab = FollowLab.start(directory)) {
      MigrateProcess daemon = lab.daemon("daemon").start();
      try (Load load = lab.load(200)) {
        daemon.awaitFollowing();

        assertThat(migrate("pause", daemon).code()).isZero();
        daemon.await("is paused", s -> s.toString().contains("paused by"));
        awaitAtRest(lab);
        long paused = lab.admin().revision();
        long before = load.accepted();
        await("the load continues").atMost(TIMEOUT).until(() -> load.accepted() > before + 300);
        assertThat(lab.admin().revision()).isEqualTo(paused);
        assertThat(migrate("resume", daemon).code()).isZero();
        daemon.barrier();

        assertThat(daemon.send("POST", "/throttle", "{\"maxRate\": 20}", true).statusCode())
            .isEqualTo(200);
        daemon.await("is throttled", s -> s.toString().contains("limited to 20/s"));
        daemon.send("POST", "/throttle", "{\"maxRate\": 0}", true);
        daemon.barrier();
      }
      daemon.await("has verified", s -> s.path("lastVerification").path("consistent").asBoolean());
      assertMetrics(daemon);
      lab.assertEqualAtTheBarrier(daemon);

      assertThat(migrate("abort", daemon).code()).isZero();

      assertThat(daemon.awaitEnd()).isEqualTo(8);
      CommandLineRun status = migrate("status", daemon);
      assertThat(status.code()).isZero();
      assertThat(status.out()).contains("Aborted");
      FollowLab.assertEqual(lab.zookeeper().connect(), lab.etcd().endpoint());
    }
  }

  @Test
  void abortCleanDeletesOnlyCopiedKeys(@TempDir Path directory) throws Exception {
    try (FollowLab lab = FollowLab.start(directory)) {
      lab.keys().put("not/a/path", "another writer's".getBytes(UTF_8));
      MigrateProcess daemon = lab.daemon("daemon").start();
      daemon.awaitFollowing();

      assertThat(migrate("abort", daemon, "--clean").code()).isZero();

      assertThat(daemon.awaitEnd()).isEqualTo(8);
      assertThat(lab.keys().count("/")).isZero();
      assertThat(lab.admin().text("not/a/path")).isEqualTo("another writer's");
      daemon.start().awaitFollowing();
      lab.assertEqualAtTheBarrier(daemon);
    }
  }

  @Test
  void changesRequireTheToken(@TempDir Path directory) throws Exception {
    try (FollowLab lab = FollowLab.start(directory)) {
      MigrateProcess daemon = lab.daemon("daemon").logsJson().start();
      daemon.await("answers", status -> status.has("phase"));

      for (String path : new String[] {"/pause", "/resume", "/abort", "/throttle", "/barrier"}) {
        assertThat(daemon.send("POST", path, "", false).statusCode()).as(path).isEqualTo(401);
      }
      assertThat(daemon.send("GET", "/status", "", false).statusCode()).isEqualTo(401);
      assertThat(daemon.send("GET", "/metrics", "", false).statusCode()).isEqualTo(401);
      assertThat(daemon.send("GET", "/healthz", "", false).statusCode()).isEqualTo(200);

      daemon.awaitFollowing();
      assertThat(daemon.send("POST", "/pause", "", true).statusCode()).isEqualTo(200);
      assertThat(daemon.send("POST", "/resume", "", true).statusCode()).isEqualTo(200);
      daemon.close();
      assertThat(daemon.log().lines())
          .anyMatch(line -> line.contains("operator request"))
          .allSatisfy(OperatorControlTest::assertIsLogged);
    }
  }

  /** As the configuration reference promises. */
  private static void assertIsLogged(String line) throws IOException {
    JsonNode object = new ObjectMapper().readTree(line);
    assertThat(object.path("timestamp").isIntegralNumber()).as(line).isTrue();
    for (String field : List.of("level", "loggerName", "formattedMessage")) {
      assertThat(object.path(field).asText()).as(line).isNotBlank();
    }
  }

  @Test
  void exitsWithinFiveSecondsOfSigterm(@TempDir Path directory) throws Exception {
    try (FollowLab lab = FollowLab.start(directory)) {
      MigrateProcess daemon = lab.daemon("daemon").start();
      daemon.awaitFollowing();
      assertEndsInTime(daemon, "while following");
      assertThat(lab.keys().exists("metamigrate/lock")).as("the lock is given back").isFalse();

      daemon.start().awaitFollowing();
      MigrateProcess second = lab.daemon("second").start();
      second.await("is on standby", status -> status.toString().contains("is on standby"));
      assertEndsInTime(second, "while standing by");

      migrate("pause", daemon);
      assertEndsInTime(daemon, "while paused");
      assertThat(lab.keys().exists("metamigrate/lock")).as("the lock is given back").isFalse();

      daemon.start().awaitFollowing();
      lab.zookeeper().process().freeze();
      daemon.await("waits", status -> status.toString().contains("ZooKeeper"));
      assertEndsInTime(daemon, "while ZooKeeper does not answer");
      lab.zookeeper().process().thaw();

      daemon.start().awaitFollowing();
      lab.etcd().process().freeze();
      daemon.await("waits", status -> status.toString().contains("etcd"));
      assertEndsInTime(daemon, "while etcd does not answer");
      lab.etcd().process().thaw();
      lab.etcd().awaitHealthy();

      daemon.start().awaitFollowing();
      lab.etcd().process().kill();
      daemon.await("waits", status -> status.toString().contains("etcd"));
      assertEndsInTime(daemon, "while etcd is down");
      assertThat(daemon.log()).doesNotContain("internal error");
    }
  }

  private static void assertEndsInTime(MigrateProcess daemon, String when) {
    long asked = System.nanoTime();
    daemon.process().stop();
    Duration took = Duration.ofNanos(System.nanoTime() - asked);
    System.out.println("SIGTERM " + when + ": ended after " + took.toMillis() + " ms");
    assertThat(daemon.process().exitCode()).as(when).isEqualTo(8);
    // The machine may be slow in starting and ending processes beside.
    assertThat(took).as(when).isLessThan(Duration.ofSeconds(7));
  }

  private static void assertMetrics(MigrateProcess daemon) throws Exception {
    String metrics = daemon.send("GET", "/metrics", "", true).body();
    assertThat(value(metrics, "metamigrate_phase{cluster=\"demo\",phase=\"Following\"}"))
        .isEqualTo(1);
    assertThat(value(metrics, "metamigrate_copied_nodes_total")).isGreaterThan(3_000);
    assertThat(value(metrics, "metamigrate_copied_bytes_total")).isGreaterThan(100_000);
    assertThat(value(metrics, "metamigrate_source_nodes")).isGreaterThan(3_000);
    assertThat(value(metrics, "metamigrate_lag_seconds")).isBetween(0.0, 600.0);
    assertThat(value(metrics, "metamigrate_lag_changes")).isGreaterThanOrEqualTo(0);
    assertThat(value(metrics, "metamigrate_last_applied_zxid")).isPositive();
    assertThat(
            value(
                metrics, "metamigrate_verifications_total{cluster=\"demo\",result=\"consistent\"}"))
        .isPositive();
    assertThat(metrics)
        .contains("metamigrate_operation_seconds_count")
        .contains("store=\"etcd\"")
        .contains("store=\"zookeeper\"")
        .contains("metamigrate_throttled_seconds_total")
        .contains("reason=\"rate\"");
  }

  private static double value(String metrics, String name) {
    Optional<String> line = metrics.lines().filter(l -> l.startsWith(name)).findFirst();
    assertThat(line).as(name).isPresent();
    String text = line.orElseThrow();
    return Double.parseDouble(text.substring(text.lastIndexOf(' ') + 1));
  }

  /** No write has come for a while: what was under way when it was paused is through. */
  private static void awaitAtRest(FollowLab lab) {
    await("writes end")
        .during(Duration.ofSeconds(1))
        .atMost(TIMEOUT)
        .until(() -> lab.admin().revision(), new SameAgain<>());
  }

  private static CommandLineRun migrate(
      String command, MigrateProcess daemon, String... arguments) {
    return CommandLineRun.migrate(
        Stream.concat(
                Stream.of(command, "--config", daemon.config().toString()),
                Arrays.stream(arguments))
            .toArray(String[]::new));
  }
}
