package io.metamigrate.house;

import static org.assertj.core.api.Assertions.assertThat;

import io.metamigrate.migrator.control.ProblemId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Each id that a command prints is explained on a page of the runbooks. */
final class IdsTest {
  private static final Path ROOT = Path.of("../..");
  private static final String ID = "[A-Z]+(?:_[A-Z]+)+";
  private static final Pattern PRINTED = Pattern.compile("\"(" + ID + ")\"");
  private static final Pattern WORD = Pattern.compile("[A-Z]{2,}(?:_[A-Z]+)*");

  @Test
  void everyPrintedIdIsExplained() throws IOException {
    Set<String> printed = new TreeSet<>();
    for (Path file : files("migrator/src/main/java", ".java")) {
      String source = Files.readString(file).replaceAll("@JsonAlias\\([^)]*\\)", "");
      PRINTED.matcher(source).results().forEach(id -> printed.add(id.group(1)));
    }
    // Variables, and a state of Pulsar's own migration.
    printed.removeIf(
        id ->
            id.startsWith("METAMIGRATE_")
                || (id.startsWith("PULSAR_") && id.endsWith("_CONF"))
                || id.equals("NOT_STARTED"));
    printed.addAll(Arrays.stream(ProblemId.values()).map(Enum::name).toList());

    assertThat(printed).hasSizeGreaterThan(80);
    assertThat(explained()).containsAll(printed);
  }

  @Test
  void everyHealthIdIsInTheTableOfTheDaemon() throws IOException {
    String page = Files.readString(ROOT.resolve("runbooks/daemon.md"));

    assertThat(ProblemId.values()).allSatisfy(id -> assertThat(page).contains("`" + id + "`"));
  }

  private static Set<String> explained() throws IOException {
    Set<String> ids = new TreeSet<>();
    for (Path file : files("runbooks", ".md")) {
      WORD.matcher(Files.readString(file)).results().forEach(word -> ids.add(word.group()));
    }
    return ids;
  }

  private static Set<Path> files(String folder, String end) throws IOException {
    try (Stream<Path> files = Files.walk(ROOT.resolve(folder))) {
      return files
          .filter(file -> file.toString().endsWith(end))
          .collect(Collectors.toCollection(TreeSet::new));
    }
  }
}
