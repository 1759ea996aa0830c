package io.metamigrate.house;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.commonmark.node.AbstractVisitor;
import org.commonmark.node.Code;
import org.commonmark.node.FencedCodeBlock;
import org.commonmark.node.Heading;
import org.commonmark.node.Link;
import org.commonmark.node.Node;
import org.commonmark.node.Text;
import org.commonmark.parser.Parser;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What the documents point to is there, and the commands that they show exist. */
final class DocumentsTest {
  private static final Path ROOT = Path.of("../..");
  private static final Pattern COMMAND = Pattern.compile("(?<!-role )\\bmigrate ([a-z][a-z-]+)");
  private static final Pattern FLAG = Pattern.compile("(?<![\\w-])--[a-z][a-z-]+");

  /** In a synopsis: what is optional is in brackets. */
  private static final Pattern REQUIRED = Pattern.compile("(?<![\\[(])(--[a-z-]+)=");

  private static final List<ParsedPage> DOCUMENTS = new ArrayList<>();
  private static final Map<String, String> HELP = new HashMap<>();

  /** One file, parsed. */
  private record ParsedPage(Path path, Node top) {
    @Override
    public String toString() {
      return ROOT.relativize(path).toString();
    }
  }

  @BeforeAll
  static void read() throws IOException {
    Parser parser = Parser.builder().build();
    try (Stream<Path> files = Files.walk(ROOT)) {
      for (Path file : files.filter(DocumentsTest::isDocument).sorted().toList()) {
        DOCUMENTS.add(new ParsedPage(file, parser.parse(Files.readString(file))));
      }
    }
    assertThat(DOCUMENTS).hasSizeGreaterThan(8);
  }

  private static boolean isDocument(Path path) {
    String name = ROOT.relativize(path).toString();
    return name.endsWith(".md") && !name.contains("target/") && !name.startsWith(".git/");
  }

  @Test
  void everyLinkLeadsToAFileAndAHeading() {
    List<String> broken = new ArrayList<>();
    for (ParsedPage document : DOCUMENTS) {
      for (String link : links(document)) {
        if (!link.startsWith("http:") && !link.startsWith("https:") && isBroken(document, link)) {
          broken.add(document + ": " + link);
        }
      }
    }
    assertThat(broken).isEmpty();
  }

  private static boolean isBroken(ParsedPage document, String link) {
    URI uri = URI.create(link);
    Path target =
        uri.getPath().isEmpty()
            ? document.path()
            : document.path().resolveSibling(uri.getPath()).normalize();
    if (!Files.exists(target)) {
      return true;
    }
    return uri.getFragment() != null
        && DOCUMENTS.stream()
            .filter(other -> other.path().normalize().equals(target.normalize()))
            .noneMatch(other -> anchors(other).contains(uri.getFragment()));
  }

  @Test
  void everyCommandThatIsShownExists() {
    Set<String> known = commands();
    List<String> unknown = new ArrayList<>();
    for (ParsedPage document : DOCUMENTS) {
      for (String code : code(document)) {
        Matcher matcher = COMMAND.matcher(code);
        while (matcher.find()) {
          if (!known.contains(matcher.group(1))) {
            unknown.add(document + ": migrate " + matcher.group(1));
          }
        }
      }
    }
    assertThat(known).contains("plan", "run", "cutover");
    assertThat(unknown).isEmpty();
  }

  /** A flag that follows a command of ours on the same line is one of that command's. */
  @Test
  void everyFlagThatIsShownExists() {
    Set<String> known = commands();
    List<String> unknown = new ArrayList<>();
    int seen = 0;
    for (ParsedPage document : DOCUMENTS) {
      for (String line : code(document).stream().flatMap(String::lines).toList()) {
        Matcher command = COMMAND.matcher(line);
        if (command.find() && known.contains(command.group(1))) {
          String help = help(command.group(1));
          Matcher flag = FLAG.matcher(line.substring(command.end()));
          while (flag.find()) {
            seen++;
            if (!Pattern.compile(flag.group() + "(?![\\w-])").matcher(help).find()) {
              unknown.add(document + ": migrate " + command.group(1) + " " + flag.group());
            }
          }
        }
      }
    }
    assertThat(seen).isGreaterThan(20);
    assertThat(unknown).isEmpty();
  }

  /**
   * A command that is shown with its file is copied as it is, and so has what it requires; so has
   * the one of an example's container.
   */
  @Test
  void everyWholeCommandHasItsRequiredOptions() throws IOException {
    Set<String> known = commands();
    List<String> incomplete = new ArrayList<>();
    Map<String, String> lines = new LinkedHashMap<>();
    for (ParsedPage document : DOCUMENTS) {
      code(document).stream()
          .flatMap(String::lines)
          .forEach(line -> lines.put(line.strip(), document.toString()));
    }
    try (Stream<Path> files = Files.walk(ROOT.resolve("runbooks/examples"))) {
      for (Path file : files.filter(one -> one.toString().endsWith(".yaml")).toList()) {
        for (String line : Files.readAllLines(file)) {
          lines.put(
              line.replaceAll("[\\[\\],]", " ").replaceAll(" +", " ").strip(), file.toString());
        }
      }
    }
    int seen = 0;
    for (Map.Entry<String, String> line : lines.entrySet()) {
      Matcher command = COMMAND.matcher(line.getKey());
      if (command.find()
          && known.contains(command.group(1))
          && !help(command.group(1)).contains("[COMMAND]")
          && line.getKey().contains(" --config ")) {
        String usage = help(command.group(1)).split("\n(?! )", 2)[0];
        Matcher required = REQUIRED.matcher(usage);
        while (required.find()) {
          seen++;
          if (!line.getKey().contains(required.group(1))) {
            incomplete.add(line.getValue() + ": " + line.getKey());
          }
        }
      }
    }
    assertThat(seen).isGreaterThan(2);
    assertThat(incomplete).isEmpty();
  }

  /**
   * The answers of the map: each path is a file, and each name a class or method in one of them.
   */
  @Test
  void everyFileAndClassOfTheMapExists() throws IOException {
    Map<String, Path> roots =
        Map.of(
            "M", ROOT.resolve("migrator/src/main/java/io/metamigrate/migrator"),
            "V", ROOT.resolve("verifier/src/main/java/io/metamigrate/verifier"),
            "T", ROOT.resolve("src/test/java/io/metamigrate"));
    Set<String> classes = classes();
    List<String> missing = new ArrayList<>();
    int seen = 0;
    for (String cell : code(contributing())) {
      Matcher path = Pattern.compile("([MVT])/(\\S+)").matcher(cell);
      if (path.matches()) {
        seen++;
        if (!Files.exists(
            Objects.requireNonNull(roots.get(path.group(1))).resolve(path.group(2)))) {
          missing.add(cell);
        }
      } else if (cell.matches("[A-Z][A-Za-z]+(Test|Guard|Writer|Steps|[a-z])(\\.[a-z]\\w+)?")
          && !classes.contains(cell.replaceAll("\\..*", ""))) {
        missing.add(cell);
      }
    }

    assertThat(seen).isGreaterThan(15);
    assertThat(missing).isEmpty();
  }

  private static ParsedPage contributing() {
    return DOCUMENTS.stream()
        .filter(document -> document.path().endsWith("CONTRIBUTING.md"))
        .findFirst()
        .orElseThrow();
  }

  private static Set<String> classes() throws IOException {
    try (Stream<Path> files = Files.walk(ROOT)) {
      Set<String> names = new TreeSet<>();
      files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.endsWith(".java"))
          .forEach(name -> names.add(name.substring(0, name.length() - ".java".length())));
      return names;
    }
  }

  private static Set<String> commands() {
    Set<String> names = new TreeSet<>();
    Matcher lines = Pattern.compile("(?m)^  ([a-z][a-z-]+) {2,}\\S").matcher(usage("--help"));
    while (lines.find()) {
      names.add(lines.group(1));
    }
    return names;
  }

  private static String help(String command) {
    return HELP.computeIfAbsent(command, DocumentsTest::printHelp);
  }

  private static String printHelp(String command) {
    String help = usage(command, "--help");
    return command.equals("config")
        ? help + usage(command, "init", "--help") + usage(command, "show", "--help")
        : help;
  }

  private static String usage(String... words) {
    StringWriter out = new StringWriter();
    io.metamigrate.migrator.cli.Migrate.run(
        new PrintWriter(out), new PrintWriter(java.io.Writer.nullWriter()), words);
    return out.toString();
  }

  private static List<String> links(ParsedPage document) {
    List<String> links = new ArrayList<>();
    document
        .top()
        .accept(
            new AbstractVisitor() {
              @Override
              public void visit(Link link) {
                links.add(link.getDestination());
                super.visit(link);
              }
            });
    return links;
  }

  private static List<String> code(ParsedPage document) {
    List<String> code = new ArrayList<>();
    document
        .top()
        .accept(
            new AbstractVisitor() {
              @Override
              public void visit(FencedCodeBlock block) {
                code.add(block.getLiteral());
              }

              @Override
              public void visit(Code inline) {
                code.add(inline.getLiteral());
              }
            });
    return code;
  }

  /** As the usual sites make them from headings. */
  private static Set<String> anchors(ParsedPage document) {
    Set<String> anchors = new TreeSet<>();
    document
        .top()
        .accept(
            new AbstractVisitor() {
              @Override
              public void visit(Heading heading) {
                StringBuilder text = new StringBuilder();
                heading.accept(
                    new AbstractVisitor() {
                      @Override
                      public void visit(Text part) {
                        text.append(part.getLiteral());
                      }

                      @Override
                      public void visit(Code part) {
                        text.append(part.getLiteral());
                      }
                    });
                anchors.add(
                    text.toString()
                        .toLowerCase(Locale.ROOT)
                        .replaceAll("[^\\p{L}\\p{N} _-]", "")
                        .replace(' ', '-'));
              }
            });
    return anchors;
  }
}
