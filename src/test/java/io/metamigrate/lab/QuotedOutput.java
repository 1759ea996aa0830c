package io.metamigrate.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a page quotes, compared with what a command printed. Each line of the quotation was printed,
 * in that order; numbers, ids, times and the width of columns may be others. A line {@code ...}
 * means that lines are left out, and one with a command of ours is not compared.
 */
public final class QuotedOutput {
  private static final Path ROOT = Path.of("../..");
  private static final Pattern COMMAND = Pattern.compile("^\\$ migrate .*");

  private QuotedOutput() {}

  /**
   * Compares all blocks of the page with this mark.
   *
   * @param page as in {@code runbooks/verify.md}
   * @param test the mark, {@code Class#method}
   */
  public static void assertPrinted(String page, String test, String printed) {
    List<String> blocks = blocks(page, test);
    assertThat(blocks).as("blocks with this mark").isNotEmpty();
    for (String block : blocks) {
      assertThat(missing(block, printed)).as("quoted by %s, not in\n%s", page, printed).isEmpty();
    }
  }

  private static List<String> missing(String block, String printed) {
    List<String> missing = new ArrayList<>();
    List<String> lines = printed.lines().map(QuotedOutput::pattern).toList();
    Iterator<String> rest = lines.iterator();
    for (String quoted : block.lines().filter(line -> !COMMAND.matcher(line).matches()).toList()) {
      if (quoted.isBlank() || quoted.equals("...")) {
        continue;
      }
      String wanted = pattern(quoted);
      boolean found = false;
      while (!found && rest.hasNext()) {
        found = rest.next().equals(wanted);
      }
      if (!found) {
        missing.add(quoted);
        rest = lines.iterator();
      }
    }
    return missing;
  }

  /** The line without what differs from run to run. */
  private static String pattern(String line) {
    return line.strip()
        .replaceAll("0x[0-9a-f]+|\\b(?=[a-f]*\\d)[0-9a-f]{8,}\\b", "#")
        .replaceAll("(\\d{4}-\\d\\d-\\d\\dT)?\\d\\d:\\d\\d:\\d\\d\\.\\d+Z?", "#")
        .replaceAll("\\d(?:[\\d,.]*\\d)?", "#")
        .replaceAll("# (B|[KMG]iB)\\b", "# B")
        .replaceAll("\\s+", " ");
  }

  private static List<String> blocks(String page, String test) {
    Matcher block =
        Pattern.compile("(?ms)^<!-- quoted: " + Pattern.quote(test) + " -->\\n```\\n(.*?)^```")
            .matcher(text(page));
    return block.results().map(found -> found.group(1)).toList();
  }

  private static String text(String page) {
    try {
      return Files.readString(ROOT.resolve(page));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
