package io.metamigrate.migrator.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.metamigrate.migrator.run.AdvisedCommands;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.ParameterException;

/** Every command that a message advises is one that the command line knows, flags included. */
final class AdvisedCommandsTest {
  private static final List<Path> SOURCES =
      List.of(Path.of("src/main/java"), Path.of("../verifier/src/main/java"));

  @Test
  void everyAdvisedCommandParses() throws IOException {
    Map<String, String> wrong = new TreeMap<>();
    int parsed = 0;
    for (Map.Entry<String, Path> advised : advised().entrySet()) {
      parsed++;
      fault(advised.getKey())
          .ifPresent(fault -> wrong.put(advised.getKey(), advised.getValue() + ": " + fault));
    }

    assertThat(wrong).isEmpty();
    assertThat(parsed).isGreaterThan(15);
  }

  @Test
  void detectsUnknownFlag() {
    assertThat(fault("migrate finalize --confirm c1 --accept-foreign /a")).isPresent();
    assertThat(fault("migrate undo")).isPresent();
    assertThat(fault("migrate cutover --confirm c1 --accept-foreign /a")).isEmpty();
  }

  /** What the texts hold: a placeholder or an expression of the code counts as one value. */
  private static Map<String, Path> advised() throws IOException {
    Map<String, Path> found = new TreeMap<>();
    for (Path folder : SOURCES) {
      try (Stream<Path> files = Files.walk(folder)) {
        for (Path file : files.filter(path -> path.toString().endsWith(".java")).toList()) {
          String text =
              Files.readString(file)
                  .replaceAll("\"\\s*\\n?\\s*\\+\\s*\"", "")
                  .replaceAll("\"\\s*\\+[^\"`;{}]*\\+\\s*\"", "/x")
                  .replace("%s", "/x");
          AdvisedCommands.in(text).forEach(command -> found.put(command, file));
        }
      }
    }
    return found;
  }

  /** A value that the advice leaves to the reader may be lacking, and nothing else. */
  private static java.util.Optional<String> fault(String command) {
    List<String> words = new ArrayList<>(Arrays.asList(command.split("\\s+", -1)));
    words.remove(0);
    Console console =
        new Console(
            new PrintWriter(Writer.nullWriter()), new PrintWriter(Writer.nullWriter()), false);
    try {
      Migrate.commandLine(console).parseArgs(words.toArray(String[]::new));
      return java.util.Optional.empty();
    } catch (MissingParameterException e) {
      return java.util.Optional.empty();
    } catch (ParameterException e) {
      return java.util.Optional.of(String.valueOf(e.getMessage()));
    }
  }
}
