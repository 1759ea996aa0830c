package io.metamigrate.lab;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.function.Predicate;
import org.awaitility.Awaitility;

/**
 * The daemon, {@code migrate run}, as a process of its own, so that it can be killed and frozen.
 * Its control interface is spoken to over plain HTTP.
 */
public final class MigrateProcess implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration TIMEOUT = Duration.ofMinutes(5);
  private static final String TOKEN = "a-token-of-the-lab";

  private final HttpClient http =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(2))
          .build();
  private final LabProcess process;
  private final List<String> command;
  private final Path config;
  private final int port;

  private MigrateProcess(String name, Path home, List<String> command, Path config, int port) {
    this(name, home, command, Map.of(), config, port);
  }

  private MigrateProcess(
      String name,
      Path home,
      List<String> command,
      Map<String, String> environment,
      Path config,
      int port) {
    this.process = new LabProcess(name, home, command, environment);
    this.command = command;
    this.config = config;
    this.port = port;
  }

  /**
   * A daemon that is not started yet.
   *
   * @param name unique within {@code directory}
   * @param arguments of {@code migrate run} beside the configuration
   */
  public static MigrateProcess of(
      String name,
      Path directory,
      int heapMegabytes,
      String zookeeper,
      String etcd,
      String... arguments) {
    String stores =
        """
        cluster: {name: demo, pulsarVersion: 2.10.0}
        source: {zookeeper: "%s"}
        target: {etcd: ["%s"], componentUrl: "%s", lockTtl: 5s}
        """
            .formatted(zookeeper, etcd.replace(",", "\", \""), etcd.split(",", 2)[0]);
    return of(name, directory, heapMegabytes, stores, arguments);
  }

  /**
   * The same with a configuration of the caller's, without the block {@code control}; verifies
   * every two seconds unless it has a block {@code verify}.
   */
  public static MigrateProcess of(
      String name, Path directory, int heapMegabytes, String yaml, String[] arguments) {
    Path home = directory.resolve(name);
    int port = FreePorts.next();
    Path config = home.resolve("config.yaml");
    try {
      Files.createDirectories(home);
      Files.writeString(home.resolve("token"), TOKEN + "\n");
      String verify = yaml.contains("verify:") ? "" : "verify: {pause: 2s}\n";
      Files.writeString(config, yaml + verify + control(port, home.resolve("token")));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    List<String> command = launcher(home, heapMegabytes);
    command.addAll(List.of("run", "--config", config.toString()));
    // The lab's tree is that of a 2.10.0, which has to repair by hand until it is upgraded.
    command.addAll(
        List.of("--accept", "AUTORECOVERY_NEEDS_ZOOKEEPER", "--accept", "LISTING_TOO_LARGE"));
    command.addAll(List.of(arguments));
    return new MigrateProcess(name, home, command, config, port);
  }

  /** The same daemon for a start by which the operator accepts something. */
  public MigrateProcess accepting(String id) {
    List<String> longer = new ArrayList<>(command);
    longer.addAll(List.of("--accept", id));
    return new MigrateProcess(process.name(), config.resolveSibling(""), longer, config, port);
  }

  /** The same daemon as an operator starts it, with JSON in its log; the caller closes it. */
  public MigrateProcess logsJson() {
    List<String> product = new ArrayList<>(command);
    product.add(1, "-Dlogback.configurationFile=logback.xml");
    return new MigrateProcess(
        process.name(),
        config.resolveSibling(""),
        product,
        Map.of("METAMIGRATE_LOG_FORMAT", "json", "METAMIGRATE_LOG", "DEBUG"),
        config,
        port);
  }

  /** The command line up to the words of {@code migrate}. */
  public static List<String> launcher(Path home, int heapMegabytes) {
    try {
      Files.createDirectories(home.resolve("tmp"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-XX:-UsePerfData"));
    command.add("-XX:+ExitOnOutOfMemoryError");
    command.add("-Xmx" + heapMegabytes + "m");
    command.add("-Djute.maxbuffer=33554432");
    command.add("-Djava.io.tmpdir=" + home.resolve("tmp"));
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.add("io.metamigrate.migrator.cli.Migrate");
    return command;
  }

  private static String control(int port, Path token) {
    return """
    control: {listen: "127.0.0.1:%d", tokenFile: "%s"}
    """
        .formatted(port, token);
  }

  /** Starts it, again if need be, and returns at once. */
  public MigrateProcess start() {
    process.start();
    return this;
  }

  /** Signals, exit code and log of its process. */
  public LabProcess process() {
    return process;
  }

  /** The configuration, for other commands. */
  public Path config() {
    return config;
  }

  public String log() throws IOException {
    return Files.readString(process.log());
  }

  public int port() {
    return port;
  }

  /** The status; empty object while it does not answer. */
  public JsonNode status() {
    try {
      return JSON.readTree(send("GET", "/status", "", true).body());
    } catch (IOException e) {
      return JSON.createObjectNode();
    }
  }

  /** Why it is slowed down, from all fields of the status that show it. */
  public String reasons() {
    JsonNode status = status();
    return status.path("throttled").path("reason").asText("")
        + "; "
        + status.path("waitingFor").asText("");
  }

  /** Waits for a status. */
  public void await(String what, Predicate<JsonNode> condition) {
    process.awaitReady(what, TIMEOUT, () -> condition.test(status()));
  }

  public void awaitCanCutover() {
    await("can cut over", status -> status.at("/canCutover/now").asBoolean());
  }

  public void awaitFollowing() {
    await("follows", status -> status.path("phase").asText().equals("Following"));
  }

  /** Waits until everything that ZooKeeper has by now is applied; gives the etcd revision. */
  public JsonNode barrier() {
    JsonNode[] reached = new JsonNode[1];
    process.awaitReady(
        "reaches a barrier",
        TIMEOUT,
        () -> {
          HttpResponse<String> answer = send("POST", "/barrier", "", true);
          reached[0] = JSON.readTree(answer.body());
          return answer.statusCode() == 200;
        });
    return reached[0];
  }

  /** A request with or without the token. */
  public HttpResponse<String> send(String method, String path, String body, boolean token)
      throws IOException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
            .timeout(Duration.ofSeconds(20))
            .method(method, BodyPublishers.ofString(body));
    if (token) {
      request.header("Authorization", "Bearer " + TOKEN);
    }
    try {
      return http.send(request.build(), BodyHandlers.ofString());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
  }

  /** Waits for its end by itself; gives the exit code. */
  public int awaitEnd() {
    Awaitility.await().atMost(TIMEOUT).until(() -> !process.alive());
    return process.exitCode();
  }

  /** The exit code, if it has ended by itself. */
  OptionalInt ended() {
    return process.alive() ? OptionalInt.empty() : OptionalInt.of(process.exitCode());
  }

  @Override
  public void close() {
    process.close();
  }
}
