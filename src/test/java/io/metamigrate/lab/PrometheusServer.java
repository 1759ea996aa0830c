package io.metamigrate.lab;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * A real Prometheus that scrapes one control interface every second, with the alert rules of the
 * runbooks. So that a test does not last hours, a copy of the rules has their times divided: each
 * {@code for} and each threshold of seconds by {@link #FASTER}, the window of restarts by ten. The
 * expressions are the same.
 */
public final class PrometheusServer implements AutoCloseable {
  /** What the copy's times are divided by. */
  static final int FASTER = 30;

  private static final Duration TIMEOUT = Duration.ofMinutes(5);
  private static final Path PROGRAM = Path.of("/usr/bin/prometheus");
  private static final ObjectMapper JSON = new ObjectMapper();

  private final HttpClient http = HttpClient.newHttpClient();
  private final LabProcess process;
  private final int port;

  private PrometheusServer(LabProcess process, int port) {
    this.process = process;
    this.port = port;
  }

  /**
   * Starts it.
   *
   * @param runbooks the folder of the rules and the dashboard
   * @param token a file with the token of the control interface; may be empty
   * @param target the port of the control interface
   */
  public static PrometheusServer start(Path home, Path runbooks, String token, int target)
      throws IOException {
    if (!Files.isExecutable(PROGRAM)) {
      throw new AssertionError(
          PROGRAM + " is missing; run: sudo apt-get install -y --no-install-recommends prometheus");
    }
    Files.createDirectories(home);
    Files.writeString(
        home.resolve("rules.yaml"),
        faster(Files.readString(runbooks.resolve("prometheus-alerts.yaml"))));
    Files.writeString(home.resolve("token"), token);
    Files.writeString(
        home.resolve("prometheus.yaml"),
        """
        global: {scrape_interval: 1s, scrape_timeout: 1s, evaluation_interval: 1s}
        rule_files: [rules.yaml]
        scrape_configs:
          - job_name: metamigrate
            %s
            static_configs: [{targets: ["127.0.0.1:%d"]}]
        """
            .formatted(
                token.isEmpty()
                    ? ""
                    : "authorization: {credentials_file: " + home.resolve("token") + "}",
                target));
    int port = FreePorts.next();
    LabProcess process =
        new LabProcess(
            "prometheus",
            home,
            List.of(
                PROGRAM.toString(),
                "--config.file=" + home.resolve("prometheus.yaml"),
                "--storage.tsdb.path=" + home.resolve("data"),
                "--web.listen-address=127.0.0.1:" + port),
            Map.of());
    PrometheusServer server = new PrometheusServer(process, port);
    process.start();
    process.awaitReady("answers", TIMEOUT, () -> !server.ask("vector(1)").isEmpty());
    return server;
  }

  private static String faster(String rules) {
    return rules
        .replace("for: 1m", "for: 2s")
        .replace("for: 2m", "for: 4s")
        .replace("for: 5m", "for: 10s")
        .replace("for: 15m", "for: 30s")
        .replace("[15m]", "[90s]")
        .replace("_lag_seconds > 60", "_lag_seconds > " + 60 / FASTER)
        .replace("_timestamp_seconds > 300", "_timestamp_seconds > " + 300 / FASTER);
  }

  /** The result of a query, an array of series. */
  JsonNode ask(String query) throws IOException, InterruptedException {
    return get("/api/v1/query?query=" + URLEncoder.encode(query, StandardCharsets.UTF_8))
        .at("/data/result");
  }

  /** The names of the alerts that fire now. */
  public Set<String> firing() throws IOException, InterruptedException {
    Set<String> firing = new TreeSet<>();
    for (JsonNode alert : get("/api/v1/alerts").at("/data/alerts")) {
      if (alert.path("state").asText().equals("firing")) {
        firing.add(alert.at("/labels/alertname").asText());
      }
    }
    return firing;
  }

  /** Waits until this alert fires, and prints it as Prometheus shows it. */
  public void awaitFiring(String alert) {
    await(alert + " fires").atMost(TIMEOUT).until(() -> firing().contains(alert));
    System.out.printf("PROMETHEUS %s fires%n", alert);
  }

  public void awaitCalm(String alert) {
    await(alert + " ends").atMost(TIMEOUT).until(() -> !firing().contains(alert));
  }

  /** Each panel's title and query of the dashboard, for every cluster. */
  public static Map<String, String> panels(Path runbooks) throws IOException {
    Map<String, String> queries = new LinkedHashMap<>();
    JsonNode dashboard = JSON.readTree(runbooks.resolve("grafana-dashboard.json").toFile());
    for (JsonNode panel : dashboard.path("panels")) {
      for (JsonNode target : panel.path("targets")) {
        queries.put(
            panel.path("title").asText() + " " + target.path("refId").asText(),
            target.path("expr").asText().replace("$cluster", ".*"));
      }
    }
    return queries;
  }

  /** Waits until a query of the dashboard answers with a number. */
  public void awaitData(String panel, String query) {
    await("data of " + panel).atMost(TIMEOUT).until(() -> hasNumber(query));
    System.out.printf("PROMETHEUS panel %s has data%n", panel);
  }

  private boolean hasNumber(String query) throws IOException, InterruptedException {
    for (JsonNode series : ask(query)) {
      if (!series.at("/value/1").asText().equals("NaN")) {
        return true;
      }
    }
    return false;
  }

  private JsonNode get(String path) throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path)).build();
    return JSON.readTree(http.send(request, HttpResponse.BodyHandlers.ofString()).body());
  }

  @Override
  public void close() {
    process.kill();
  }
}
