package io.metamigrate.migrator.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.metamigrate.migrator.config.Configuration;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/**
 * What the documents quote. A line that begins with {@code migrate} must be accepted by the parser
 * of the command line. A block with info string {@code yaml} must be a configuration. Any other
 * block has a comment right before it, which names its check:
 *
 * <ul>
 *   <li>{@code <!-- quoted: TestClass#method -->}: that test compares it;
 *   <li>{@code <!-- quoted: not checked, REASON -->}.
 * </ul>
 */
final class CodeBlocksTest {
  private static final Path ROOT = Path.of("..");
  private static final Pattern BLOCK = Pattern.compile("(?ms)^```(\\S*)\\n(.*?)^```");
  private static final Pattern MARK = Pattern.compile("<!-- quoted: (.+?) -->\\n$");
  private static final Pattern COMMAND =
      Pattern.compile("^(?:\\$ )?(?:migrator/bin/)?migrate (.*)");
  private static final int SHORTEST_REASON = 20;

  private static final List<CodeBlock> BLOCKS = new ArrayList<>();

  private static final CommandLine LINE = commandLine();

  @TempDir private Path folder;

  /** One block, the mark before it or an empty text. */
  private record CodeBlock(String page, String info, String text, String mark) {
    List<String> commands() {
      return text.lines()
          .map(COMMAND::matcher)
          .filter(Matcher::find)
          .map(found -> found.group(1).replaceAll(" +#.*", "").strip())
          .toList();
    }

    /** Neither commands of this tool nor comments. */
    List<String> others() {
      return text.lines()
          .filter(line -> !line.isBlank() && !line.startsWith("#"))
          .filter(line -> !COMMAND.matcher(line).find())
          .toList();
    }

    @Override
    public String toString() {
      return page + ": " + text.lines().findFirst().orElse("");
    }
  }

  @BeforeAll
  static void read() throws IOException {
    try (Stream<Path> files = Files.walk(ROOT)) {
      for (Path file : files.filter(CodeBlocksTest::isDocument).sorted().toList()) {
        String page = Files.readString(file);
        Matcher block = BLOCK.matcher(page);
        while (block.find()) {
          Matcher mark = MARK.matcher(page.substring(0, block.start()));
          BLOCKS.add(
              new CodeBlock(
                  ROOT.relativize(file).toString(),
                  block.group(1),
                  block.group(2),
                  mark.find() ? mark.group(1) : ""));
        }
      }
    }
  }

  private static boolean isDocument(Path path) {
    String name = ROOT.relativize(path).toString();
    return name.endsWith(".md") && !name.contains("target/") && !name.startsWith(".git/");
  }

  @Test
  void everyCommandThatIsQuotedIsAcceptedByTheCommandLine() {
    List<String> refused = new ArrayList<>();
    int seen = 0;
    for (CodeBlock block : BLOCKS) {
      for (String command : block.commands()) {
        seen++;
        try {
          LINE.parseArgs(command.replaceAll(" > .*", "").split(" +"));
        } catch (CommandLine.ParameterException e) {
          refused.add(block.page() + ": migrate " + command + ": " + e.getMessage());
        }
      }
    }

    assertThat(seen).isGreaterThan(20);
    assertThat(refused).isEmpty();
  }

  /** Commands in running text are quoted without all that they need: only what is there counts. */
  @Test
  void noCommandInRunningTextHasAnUnknownOption() throws IOException {
    List<String> refused = new ArrayList<>();
    int seen = 0;
    try (Stream<Path> files = Files.walk(ROOT)) {
      for (Path file : files.filter(CodeBlocksTest::isDocument).sorted().toList()) {
        Matcher code =
            Pattern.compile("`migrate ([a-z][^`]*)`")
                .matcher(Files.readString(file).replaceAll("\\s+", " "));
        while (code.find()) {
          seen++;
          try {
            LINE.parseArgs(code.group(1).replaceAll(" > .*| \\.\\.\\.", "").split(" +"));
          } catch (CommandLine.MissingParameterException e) {
            // An abbreviated command: what it lacks is in another place.
          } catch (CommandLine.ParameterException e) {
            refused.add(
                ROOT.relativize(file) + ": migrate " + code.group(1) + ": " + e.getMessage());
          }
        }
      }
    }

    assertThat(seen).isGreaterThan(100);
    assertThat(refused).isEmpty();
  }

  @Test
  void everyConfigurationThatIsQuotedIsOne() throws IOException {
    List<CodeBlock> yaml = BLOCKS.stream().filter(block -> block.info().equals("yaml")).toList();

    assertThat(yaml).hasSizeGreaterThan(3);
    for (CodeBlock block : yaml) {
      for (String file : List.of("secrets/zookeeper", "secrets/etcd", "tls/ca.pem")) {
        Files.createDirectories(folder.resolve(file).getParent());
        Files.writeString(folder.resolve(file), "x");
      }
      for (String file :
          List.of("tls/client.pem", "tls/client.crt", "tls/client.key", "jaas.conf")) {
        Files.writeString(folder.resolve(file), "x");
      }
      assertThat(Configuration.load(Files.writeString(folder.resolve("move.yaml"), block.text())))
          .as(block.toString())
          .isNotEqualTo(Configuration.defaults());
    }
  }

  @Test
  void everyOtherBlockNamesItsCheckOrTheReasonWhyThereIsNone() throws IOException {
    List<String> unmarked = new ArrayList<>();
    for (CodeBlock block : BLOCKS) {
      boolean needsMark =
          !Set.of("yaml", "mermaid").contains(block.info()) && !block.others().isEmpty();
      if (needsMark && !isCheck(block.mark(), block.page())) {
        unmarked.add(block + " (" + block.mark() + ")");
      }
    }

    assertThat(BLOCKS).hasSizeGreaterThan(30);
    assertThat(unmarked).isEmpty();
  }

  private static boolean isCheck(String mark, String page) throws IOException {
    if (mark.startsWith("not checked, ")) {
      return mark.length() >= "not checked, ".length() + SHORTEST_REASON;
    }
    return isTest(mark, page);
  }

  /** A method of that name is there, and its class reads that page. */
  private static boolean isTest(String mark, String page) throws IOException {
    if (!mark.matches("\\w+#\\w+")) {
      return false;
    }
    List<String> names = List.of(mark.split("#", 2));
    for (Path source : sources("src/test/java")) {
      if (source.getFileName().toString().equals(names.get(0) + ".java")) {
        String text = Files.readString(source);
        return text.contains("void " + names.get(1) + "(")
            && (text.contains('"' + page.replaceAll(".*/", "") + '"') || text.contains(page));
      }
    }
    return false;
  }

  private static CommandLine commandLine() {
    PrintWriter nowhere = new PrintWriter(Writer.nullWriter());
    return Migrate.commandLine(new Console(nowhere, nowhere, false));
  }

  private static List<Path> sources(String below) {
    List<Path> found = new ArrayList<>();
    for (String module : List.of("verifier", "migrator", ".")) {
      Path start = ROOT.resolve(module).resolve(below);
      if (Files.exists(start)) {
        try (Stream<Path> files = Files.walk(start)) {
          files.filter(file -> file.toString().endsWith(".java")).forEach(found::add);
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      }
    }
    return found;
  }
}
