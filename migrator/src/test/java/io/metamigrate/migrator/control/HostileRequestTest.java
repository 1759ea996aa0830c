package io.metamigrate.migrator.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.metamigrate.migrator.config.Configuration;
import io.metamigrate.migrator.config.ControlConfig;
import io.metamigrate.migrator.config.HostPort;
import io.metamigrate.migrator.config.SecretFile;
import io.metamigrate.migrator.control.Route.Access;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests that no client of the tool sends: each gets a status, and changes nothing. */
final class HostileRequestTest {
  private static final int SOON = 20_000;
  private static final String HOST = " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n";

  @TempDir Path folder;

  private final RecordingDaemon daemon = new RecordingDaemon();
  private final Metrics metrics = Metrics.of("c1");
  private Optional<ControlServer> started = Optional.empty();

  @BeforeEach
  void start() {
    started =
        Optional.of(
            ControlServer.start(
                new ControlConfig(new HostPort("127.0.0.1", 0), Optional.empty()),
                NamedMove.of(Configuration.defaults()),
                daemon,
                metrics,
                List.of(
                    new Route(
                        "POST",
                        "/overflow",
                        Access.CHANGE,
                        request -> {
                          throw new StackOverflowError();
                        })),
                port -> folder.resolve("token")));
  }

  @AfterEach
  void close() {
    started.ifPresent(ControlServer::close);
    metrics.close();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "PUT /status | 405",
        "HEAD /healthz | 405",
        "OPTIONS /pause | 405",
        "DELETE /metrics | 405",
        "TRACE / | 405",
        "get /status | 405",
        "BREW /status | 405",
        "GET /status/ | 404",
        "GET //status | 404",
        "GET /a/../status | 404",
        "GET /%73tatus | 404",
        "GET /status%00 | 404",
        "GET /status;x=y | 404",
        "GET /../../etc/passwd | 404",
        "GET /%2e%2e/token | 404",
        "GET /readyz?x=y | 503",
        "GET /healthz?%zz | 400",
        "GET http://localhost/healthz | 200",
        "GET /healthz#x | 404"
      })
  void answersOddLinesWithAStatus(String line, int status) throws IOException {
    assertThat(raw(line + HOST + "\r\n")).startsWith("HTTP/1.1 " + status + " ");
    assertThat(daemon.asked).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "/throttle | {\"maxRate\": 1}{\"maxRate\": 2} | the body is not JSON",
        "/throttle | {\"maxRate\": 1, \"maxRate\": 2} | the body is not JSON",
        "/throttle | {\"maxRate\": 1} and more | the body is not JSON",
        "/throttle | {\"maxRate\": 1.5} | not a whole number",
        "/throttle | {\"maxRate\": 99999999999999999999} | not a whole number",
        "/throttle | {\"maxRate\": true} | not a whole number",
        "/pause | {\"reason\": {\"a\": 1}} | reason is not a text",
        "/pause | {\"reason\": [\"a\"]} | reason is not a text",
        "/cutover/confirm | {\"cluster\": [\"c1\"]} | cluster is not a text",
        "/abort?clean=true&clean=false | '' | given twice",
        "/abort?clean=%zz | '' | the query cannot be read",
        "/pause | DEEP | the body is not JSON"
      })
  void refusesBodiesThatCanBeReadInTwoWays(String path, String body, String why)
      throws IOException {
    String sent = body.equals("DEEP") ? "{\"reason\": " + "[".repeat(16_000) : body;

    String answer = post(path, sent.strip());

    assertThat(answer).startsWith("HTTP/1.1 400 ").contains(why);
    assertThat(daemon.asked).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"Metamigrate-Cluster: %zz", "Metamigrate-ZooKeeper: zk1", "Metamigrate-Etcd: %00"})
  void refusesTheNameOfAMoveThatCannotBeRead(String header) throws IOException {
    String request = "POST /resume" + HOST + header + "\r\nAuthorization: " + token();

    assertThat(raw(request + "\r\n\r\n")).startsWith("HTTP/1.1 400 ");
    assertThat(daemon.asked).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Content-Length: abc\r\n\r\n{}",
        "Content-Length: -1\r\n\r\n{}",
        "Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}",
        "Transfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n",
        "X: \0\r\nContent-Length: 2\r\n\r\n{}"
      })
  void refusesLengthsThatContradict(String rest) throws IOException {
    String answer = raw("POST /resume" + HOST + "Authorization: " + token() + "\r\n" + rest);

    assertThat(answer)
        .satisfiesAnyOf(
            text -> assertThat(text).isEmpty(), text -> assertThat(text).startsWith("HTTP/1.1 4"));
    assertThat(daemon.asked).isEmpty();
  }

  @Test
  void boundsHeadersLinesAndChunkedBodies() throws IOException {
    String large = "x".repeat(20_000);

    assertThat(raw("GET /status" + HOST + "X: " + large + "\r\n\r\n")).startsWith("HTTP/1.1 431 ");
    assertThat(raw("GET /" + large + HOST + "\r\n")).contains(" 414 ");
    assertThat(
            raw(
                "POST /pause"
                    + HOST
                    + "Authorization: "
                    + token()
                    + "\r\nTransfer-Encoding: chunked\r\n\r\n4e20\r\n"
                    + large
                    + "\r\n0\r\n\r\n"))
        .startsWith("HTTP/1.1 413 ");
    assertThat(daemon.asked).isEmpty();
  }

  @Test
  void answersTheOldProtocolAndClosesOnAnother() throws IOException {
    assertThat(raw("GET /healthz HTTP/1.0\r\nHost: localhost\r\n\r\n")).contains(" 200 ");
    assertThat(raw("GET /healthz HTTP/1.0\r\n\r\n")).contains(" 403 ");
    assertThat(raw("\u0016\u0003\u0001\r\n\r\n")).doesNotContain(" 200 ");
    assertThat(raw("GET /healthz HTTP/9.9\r\nHost: localhost\r\n\r\n")).doesNotContain(" 200 ");
  }

  @Test
  void answersAnErrorOfTheRuntime() throws IOException {
    assertThat(post("/overflow", ""))
        .startsWith("HTTP/1.1 500 ")
        .contains("its log has the reason");
  }

  private String post(String path, String body) throws IOException {
    return raw(
        "POST %s%sAuthorization: %s\r\nContent-Length: %d\r\n\r\n%s"
            .formatted(path, HOST, token(), body.length(), body));
  }

  private String token() {
    return "Bearer "
        + new SecretFile(started.orElseThrow().generatedTokenFile().orElseThrow()).read();
  }

  /** All that comes until the server closes; empty if it closes without an answer. */
  private String raw(String request) throws IOException {
    try (Socket socket =
        new Socket(InetAddress.getLoopbackAddress(), started.orElseThrow().port())) {
      socket.setSoTimeout(SOON);
      socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
