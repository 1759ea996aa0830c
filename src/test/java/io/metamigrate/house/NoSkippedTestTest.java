package io.metamigrate.house;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * No test skips itself: what is missing on a machine fails the test with the command that installs
 * it. What is slow or needs more than the build installs carries the tag of the campaign.
 */
final class NoSkippedTestTest {
  private static final List<Path> TESTS =
      Stream.of("java", "../../verifier/src/test/java", "../../migrator/src/test/java")
          .map(Path::of)
          .toList();
  private static final Pattern SKIPS =
      Pattern.compile(
          "\\bAssum(ptions|e)\\b|\\bassum(e[A-Z]\\w*|ingThat)\\s*\\(|TestAborted\\w*"
              + "|@([\\w.]+\\.)?(Disabled|Enabled(If|On|For)|Ignore)\\w*|ConditionEvaluationResult");

  @Test
  void noTestCanBeSkipped() throws IOException {
    List<String> found = new ArrayList<>();
    int read = 0;
    for (Path root : TESTS) {
      try (Stream<Path> files = Files.walk(root)) {
        for (Path file : files.filter(f -> f.toString().endsWith(".java")).toList()) {
          read++;
          if (!file.endsWith(NoSkippedTestTest.class.getSimpleName() + ".java")) {
            uses(file, found);
          }
        }
      }
    }
    assertThat(found).isEmpty();
    assertThat(read).as("files of tests").isGreaterThan(200);
  }

  private static void uses(Path file, List<String> found) throws IOException {
    List<String> lines = Files.readAllLines(file);
    for (int i = 0; i < lines.size(); i++) {
      if (SKIPS.matcher(lines.get(i)).find()) {
        found.add(file + ":" + (i + 1) + ": " + lines.get(i).strip());
      }
    }
  }
}
