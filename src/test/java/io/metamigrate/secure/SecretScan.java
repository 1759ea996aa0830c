package io.metamigrate.secure;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.metamigrate.lab.FreePorts;
import io.metamigrate.lab.LabProcess;
import io.metamigrate.lab.MigrateProcess;
import io.metamigrate.migrator.cli.Migrate;
import io.metamigrate.migrator.config.Configuration;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.awaitility.Awaitility;

/**
 * Everything that a daemon and the commands beside it show of themselves, at the most talkative log
 * level: where a secret could be.
 */
final class SecretScan {
  private static final Duration TIMEOUT = Duration.ofMinutes(2);
  private static final String TOKEN = "secret-control-token";
  private static final String KRB5 = "java.security.krb5.conf";
  private static final Map<String, String> MOST_VERBOSE =
      Map.of("METAMIGRATE_LOG", "TRACE", "METAMIGRATE_LOG_LIBRARIES", "DEBUG");

  private final Path home;
  private final Path config;
  private final int port;
  private final Map<String, String> places = new LinkedHashMap<>();

  SecretScan(Path home, String yaml) throws IOException {
    this.home = Files.createDirectories(home);
    Path token = Files.writeString(home.resolve("token"), TOKEN + "\n");
    port = FreePorts.next();
    config =
        Files.writeString(
            home.resolve("move.yaml"),
            yaml
                + "verify: {pause: 1s}\n"
                + "control: {listen: \"127.0.0.1:%d\", tokenFile: \"%s\"}%n"
                    .formatted(port, token));
  }

  /** Of the commands that use this configuration, to which a token is added. */
  SecretScan(Path home, Path config) throws IOException {
    this.home = Files.createDirectories(home);
    Path token = Files.writeString(home.resolve("token"), TOKEN + "\n");
    String yaml = Files.readString(config);
    this.config =
        Files.writeString(
            config, yaml.replaceFirst("(listen: \"[^\"]*\")", "$1, tokenFile: \"" + token + "\""));
    port = Configuration.load(config).control().listen().port();
  }

  static String token() {
    return TOKEN;
  }

  /** Runs the daemon until it is ready, and the commands beside it; gives all that they showed. */
  @SuppressWarnings("try") // they only have to run
  Map<String, String> run(String... accepted) throws Exception {
    command("config show", "config", "show");
    command("config check", "config", "check");
    Path plan = home.resolve("plan.json");
    command("plan", "plan", "--save", plan.toString());
    if (Files.exists(plan)) {
      places.put("saved plan", Files.readString(plan));
    }
    try (LabProcess daemon = daemon(accepted)) {
      command("status", "status");
      command("verify", "verify");
    }
    return places();
  }

  /** Starts a daemon and waits until a cutover may begin; the caller closes it. */
  LabProcess daemon(String... accepted) throws Exception {
    List<String> words = new ArrayList<>(List.of("run"));
    for (String finding : accepted) {
      words.addAll(List.of("--accept", finding));
    }
    LabProcess daemon = process("daemon", words);
    daemon.start();
    Awaitility.await("a cutover may begin")
        .atMost(TIMEOUT)
        .ignoreExceptions()
        .until(() -> !daemon.alive() || mayCutOver());
    assertThat(daemon.alive()).as(Files.readString(daemon.log(), UTF_8)).isTrue();
    for (String page : List.of("/status", "/", "/metrics", "/healthz")) {
      places.put("GET " + page, get(page).body());
    }
    long pid = daemon.pid().orElseThrow();
    for (String file : List.of("cmdline", "environ")) {
      places.put(file, Files.readString(Path.of("/proc/" + pid + "/" + file), ISO_8859_1));
    }
    return daemon;
  }

  private boolean mayCutOver() throws IOException, InterruptedException {
    return new ObjectMapper().readTree(get("/status").body()).at("/canCutover/now").asBoolean();
  }

  /** Everything that was shown until now. */
  Map<String, String> places() throws IOException {
    places.put("log of the daemon", Files.readString(home.resolve("daemon/log"), UTF_8));
    return Map.copyOf(places);
  }

  /** Starts a command; the caller closes it. */
  LabProcess started(String name, String... words) throws IOException {
    LabProcess process = process(name, List.of(words));
    process.start();
    return process;
  }

  /** What this command showed. */
  String place(String name) {
    return Objects.requireNonNull(places.get(name));
  }

  /** How many places there are so far. */
  int count() {
    return places.size();
  }

  /** Gives the exit code. */
  int command(String name, String... words) throws IOException {
    LabProcess process = process(name.replace(' ', '-'), List.of(words));
    process.start();
    Awaitility.await(name).atMost(TIMEOUT).until(() -> !process.alive());
    places.put(name, Files.readString(process.log(), UTF_8));
    return process.exitCode();
  }

  private LabProcess process(String name, List<String> words) throws IOException {
    Path logging = home.resolve("logback.xml");
    try (InputStream own = Migrate.class.getResourceAsStream("/logback.xml")) {
      Files.write(logging, Objects.requireNonNull(own).readAllBytes());
    }
    Map<String, String> environment = new HashMap<>(MOST_VERBOSE);
    String krb5 = System.getProperty(KRB5, "");
    environment.put(
        "JAVA_TOOL_OPTIONS",
        "-Dlogback.configurationFile="
            + logging
            + (krb5.isEmpty() ? "" : " -D" + KRB5 + "=" + krb5));
    List<String> command = MigrateProcess.launcher(home.resolve(name), 192);
    command.addAll(words);
    command.addAll(List.of("--config", config.toString()));
    return new LabProcess(name, home.resolve(name), command, environment);
  }

  private HttpResponse<String> get(String path) throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
            .header("Authorization", "Bearer " + TOKEN)
            .build();
    return HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
  }
}
