package io.metamigrate.migrator.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.metamigrate.migrator.config.ControlConfig;
import io.metamigrate.migrator.config.HostPort;
import io.metamigrate.migrator.config.OtlpConfig;
import io.metamigrate.migrator.control.ControlClient;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class WindowBoardTest {
  private final StringWriter said = new StringWriter();
  private final WindowBoard board =
      new WindowBoard(
          new Console(new PrintWriter(new StringWriter()), new PrintWriter(said), false),
          "c1",
          OtlpConfig.none(),
          InstantSource.system());

  @AfterEach
  void close() {
    board.close();
  }

  @Test
  void servesReadsAndRefusesChanges() throws Exception {
    ControlConfig config = config(freePort());
    board.serve(config);
    board.announce("a line for the operator");
    await().atMost(Duration.ofSeconds(30)).until(() -> said.toString().contains("http://"));

    assertThat(get(config, "/events")).contains("\"text\":\"a line for the operator\"");
    assertThat(get(config, "/metrics"))
        .contains(
            "# HELP metamigrate_step_number ",
            "metamigrate_step_number{cluster=\"c1\"} NaN",
            "# HELP metamigrate_step_count ",
            "# HELP metamigrate_step_started_timestamp_seconds ");
    ControlClient client = ControlClient.of(config, Optional.of("c1"));
    assertThat(client.status().cluster()).isEqualTo("c1");
    assertThat(client.abort(false).message()).startsWith("a command of the window is at work here");
  }

  /** A daemon that was asked to leave may hold the address for a while. */
  @Test
  void waitsForAddressInUse() throws Exception {
    ControlConfig config;
    try (ServerSocket daemon = new ServerSocket(0)) {
      config = config(daemon.getLocalPort());
      board.serve(config);
      assertThat(said.toString()).doesNotContain("http://");
    }
    await().atMost(Duration.ofSeconds(30)).until(() -> said.toString().contains("http://"));
    assertThat(get(config, "/healthz")).isEqualTo("ok\n");
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  private static ControlConfig config(int port) {
    return new ControlConfig(new HostPort("127.0.0.1", port), Optional.empty());
  }

  private static String get(ControlConfig config, String path) throws Exception {
    return HttpClient.newHttpClient()
        .send(
            HttpRequest.newBuilder(URI.create("http://" + config.listen() + path)).build(),
            BodyHandlers.ofString())
        .body();
  }
}
