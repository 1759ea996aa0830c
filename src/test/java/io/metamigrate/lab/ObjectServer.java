package io.metamigrate.lab;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.yaml.snakeyaml.Yaml;

/**
 * The API server of a newer Kubernetes as far as a rehearsal needs it: it gives the objects of one
 * namespace that a test hands to it, allows everything, and answers a request for an eviction by
 * the disruption budgets among them. It validates nothing and changes nothing.
 */
public final class ObjectServer implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String EVICTIONS =
      """
      {"kind":"APIResourceList","groupVersion":"v1","resources":[{"name":"pods/eviction","singularName":"",
       "namespaced":true,"group":"policy","version":"v1","kind":"Eviction","verbs":["create"]}]}
      """;

  private final HttpServer server;
  private final List<String> requests = new ArrayList<>();
  private volatile List<JsonNode> objects = List.of();

  private ObjectServer(HttpServer server) {
    this.server = server;
  }

  public static ObjectServer start() {
    HttpServer server = LocalHttp.open(0);
    ObjectServer started = new ObjectServer(server);
    server.createContext("/", started::handle);
    server.start();
    return started;
  }

  /** From now on it has these objects, and no request was made. */
  public synchronized void serve(String yaml) {
    List<JsonNode> next = new ArrayList<>();
    new Yaml().loadAll(yaml).forEach(one -> next.add(JSON.valueToTree(one)));
    objects = List.copyOf(next);
    requests.clear();
  }

  /** Method, path and, of a change, the kind that it sent, since the last objects were given. */
  public synchronized List<String> requests() {
    return List.copyOf(requests);
  }

  /** Kinds of the objects with the version of their group, as {@code policy/v1 ...}. */
  public List<String> kinds() {
    return objects.stream()
        .map(one -> one.path("apiVersion").asText() + " " + one.path("kind").asText())
        .distinct()
        .sorted()
        .toList();
  }

  public Path kubeconfig(Path folder) throws IOException {
    Path file = Files.writeString(folder.resolve("kubeconfig"), "");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    return Files.writeString(
        file,
        """
        apiVersion: v1
        kind: Config
        current-context: test
        contexts: [{name: test, context: {cluster: test, user: test}}]
        clusters: [{name: test, cluster: {server: "http://127.0.0.1:%d"}}]
        users: [{name: test, user: {}}]
        """
            .formatted(server.getAddress().getPort()));
  }

  private void handle(HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().getPath();
    byte[] sent = exchange.getRequestBody().readAllBytes();
    JsonNode body = sent.length == 0 ? JSON.createObjectNode() : JSON.readTree(sent);
    synchronized (this) {
      requests.add(
          (exchange.getRequestMethod() + " " + path + " " + body.path("apiVersion").asText())
              .strip());
    }
    ObjectReply answer = answer(path, selected(exchange.getRequestURI()), body);
    byte[] text = answer.body().getBytes(UTF_8);
    exchange.getResponseHeaders().add("Content-Type", "application/json");
    exchange.sendResponseHeaders(answer.code(), text.length);
    exchange.getResponseBody().write(text);
    exchange.close();
  }

  private record ObjectReply(int code, String body) {}

  /** The labels that a list asks for, each with its one value. */
  private static JsonNode selected(URI request) {
    ObjectNode labels = JSON.createObjectNode();
    Pattern.compile("labelSelector=([^&]*)")
        .matcher(Objects.requireNonNullElse(request.getQuery(), ""))
        .results()
        .flatMap(found -> Pattern.compile(",").splitAsStream(found.group(1)))
        .map(label -> label.split("=", 2))
        .forEach(label -> labels.put(label[0], label[1]));
    return labels;
  }

  private ObjectReply answer(String path, JsonNode selected, JsonNode body) throws IOException {
    if (path.endsWith("/selfsubjectaccessreviews")) {
      ((ObjectNode) body).putObject("status").put("allowed", true);
      return new ObjectReply(201, body.toString());
    }
    if (path.equals("/api/v1")) {
      return new ObjectReply(200, EVICTIONS);
    }
    String[] words =
        path.replaceFirst("^/apis?/([^/]+/)?v[^/]+/(namespaces/[^/]+/)?", "").split("/", -1);
    if (words.length == 3 && words[2].equals("eviction")) {
      boolean refused = named("pods", words[1]).filter(this::isProtected).isPresent();
      return refused ? status(429, "disruption budget") : status(201, "");
    }
    if (words.length == 2) {
      return named(words[0], words[1])
          .map(one -> new ObjectReply(200, one.toString()))
          .orElseGet(() -> status(404, "not found"));
    }
    ObjectNode list = JSON.createObjectNode().put("kind", "List").put("apiVersion", "v1");
    objects.stream()
        .filter(one -> plural(one).equals(words[0]) && isServed(one, path))
        .filter(one -> has(one.path("metadata").path("labels"), selected))
        .forEach(list.putArray("items")::add);
    return new ObjectReply(200, list.toString());
  }

  /** An object is given in the version in which it was written; autoscaling has all of them. */
  private static boolean isServed(JsonNode one, String path) {
    String version = one.path("apiVersion").asText();
    return version.startsWith("autoscaling/") || path.contains("/" + version + "/");
  }

  private Optional<JsonNode> named(String plural, String name) {
    return objects.stream()
        .filter(one -> plural(one).equals(plural))
        .filter(one -> one.path("metadata").path("name").asText().equals(name))
        .findFirst();
  }

  private boolean isProtected(JsonNode pod) {
    return objects.stream()
        .filter(one -> one.path("kind").asText().equals("PodDisruptionBudget"))
        .filter(one -> one.path("spec").path("maxUnavailable").asInt(1) == 0)
        .map(one -> one.path("spec").path("selector").path("matchLabels"))
        .anyMatch(wanted -> has(pod.path("metadata").path("labels"), wanted));
  }

  private static boolean has(JsonNode labels, JsonNode wanted) {
    Map<String, String> all = new TreeMap<>();
    labels.properties().forEach(one -> all.put(one.getKey(), one.getValue().asText()));
    return wanted.properties().stream()
        .allMatch(one -> one.getValue().asText().equals(all.get(one.getKey())));
  }

  private static String plural(JsonNode one) {
    String kind = one.path("kind").asText().toLowerCase(Locale.ROOT);
    return kind + (kind.endsWith("s") ? "es" : "s");
  }

  private static ObjectReply status(int code, String message) {
    return new ObjectReply(
        code,
        "{\"kind\":\"Status\",\"apiVersion\":\"v1\",\"status\":\"%s\",\"code\":%d,\"message\":\"%s\"}"
            .formatted(code < 300 ? "Success" : "Failure", code, message));
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
