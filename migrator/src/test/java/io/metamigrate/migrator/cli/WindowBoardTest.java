package io.metamigrate.migrator.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.metamigrate.migrator.config.Configuration;
import io.metamigrate.migrator.config.ControlConfig;
import io.metamigrate.migrator.config.HostPort;
import io.metamigrate.migrator.config.OtlpConfig;
import io.metamigrate.migrator.control.ControlClient;
import io.metamigrate.migrator.control.OpenApiContract;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class WindowBoardTest {
  private final StringWriter printed = new StringWriter();
  private final WindowBoard board =
      new WindowBoard(
          new Console(new PrintWriter(new StringWriter()), new PrintWriter(printed), false),
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
    board.serve(serving(config));
    board.announce("a line for the operator");
    await().atMost(Duration.ofSeconds(30)).until(() -> printed.toString().contains("http://"));

    HttpResponse<String> events = send(config, "GET", "/events");
    assertThat(events.body()).contains("\"text\":\"a line for the operator\"");
    assertThat(send(config, "GET", "/status").statusCode()).isEqualTo(200);
    assertThat(send(config, "POST", "/handover").statusCode()).isEqualTo(401);
    assertThat(send(config, "POST", "/barrier").statusCode()).isEqualTo(404);
    assertThat(get(config, "/metrics"))
        .contains(
            "# HELP metamigrate_step_number ",
            "metamigrate_step_number{cluster=\"c1\"} NaN",
            "# HELP metamigrate_step_count ",
            "# HELP metamigrate_step_started_timestamp_seconds ");
    ControlClient client = ControlClient.of(serving(config));
    assertThat(client.status().cluster()).isEqualTo("c1");
    assertThat(client.abort(false).message()).startsWith("a command of the window is running here");
  }

  /** A daemon that was asked to leave may hold the address for a while. */
  @Test
  void waitsForAddressInUse() throws Exception {
    ControlConfig config;
    try (ServerSocket daemon = new ServerSocket(0)) {
      config = config(daemon.getLocalPort());
      board.serve(serving(config));
      assertThat(printed.toString()).doesNotContain("http://");
    }
    await().atMost(Duration.ofSeconds(30)).until(() -> printed.toString().contains("http://"));
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

  private static Configuration serving(ControlConfig config) {
    return Configuration.defaults().listeningAt(config.listen());
  }

  private static String get(ControlConfig config, String path) throws Exception {
    return send(config, "GET", path).body();
  }

  /** What the board answers is held against the OpenAPI document, as for a daemon. */
  private static HttpResponse<String> send(ControlConfig config, String method, String path)
      throws Exception {
    URI uri = URI.create("http://" + config.listen() + path);
    HttpResponse<String> answer =
        HttpClient.newHttpClient()
            .send(
                HttpRequest.newBuilder(uri).method(method, BodyPublishers.noBody()).build(),
                BodyHandlers.ofString());
    if (answer.statusCode() != 404) {
      OpenApiContract.served().check(method, uri, "", answer);
    }
    return answer;
  }
}
