package io.metamigrate.migrator.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.metamigrate.migrator.config.Configuration;
import io.metamigrate.verifier.store.Store;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The alert rules and the dashboard ask for what there is. */
final class AlertsTest {
  private static final Path RUNBOOKS = Path.of("../runbooks");
  private static final Pattern METRIC = Pattern.compile("(metamigrate|process)_[a-z_]+");

  /** Registered by the commands of the window; their own test sees them. */
  private static final String OF_A_STEP = "metamigrate_step_";

  @Test
  void everyQueriedMetricExists() throws IOException {
    String scraped = scrape();
    for (String name : asked()) {
      if (!name.startsWith(OF_A_STEP)) {
        assertThat(scraped).as(name).containsPattern("(?m)^" + name + "\\{");
      }
    }
  }

  @Test
  void everyMetricHasAHelpText() {
    Set<String> without = new TreeSet<>();
    String scraped = scrape();
    scraped
        .lines()
        .filter(line -> line.startsWith("# TYPE "))
        .map(line -> line.split(" ", -1)[2])
        .filter(name -> !Pattern.compile("(?m)^# HELP " + name + " \\S").matcher(scraped).find())
        .forEach(without::add);

    assertThat(without).isEmpty();
  }

  /** The table is in the description of the package; the meters of a step are in it, too. */
  @Test
  void everyMetricIsInTheTable() throws IOException {
    String table =
        Files.readString(
            Path.of("src/main/java/io/metamigrate/migrator/control/package-info.java"));
    Set<String> described =
        METRIC
            .matcher(table)
            .results()
            .map(found -> found.group())
            .filter(name -> !name.startsWith(OF_A_STEP))
            .collect(Collectors.toCollection(TreeSet::new));

    Set<String> scraped =
        scrape()
            .lines()
            .filter(line -> line.startsWith("# TYPE "))
            .map(line -> line.split(" ", -1)[2].replaceAll("_max$", ""))
            .filter(name -> name.startsWith("metamigrate_"))
            .collect(Collectors.toCollection(TreeSet::new));

    assertThat(scraped).isEqualTo(described);
  }

  @Test
  void everyAlertIsExplained() throws IOException {
    String page = Files.readString(RUNBOOKS.resolve("monitoring.md"));
    List<String> alerts =
        Pattern.compile("alert: (\\w+)")
            .matcher(Files.readString(RUNBOOKS.resolve("prometheus-alerts.yaml")))
            .results()
            .map(found -> found.group(1))
            .toList();

    assertThat(alerts).hasSizeGreaterThan(5);
    assertThat(Pattern.compile("(?m)^## (\\w+)").matcher(page).results())
        .extracting(found -> found.group(1))
        .containsExactlyElementsOf(alerts);
  }

  @Test
  void metricsPassPromtoolLint() throws Exception {
    assertThat(promtool(RUNBOOKS, scrape(), "check", "metrics")).isEmpty();
  }

  @Test
  void alertsPassPromtoolTests() throws Exception {
    assertThat(promtool(RUNBOOKS, "", "check", "rules", "prometheus-alerts.yaml"))
        .contains("SUCCESS");
    assertThat(promtool(RUNBOOKS, "", "test", "rules", "prometheus-alerts-test.yaml"))
        .contains("SUCCESS");
  }

  @Test
  void theScrapeConfigurationOfThePageIsAccepted(@TempDir Path folder) throws Exception {
    String page = Files.readString(RUNBOOKS.resolve("monitoring.md"));
    Matcher block = Pattern.compile("(?ms)^```\\n(scrape_configs:.*?)^```").matcher(page);
    assertThat(block.find()).isTrue();
    Files.writeString(folder.resolve("prometheus.yaml"), block.group(1));
    Files.copy(
        RUNBOOKS.resolve("prometheus-alerts.yaml"), folder.resolve("prometheus-alerts.yaml"));

    assertThat(promtool(folder, "", "check", "config", "prometheus.yaml")).contains("SUCCESS");
  }

  /** Fails unless promtool ends with 0; gives what it printed. */
  private static String promtool(Path folder, String input, String... arguments)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("promtool"));
    command.addAll(List.of(arguments));
    Process process;
    try {
      process =
          new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true).start();
    } catch (IOException e) {
      throw new AssertionError(
          "promtool is missing; run: sudo apt-get install -y --no-install-recommends prometheus",
          e);
    }
    try (OutputStream in = process.getOutputStream()) {
      in.write(input.getBytes(StandardCharsets.UTF_8));
    }
    String printed =
        new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    assertThat(process.waitFor()).as(printed).isZero();
    return printed;
  }

  private static String scrape() {
    try (Telemetry telemetry =
        new Telemetry(Configuration.defaults(), "c1", InstantSource.system())) {
      telemetry.answered(Store.ETCD, "transaction", Duration.ofMillis(3));
      telemetry.recordLag(Duration.ofMillis(3));
      return telemetry.metrics().scrape();
    }
  }

  private static Set<String> asked() throws IOException {
    Set<String> names = new TreeSet<>();
    for (String file : List.of("prometheus-alerts.yaml", "grafana-dashboard.json")) {
      Matcher matcher = METRIC.matcher(Files.readString(RUNBOOKS.resolve(file)));
      while (matcher.find()) {
        names.add(matcher.group());
      }
    }
    assertThat(names).hasSizeGreaterThan(10);
    return names;
  }
}
