package io.metamigrate.migrator.plan.rule;

import static org.assertj.core.api.Assertions.assertThat;

import io.metamigrate.migrator.phase.StoreCheck;
import io.metamigrate.migrator.plan.PlanContract;
import io.metamigrate.migrator.plan.Rule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

final class FindingsPageTest {
  private static final Path PAGE = Path.of("..", "runbooks", "findings.md");
  private static final List<String> PARTS = List.of("You see", "Why", "Do", "Takes", "Undo");

  private static final Pattern LEVEL = Pattern.compile("^\\*(Blocker|Warning|Information)");

  /** An answer of a few letters is none. */
  private static final int SHORTEST = 8;

  /** What a message has from the cluster: a number, a name, a path. */
  private static final Pattern PLACEHOLDER = Pattern.compile("\\b[A-Z]+\\b");

  @Test
  void pageHasExactlyOneParagraphPerFinding() throws IOException {
    assertThat(entries().stream().map(entry -> entry.lines().findFirst().orElseThrow()))
        .containsExactlyInAnyOrderElementsOf(
            Stream.of(
                    Rules.ALL.stream().map(Rule::id),
                    StoreCheck.IDS.stream(),
                    Stream.of(
                        PlanContract.ID,
                        "ADDRESS_SILENT",
                        "DRIVER_PROBE",
                        "REPLY_TOO_LARGE",
                        "FOREIGN_CHANGE"))
                .flatMap(ids -> ids)
                .toList());
  }

  @Test
  void eachEntryAnswersWhatYouSeeWhyWhatToDoHowLongAndHowToUndo() throws IOException {
    List<String> lacking = new ArrayList<>();
    for (String entry : entries()) {
      int from = 0;
      for (String part : PARTS) {
        int at = entry.indexOf("\n**" + part + "**: ", from);
        if (at < 0 || part(entry, part).length() < SHORTEST) {
          lacking.add(entry.lines().findFirst().orElseThrow() + ": " + part);
        }
        from = Math.max(from, at);
      }
    }

    assertThat(lacking).isEmpty();
  }

  /** A level once, and each part once: a merge can leave two texts. */
  @Test
  void eachEntryHasOneText() throws IOException {
    assertThat(entries())
        .allSatisfy(
            entry -> {
              assertThat(entry.lines().filter(line -> LEVEL.matcher(line).find())).hasSize(1);
              PARTS.forEach(part -> assertThat(entry.split("\n\\*\\*" + part, -1)).hasSize(2));
            });
  }

  /** What the page quotes is in a message of the sources, number and names apart. */
  @Test
  void whatYouSeeIsWhatTheFindingPrints() throws IOException {
    String messages = messages();
    List<String> unknown = new ArrayList<>();
    int quotes = 0;
    for (String entry : entries()) {
      for (String quote : quotes(part(entry, "You see"))) {
        quotes++;
        Arrays.stream(PLACEHOLDER.split(quote))
            .map(text -> text.replaceAll("^\\W+|\\W+$", ""))
            .filter(text -> text.length() >= SHORTEST && !messages.contains(text))
            .forEach(text -> unknown.add(entry.lines().findFirst().orElseThrow() + ": " + text));
      }
    }

    assertThat(quotes).isGreaterThan(40);
    assertThat(unknown).isEmpty();
  }

  private static List<String> entries() throws IOException {
    return Arrays.stream(Files.readString(PAGE).split("(?m)^## ", -1)).skip(1).toList();
  }

  /** The text of a part, up to the next. */
  private static String part(String entry, String name) {
    int at = entry.indexOf("\n**" + name + "**: ");
    return at < 0
        ? ""
        : entry
            .substring(at + name.length() + 7)
            .split("\n\\*\\*", 2)[0]
            .replaceAll("\\s+", " ")
            .strip();
  }

  private static List<String> quotes(String text) {
    return Pattern.compile("\"([^\"]+)\"")
        .matcher(text)
        .results()
        .map(found -> found.group(1))
        .toList();
  }

  private static String messages() throws IOException {
    try (Stream<Path> files = Files.walk(Path.of("src/main/java/io/metamigrate/migrator"))) {
      return files
          .filter(file -> file.toString().matches(".*/(plan|phase|replay)/.*\\.java"))
          .map(FindingsPageTest::text)
          .map(source -> source.replaceAll("\"\\s*\\+\\s*\"", ""))
          .collect(Collectors.joining("\n"));
    }
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
