package io.metamigrate.secure;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.metamigrate.lab.FreePorts;
import io.metamigrate.lab.LabProcess;
import io.metamigrate.lab.MigrateProcess;
import io.metamigrate.migrator.cli.Migrate;
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
  private static final Map<String, String> TALKATIVE =
      Map.of("METAMIGRATE_LOG", "TRACE", "METAMIGRATE_LOG_LIBRARIES", "DEBUG");

  private final Path home;
  private final Path config;
  private final int port = FreePorts.next();
  private final Map<String, String> places = new LinkedHashMap<>();

  SecretScan(Path home, String yaml) throws IOException {
    this.home = Files.createDirectories(home);
    Path token = Files.writeString(home.resolve("token"), TOKEN + "\n");
    config =
        Files.writeString(
            home.resolve("move.yaml"),
            yaml
                + "verify: {pause: 1s}\n"
                + "control: {listen: \"127.0.0.1:%d\", tokenFile: \"%s\"}%n"
                    .formatted(port, token));
  }

  static String token() {
    return TOKEN;
  }

  /** Runs the daemon until it is ready, and the commands beside it; gives all that they showed. */
  Map<String, String> run(String... accepted) throws Exception {
    command("config show", "config", "show");
    command("config check", "config", "check");
    Path plan = home.resolve("plan.json");
    command("plan", "plan", "--save", plan.toString());
    if (Files.exists(plan)) {
      places.put("saved plan", Files.readString(plan));
    }
    List<String> words = new ArrayList<>(List.of("run"));
    for (String finding : accepted) {
      words.addAll(List.of("--accept", finding));
    }
    try (LabProcess daemon = process("daemon", words)) {
      daemon.start();
      Awaitility.await("the daemon is ready")
          .atMost(TIMEOUT)
          .ignoreExceptions()
          .until(() -> !daemon.alive() || get("/readyz").statusCode() == 200);
      assertThat(daemon.alive()).as(Files.readString(daemon.log(), UTF_8)).isTrue();
      for (String page : List.of("/status", "/", "/metrics", "/healthz")) {
        places.put("GET " + page, get(page).body());
      }
      long pid = Long.parseLong(Files.readString(home.resolve("daemon/pid")).strip());
      for (String file : List.of("cmdline", "environ")) {
        places.put(file, Files.readString(Path.of("/proc/" + pid + "/" + file), ISO_8859_1));
      }
      command("status", "status");
      command("verify", "verify");
    }
    places.put("log of the daemon", Files.readString(home.resolve("daemon/log"), UTF_8));
    return places;
  }

  private void command(String name, String... words) throws IOException {
    LabProcess process = process(name.replace(' ', '-'), List.of(words));
    process.start();
    Awaitility.await(name).atMost(TIMEOUT).until(() -> !process.alive());
    places.put(name, Files.readString(process.log(), UTF_8));
  }

  private LabProcess process(String name, List<String> words) throws IOException {
    Path logging = home.resolve("logback.xml");
    try (InputStream own = Migrate.class.getResourceAsStream("/logback.xml")) {
      Files.write(logging, Objects.requireNonNull(own).readAllBytes());
    }
    Map<String, String> environment = new HashMap<>(TALKATIVE);
    environment.put("JAVA_TOOL_OPTIONS", "-Dlogback.configurationFile=" + logging);
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
