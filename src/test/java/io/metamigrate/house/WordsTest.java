package io.metamigrate.house;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.commonmark.node.AbstractVisitor;
import org.commonmark.node.Code;
import org.commonmark.node.HardLineBreak;
import org.commonmark.node.Heading;
import org.commonmark.node.HtmlInline;
import org.commonmark.node.Node;
import org.commonmark.node.Paragraph;
import org.commonmark.node.SoftLineBreak;
import org.commonmark.node.Text;
import org.commonmark.parser.Parser;
import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.events.Event;
import org.yaml.snakeyaml.events.ScalarEvent;

/**
 * Documents, Javadoc, messages and help use the terms of the field, and their sentences are short.
 * The words to avoid, each with what to write instead, are in {@code words/avoid.txt}; exceptions,
 * each with its reason, in {@code words/allowed.txt}.
 */
final class WordsTest {
  private static final Path ROOT = Path.of("../..");
  private static final int MAX_WORDS = 30;
  private static final Pattern SENTENCE = Pattern.compile("(?<=[.!?])[\"*)]*\\s+");
  private static final Pattern COMMENT = Pattern.compile("(?:^|\\s)#(?!!) ?(.*)$");
  private static final Pattern QUOTED = Pattern.compile("\"((?:[^\"\\\\\n]|\\\\.)*)\"");
  private static final Pattern TEST_NAME =
      Pattern.compile("@(?:Parameterized|Repeated)?Test\\b[^;{]*?\\bvoid (\\w+)\\(");

  /** A pattern and what to write instead. */
  private record Avoided(Pattern pattern, String instead) {}

  /** A text that may stay in the files whose path ends so. */
  private record Allowed(String file, String text, String reason) {}

  @Test
  void avoidedWordsAreNowhere() throws IOException {
    List<Avoided> avoided = avoided();
    List<Allowed> allowed = allowed();
    List<String> found = new ArrayList<>();
    int texts = 0;
    for (Path file : files()) {
      String name = ROOT.relativize(file).toString();
      for (JavaProse.Piece piece : prose(file)) {
        texts++;
        String text = without(allowed, name, piece.text());
        for (Avoided word : avoided) {
          Matcher matcher = word.pattern().matcher(text);
          while (matcher.find()) {
            long line = piece.line() + text.substring(0, matcher.start()).lines().count() - 1;
            found.add(
                "%s:%d: \"%s\"; write %s"
                    .formatted(
                        name, Math.max(piece.line(), line), matcher.group(), word.instead()));
          }
        }
      }
    }
    assertThat(texts).isGreaterThan(5_000);
    assertThat(found).as("words to avoid").isEmpty();
  }

  /** An exception that excuses nothing is deleted. */
  @Test
  void everyExceptionHasAReasonAndIsNeeded() throws IOException {
    List<Path> files = files();
    List<String> idle = new ArrayList<>();
    for (Allowed exception : allowed()) {
      boolean avoids =
          avoided().stream().anyMatch(word -> word.pattern().matcher(exception.text()).find());
      boolean used = false;
      for (Path file : files) {
        used |=
            file.toString().endsWith(exception.file())
                && prose(file).stream().anyMatch(piece -> flat(piece).contains(exception.text()));
      }
      if (!avoids || !used || exception.reason().isBlank()) {
        idle.add(exception.toString());
      }
    }
    assertThat(idle).isEmpty();
  }

  @Test
  void sentencesOfDocumentsAreShort() throws IOException {
    List<String> found = new ArrayList<>();
    int sentences = 0;
    for (Path file : files()) {
      String name = ROOT.relativize(file).toString();
      if (name.endsWith(".md")) {
        for (String unit : units(Files.readString(file))) {
          for (String sentence : SENTENCE.split(unit, -1)) {
            sentences++;
            tooLong(sentence).ifPresent(text -> found.add(name + ": " + text));
          }
        }
      }
    }
    assertThat(sentences).isGreaterThan(1_000);
    assertThat(found).as("sentences of more than %d words", MAX_WORDS).isEmpty();
  }

  @Test
  void sentencesOfMessagesAreShort() throws IOException {
    List<String> found = new ArrayList<>();
    for (Path file : files()) {
      String name = ROOT.relativize(file).toString();
      if (name.contains("/src/main/java/")) {
        for (JavaProse.Piece piece : JavaProse.of(Files.readString(file))) {
          if (piece.literal()) {
            for (String sentence : SENTENCE.split(piece.text(), -1)) {
              tooLong(sentence)
                  .ifPresent(text -> found.add(name + ":" + piece.line() + ": " + text));
            }
          }
        }
      }
    }
    assertThat(found).as("sentences of more than %d words", MAX_WORDS).isEmpty();
  }

  @Test
  void sentencesOfYamlAndScriptsAreShort() throws IOException {
    List<String> found = new ArrayList<>();
    int sentences = 0;
    for (Path file : files()) {
      String name = ROOT.relativize(file).toString();
      if (!name.endsWith(".md") && !name.endsWith(".java") && !name.endsWith(".html")) {
        for (String text : texts(Files.readString(file), name.endsWith(".yaml"))) {
          for (String sentence : SENTENCE.split(text, -1)) {
            sentences++;
            tooLong(sentence).ifPresent(one -> found.add(name + ": " + one));
          }
        }
      }
    }
    assertThat(sentences).isGreaterThan(500);
    assertThat(found).as("sentences of more than %d words", MAX_WORDS).isEmpty();
  }

  @Test
  void namesOfTestsAvoidTheSameWords() throws IOException {
    List<Avoided> avoided = avoided();
    List<String> found = new ArrayList<>();
    int names = 0;
    for (Path file : files()) {
      if (file.toString().endsWith("Test.java")) {
        Matcher test = TEST_NAME.matcher(Files.readString(file));
        while (test.find()) {
          names++;
          String words = test.group(1).replaceAll("(?=[A-Z])", " ");
          for (Avoided word : avoided) {
            if (word.pattern().matcher(words).find()) {
              found.add(file.getFileName() + ": " + test.group(1) + "; write " + word.instead());
            }
          }
        }
      }
    }
    assertThat(names).isGreaterThan(1_000);
    assertThat(found).as("words to avoid").isEmpty();
  }

  @Test
  void readsCommentsAndValuesOfYaml() {
    assertThat(
            texts(
                """
                # One sentence
                # of two lines.
                #   a command
                key: a value # why
                text: begins
                  and continues
                """,
                true))
        .containsExactly(
            "One sentence of two lines.",
            "  a command",
            "why",
            "key",
            "a value",
            "text",
            "begins and continues");
  }

  @Test
  void readsCommentsAndStringsOfScripts() {
    assertThat(texts("# why\necho \"printed\" >&2\n", false)).containsExactly("why", "printed");
  }

  @Test
  void readsCommentsAndJoinedLiterals() {
    assertThat(
            JavaProse.of(
                """
                /** Shows it. */
                String a = "one " + two(3) + " three"
                    + " four";
                // five
                call("six", "seven");
                """))
        .containsExactly(
            new JavaProse.Piece(1, false, "* Shows it. "),
            new JavaProse.Piece(2, true, "one X three four"),
            new JavaProse.Piece(4, false, " five"),
            new JavaProse.Piece(5, true, "six"),
            new JavaProse.Piece(5, true, "seven"));
  }

  /** Comments, with the lines that continue them, and the scalars of YAML or quoted strings. */
  private static List<String> texts(String source, boolean yaml) {
    List<String> texts = new ArrayList<>();
    boolean continues = false;
    for (String line : source.lines().toList()) {
      Matcher comment = COMMENT.matcher(line);
      boolean found = comment.find();
      String text = found ? comment.group(1) : "";
      if (continues && found && !text.isBlank() && !text.startsWith(" ")) {
        texts.add(texts.remove(texts.size() - 1) + " " + text);
      } else if (found) {
        texts.add(text);
      }
      continues = found && !text.startsWith(" ");
    }
    if (yaml) {
      for (Event event : new Yaml().parse(new StringReader(source))) {
        if (event instanceof ScalarEvent scalar) {
          scalar.getValue().lines().forEach(texts::add);
        }
      }
    } else {
      QUOTED.matcher(source).results().map(match -> match.group(1)).forEach(texts::add);
    }
    return texts;
  }

  private static java.util.Optional<String> tooLong(String sentence) {
    long words =
        Arrays.stream(sentence.trim().split("\\s+"))
            .filter(word -> word.codePoints().anyMatch(Character::isLetterOrDigit))
            .count();
    return words > MAX_WORDS
        ? java.util.Optional.of(words + " words: " + sentence.trim())
        : java.util.Optional.empty();
  }

  private static List<Path> files() throws IOException {
    try (Stream<Path> files = Files.walk(ROOT)) {
      return files
          .filter(
              file -> {
                String name = ROOT.relativize(file).toString();
                return (name.endsWith(".md")
                        || name.endsWith(".java")
                        || name.endsWith(".html")
                        || name.endsWith(".yaml")
                        || name.startsWith("migrator/bin/")
                        || name.equals("src/test/run")
                        || (name.startsWith("runbooks/") && Files.isRegularFile(file)))
                    && !name.contains("target/")
                    && !name.startsWith(".git/");
              })
          .sorted()
          .toList();
    }
  }

  private static List<JavaProse.Piece> prose(Path file) throws IOException {
    String text = Files.readString(file);
    return file.toString().endsWith(".java")
        ? JavaProse.of(text)
        : List.of(new JavaProse.Piece(1, false, text));
  }

  private static String flat(JavaProse.Piece piece) {
    return piece.text().replaceAll("\\s+", " ");
  }

  private static String without(List<Allowed> allowed, String file, String text) {
    String left = text;
    for (Allowed exception : allowed) {
      if (file.endsWith(exception.file())) {
        left =
            left.replaceAll(
                String.join(
                    "\\s+",
                    Arrays.stream(exception.text().split(" ")).map(Pattern::quote).toList()),
                "");
      }
    }
    return left;
  }

  /** Headings, paragraphs, items and cells; inline code counts as one word. */
  private static List<String> units(String markdown) {
    List<String> units = new ArrayList<>();
    Parser.builder()
        .build()
        .parse(markdown)
        .accept(
            new AbstractVisitor() {
              @Override
              public void visit(Heading heading) {
                units.add(text(heading));
              }

              @Override
              public void visit(Paragraph paragraph) {
                String text = text(paragraph);
                if (text.startsWith("|")) {
                  units.addAll(List.of(text.split("\\|")));
                } else {
                  units.add(text.replaceAll("\\s+", " "));
                }
              }
            });
    return units;
  }

  private static String text(Node block) {
    StringBuilder text = new StringBuilder();
    block.accept(
        new AbstractVisitor() {
          @Override
          public void visit(Text part) {
            text.append(part.getLiteral());
          }

          @Override
          public void visit(Code part) {
            text.append("CODE");
          }

          /** A line break within a cell of a table. */
          @Override
          public void visit(HtmlInline part) {
            if (part.getLiteral().equals("<br>")) {
              text.append('|');
            }
          }

          @Override
          public void visit(SoftLineBreak part) {
            text.append('\n');
          }

          @Override
          public void visit(HardLineBreak part) {
            text.append('\n');
          }
        });
    return text.toString();
  }

  private static List<Avoided> avoided() throws IOException {
    List<Avoided> words = new ArrayList<>();
    for (List<String> row : rows("avoid.txt", 2)) {
      words.add(
          new Avoided(
              Pattern.compile(
                  "(?<![\\w.-])(?:" + row.get(0).replace(" ", "\\s+") + ")(?![\\w-])",
                  Pattern.CASE_INSENSITIVE),
              row.get(1)));
    }
    assertThat(words).hasSizeGreaterThan(20);
    return words;
  }

  private static List<Allowed> allowed() throws IOException {
    List<Allowed> texts = new ArrayList<>();
    Map<String, Allowed> known = new TreeMap<>();
    for (List<String> row : rows("allowed.txt", 3)) {
      Allowed exception = new Allowed(row.get(0), row.get(1), row.get(2));
      assertThat(known.put(row.get(0) + row.get(1), exception)).isNull();
      texts.add(exception);
    }
    return texts;
  }

  private static List<List<String>> rows(String name, int columns) throws IOException {
    List<List<String>> rows = new ArrayList<>();
    for (String line : Files.readAllLines(Path.of("resources/words").resolve(name))) {
      if (!line.isBlank() && !line.startsWith("#")) {
        List<String> row = Arrays.stream(line.split(" ; ", -1)).map(String::strip).toList();
        assertThat(row).as(line).hasSize(columns);
        rows.add(row);
      }
    }
    return rows;
  }
}
