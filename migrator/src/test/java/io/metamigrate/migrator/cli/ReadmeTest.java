package io.metamigrate.migrator.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The README and the help show the commands and exit codes as they are. */
final class ReadmeTest {
  private static final Path README = Path.of("..", "README.md");
  private static final Pattern TABLE = Pattern.compile("(?m)^\\| (\\d+) \\| (.+) \\|$");
  private static final Pattern LIST = Pattern.compile("(?m)^  (\\d+)   ?(.+)$");

  @Test
  void readmeAndHelpListTheSameExitCodes() throws IOException {
    Map<Integer, String> expected = new TreeMap<>();
    for (ExitCode code : ExitCode.values()) {
      expected.put(code.code(), code.meaning());
    }

    assertThat(codes(Files.readString(README), TABLE)).isEqualTo(expected);
    assertThat(codes(help(), LIST)).isEqualTo(expected);
  }

  @Test
  void everyCommandIsInTheTable() throws IOException {
    String table =
        String.join(
            "\n",
            Files.readAllLines(README).stream().filter(line -> line.startsWith("| `")).toList());
    List<String> commands =
        Pattern.compile("(?m)^  ([a-z][a-z-]+) {2,}\\S")
            .matcher(help())
            .results()
            .map(found -> found.group(1))
            .toList();

    assertThat(commands).contains("plan", "cutover").hasSizeGreaterThan(12);
    assertThat(commands)
        .filteredOn(command -> !command.equals("help"))
        .allSatisfy(command -> assertThat(table).containsPattern("`" + command + "[ `]"));
  }

  private static Map<Integer, String> codes(String text, Pattern line) {
    Map<Integer, String> codes = new TreeMap<>();
    Matcher matcher = line.matcher(text);
    while (matcher.find()) {
      codes.put(Integer.parseInt(matcher.group(1)), matcher.group(2).strip());
    }
    return codes;
  }

  private static String help() {
    StringWriter out = new StringWriter();
    Migrate.run(new PrintWriter(out), new PrintWriter(new StringWriter()), "--help");
    return out.toString();
  }
}
