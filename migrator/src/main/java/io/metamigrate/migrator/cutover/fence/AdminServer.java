package io.metamigrate.migrator.cutover.fence;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.metamigrate.verifier.store.BoundedHttp;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The connections that ZooKeeper's AdminServer lists, if four-letter words are not allowed. Its
 * port is 9990 in the configuration that comes with Pulsar, and 8080 by default ({@code
 * JettyAdminServer}).
 */
final class AdminServer {
  private static final List<Integer> PORTS = List.of(9990, 8080);
  private static final Duration TIMEOUT = Duration.ofSeconds(2);
  private static final ObjectMapper JSON = new ObjectMapper();

  private AdminServer() {}

  /** One client of the server. */
  record Connected(String address, long session) {}

  /** Of the host of {@code host:port}; empty if nothing there answers as an AdminServer. */
  static Optional<List<Connected>> ask(String server) {
    String host = server.replaceFirst(":\\d{1,5}$", "");
    for (int port : PORTS) {
      Optional<List<Connected>> found =
          ask(URI.create("http://" + host + ":" + port + "/commands/connections"));
      if (found.isPresent()) {
        return found;
      }
    }
    return Optional.empty();
  }

  static Optional<List<Connected>> ask(URI connections) {
    try {
      HttpResponse<String> answer =
          BoundedHttp.send(
              HttpClient.newBuilder().connectTimeout(TIMEOUT).build(),
              HttpRequest.newBuilder(connections).timeout(TIMEOUT).build());
      return answer.statusCode() == 200 ? read(answer.body()) : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    }
  }

  /** Its answer as {@code ConnectionsCommand} of ZooKeeper writes it. */
  static Optional<List<Connected>> read(String answer) throws IOException {
    JsonNode json = JSON.readTree(answer);
    if (!json.path("command").asText().equals("connections") || !json.has("connections")) {
      return Optional.empty();
    }
    List<Connected> all = new ArrayList<>();
    for (String kind : List.of("connections", "secure_connections")) {
      for (JsonNode one : json.path(kind)) {
        all.add(
            new Connected(
                one.path("remote_socket_address").asText(), one.path("session_id").asLong()));
      }
    }
    return Optional.of(all);
  }
}
