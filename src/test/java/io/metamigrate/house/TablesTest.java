package io.metamigrate.house;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Tables of the documents that repeat what the sources define. Others are compared where their
 * source is: commands and exit codes, findings, steps, metrics, keys, ids.
 */
final class TablesTest {
  private static final Path ROOT = Path.of("../..");
  private static final Pattern CODE = Pattern.compile("`([^`]+)`");
  private static final Pattern ROUTE =
      Pattern.compile("new Route\\(\\s*\"(GET|POST)\",\\s*\"([^\"]+)\"");
  private static final Pattern EXIT = Pattern.compile("[A-Z_]+\\(([1-9]), \"[^\"]+\"\\)");
  private static final Pattern VARIABLE = Pattern.compile("put\\(\"(METAMIGRATE_[A-Z_]+[A-Z])\"");

  @Test
  void everyCampaignTestIsInTheTableOfContributing() throws IOException {
    String page = read(".github/CONTRIBUTING.md");
    Set<String> named = code(page.substring(page.indexOf("Only the campaign has:")));
    Set<String> campaign =
        sources("src/test/java").stream()
            .filter(source -> text(source).contains("@Tag(\"campaign\")"))
            .filter(source -> !folder(source).equals("house"))
            .filter(source -> !named.contains(folder(source)))
            .map(source -> source.getFileName().toString().replace(".java", ""))
            .collect(Collectors.toCollection(TreeSet::new));

    assertThat(campaign).hasSizeGreaterThan(15);
    assertThat(campaign)
        .allMatch(test -> named.stream().anyMatch(name -> test.matches(pattern(name))));
  }

  @Test
  void everyRequestOfTheControlInterfaceIsInTheTableOfTheDaemon() throws IOException {
    Set<String> routes = found("migrator/src/main/java", ROUTE, "$1 $2");

    assertThat(routes).contains("POST /barrier").hasSizeGreaterThan(10);
    assertThat(rows("runbooks/daemon.md", "(?:GET|POST) /[a-z/.]*")).isEqualTo(routes);
  }

  @Test
  void everyVariableOfACommandIsInTheTablesOfItsRunbook() throws IOException {
    Set<String> variables = found("migrator/src/main/java", VARIABLE, "$1");

    assertThat(variables).contains("METAMIGRATE_ACTION", "METAMIGRATE_HOOK");
    assertThat(rows("runbooks/command-driver.md", "METAMIGRATE_[A-Z_]+[A-Z]")).isEqualTo(variables);
  }

  @Test
  void everyExitCodeAndEveryFailedStateHasASectionWithAllFiveAnswers() throws IOException {
    String page = read("runbooks/failed-states.md");
    Set<String> codes =
        found("migrator/src/main/java/io/metamigrate/migrator/cli", EXIT, "Exit code $1");
    List<String> sections = List.of(page.split("(?m)^## ", -1)).stream().skip(1).toList();

    assertThat(codes).hasSize(8);
    assertThat(sections.stream().map(section -> section.lines().findFirst().orElse("")))
        .containsAll(codes)
        .contains("Stopped", "RollingBack", "RolledBack", "Aborted");
    assertThat(sections)
        .allSatisfy(
            section ->
                assertThat(section.replaceAll("\\s+", " "))
                    .containsPattern(
                        "\\*\\*You see\\*\\* .{8,}\\*\\*Why\\*\\*: .{8,}\\*\\*Do\\*\\*: .{8,}"
                            + "\\*\\*Takes\\*\\*:? .{8,}\\*\\*Undo\\*\\*: .{8,}"));
  }

  /** The campaign waits until a real Prometheus shows each alert as firing, for its real fault. */
  @Test
  void everyAlertIsSeenFiringInTheCampaign() throws IOException {
    Set<String> alerts =
        Pattern.compile("alert: (\\w+)")
            .matcher(read("runbooks/prometheus-alerts.yaml"))
            .results()
            .map(found -> found.group(1))
            .collect(Collectors.toCollection(TreeSet::new));
    Pattern awaited = Pattern.compile("awaitFiring\\(\"(\\w+)\"\\)");

    assertThat(alerts).hasSizeGreaterThan(5);
    assertThat(found("src/test/java", awaited, "$1")).isEqualTo(alerts);
  }

  @Test
  void everyPackageIsInTheMapOfTheReadme() throws IOException {
    String page = read("README.md");
    String map = page.substring(page.indexOf("## Map of the source"));
    for (String module : List.of("verifier", "migrator")) {
      Path folder = ROOT.resolve(module + "/src/main/java/io/metamigrate/" + module);
      try (Stream<Path> packages = Files.list(folder).filter(Files::isDirectory)) {
        assertThat(packages)
            .isNotEmpty()
            .allSatisfy(
                path ->
                    assertThat(map).containsPattern("(?m)(^  |, )" + path.getFileName() + "\\b"));
      }
    }
  }

  /** The code in the first cells of tables, if it has this form. */
  private static Set<String> rows(String page, String form) throws IOException {
    Set<String> rows = new TreeSet<>();
    for (String line : read(page).lines().filter(row -> row.startsWith("| `")).toList()) {
      code(line.substring(0, line.indexOf(" | "))).stream()
          .filter(cell -> cell.matches(form))
          .forEach(rows::add);
    }
    return rows;
  }

  /** The pattern of a class name, if a method or {@code *} is in the cell. */
  private static String pattern(String cell) {
    return cell.startsWith("...")
        ? ""
        : Pattern.quote(cell.replaceAll("\\..*", "")).replace("*", "\\E.*\\Q");
  }

  private static Set<String> code(String text) {
    return CODE.matcher(text)
        .results()
        .map(found -> found.group(1))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static Set<String> found(String folder, Pattern pattern, String form) throws IOException {
    Set<String> found = new TreeSet<>();
    for (Path source : sources(folder)) {
      pattern
          .matcher(text(source))
          .results()
          .forEach(hit -> found.add(pattern.matcher(hit.group()).replaceFirst(form)));
    }
    return found;
  }

  private static List<Path> sources(String folder) throws IOException {
    try (Stream<Path> files = Files.walk(ROOT.resolve(folder))) {
      return files.filter(file -> file.toString().endsWith(".java")).toList();
    }
  }

  private static String folder(Path source) {
    return source.resolveSibling("").normalize().getFileName().toString();
  }

  private static String read(String file) {
    return text(ROOT.resolve(file));
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
