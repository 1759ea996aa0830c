package io.metamigrate.migrator.control;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.metamigrate.migrator.config.Configuration;
import io.metamigrate.migrator.config.ControlConfig;
import io.metamigrate.migrator.config.ControlTls;
import io.metamigrate.migrator.config.SecretFile;
import io.metamigrate.verifier.store.BoundedHttp;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * Talks to a running daemon on behalf of {@code migrate status}, {@code pause}, {@code resume},
 * {@code abort} and {@code cutover}. Every method throws {@link NoDaemonException} when nothing
 * answers. Safe for use by several threads.
 */
public final class ControlClient {
  /** With a handshake of TLS, for which a busy machine takes seconds. */
  private static final Duration CONNECT = Duration.ofSeconds(5);

  private static final Duration ANSWER = Duration.ofSeconds(10);
  private static final int UNAUTHORIZED = 401;
  private static final int FORBIDDEN = 403;
  private static final ObjectMapper JSON = new ObjectMapper();

  private final HttpClient http;
  private final URI base;
  private final Optional<Token> token;
  private final NamedMove move;
  private final ControlTls tls;

  private ControlClient(
      HttpClient http, URI base, Optional<Token> token, NamedMove move, ControlTls tls) {
    this.tls = tls;
    this.http = http;
    this.base = base;
    this.token = token;
    this.move = move;
  }

  /**
   * Finds the daemon and its token where this configuration would put them. A daemon of another
   * move refuses each request.
   */
  public static ControlClient of(Configuration configuration) {
    return of(configuration.control(), NamedMove.of(configuration));
  }

  static ControlClient of(ControlConfig config, NamedMove move) {
    HttpClient.Builder http =
        HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(CONNECT);
    ControlSecurity.secure(http, config.tls());
    Path made = Token.fileFor(config.listen().port());
    Optional<SecretFile> secret =
        config
            .commandToken()
            .or(() -> Optional.of(made).filter(Files::exists).map(SecretFile::new));
    return new ControlClient(
        http.build(),
        URI.create(
            ControlSecurity.scheme(config)
                + "://"
                + onThisMachine(config.listen().host())
                + ":"
                + config.listen().port()),
        secret.map(Token::of),
        move,
        config.tls());
  }

  /** Where a daemon that listens on every address is asked. */
  private static String onThisMachine(String host) {
    return switch (host) {
      case "0.0.0.0" -> "127.0.0.1";
      case "[::]" -> "[::1]";
      default -> host;
    };
  }

  /**
   * What the daemon is doing.
   *
   * @throws DaemonRefusalException when no daemon of this move answers; the message has the reason
   * @throws NoDaemonException if nothing answers at the address of the configuration
   */
  public Status status() {
    HttpResponse<String> answer = send("GET", "/status", "");
    if (answer.statusCode() != 200) {
      throw refused("reports", answer);
    }
    try {
      return StatusJson.read(answer.body());
    } catch (IllegalArgumentException e) {
      throw new DaemonRefusalException(
          "what answers at " + base + " is no daemon of this tool; check control.listen", e);
    }
  }

  public RequestOutcome pause(String reason) {
    return change("/pause", object().put("reason", reason));
  }

  public RequestOutcome resume() {
    return change("/resume", object());
  }

  public RequestOutcome abort(boolean clean) {
    return change("/abort?clean=" + clean, object());
  }

  RequestOutcome throttle(ThrottleChange change) {
    ObjectNode body = object();
    change.maxRate().ifPresent(rate -> body.put("maxRate", rate));
    change.inFlight().ifPresent(limit -> body.put("inFlight", limit));
    return change("/throttle", body);
  }

  RequestOutcome confirmCutover(String cluster) {
    return change("/cutover/confirm", object().put("cluster", cluster));
  }

  /**
   * Asks for a change by a route that a part of the daemon has added.
   *
   * @throws DaemonRefusalException if the token is not the daemon's, or may only read
   * @throws NoDaemonException if nothing answers at the address of the configuration
   */
  public RequestOutcome change(String path, ObjectNode body) {
    HttpResponse<String> answer = send("POST", path, body.toString());
    if (answer.statusCode() == UNAUTHORIZED || answer.statusCode() == FORBIDDEN) {
      throw refused("refuses", answer);
    }
    return answer.statusCode() == 200
        ? new RequestOutcome.Granted(message(answer))
        : new RequestOutcome.Refused(message(answer));
  }

  private DaemonRefusalException refused(String verb, HttpResponse<String> answer) {
    // A daemon does not name its move to a caller without its token.
    String move =
        answer.statusCode() == UNAUTHORIZED
            ? "; if it is the daemon of another move, correct control.listen"
            : "";
    return new DaemonRefusalException(
        "the daemon at %s %s: %s%s".formatted(base, verb, message(answer), move));
  }

  private HttpResponse<String> send(String method, String path, String body) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(base.resolve(path))
            .timeout(ANSWER)
            .method(method, BodyPublishers.ofString(body));
    token.ifPresent(it -> request.header("Authorization", it.header()));
    move.headers().forEach(request::header);
    try {
      return BoundedHttp.send(http, request.build());
    } catch (IOException e) {
      Optional<String> fault =
          e instanceof ConnectException
              ? Optional.empty()
              : ControlSecurity.fault(base, tls, CONNECT);
      throw fault
          .map(
              why ->
                  new NoDaemonException("no connection to a daemon at " + base + ": " + why, "", e))
          .orElseGet(
              () ->
                  new NoDaemonException(
                      "no daemon answers at " + base,
                      "; start one with 'migrate run', or check control.listen",
                      e));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new NoDaemonException("interrupted while waiting for the daemon at " + base, "", e);
    }
  }

  private static String message(HttpResponse<String> answer) {
    try {
      JsonNode body = JSON.readTree(answer.body());
      return body.path("message").asText("it answered with status " + answer.statusCode());
    } catch (JsonProcessingException e) {
      return "it answered with status " + answer.statusCode() + "; is this the daemon's port?";
    }
  }

  private static ObjectNode object() {
    return JsonNodeFactory.instance.objectNode();
  }
}
