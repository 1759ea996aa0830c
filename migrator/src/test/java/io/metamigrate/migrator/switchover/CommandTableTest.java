package io.metamigrate.migrator.switchover;

import static org.assertj.core.api.Assertions.assertThat;

import io.metamigrate.migrator.switchover.CommandTable.Command;
import io.metamigrate.migrator.switchover.CommandTable.Effect;
import io.metamigrate.migrator.switchover.CommandTable.State;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The state table: command × state → outcome. No cell is undefined. */
final class CommandTableTest {
  private static final java.nio.file.Path DOCUMENT = java.nio.file.Path.of("RATIONALE.md");

  @Test
  void theDocumentHasTheTableOfTheProgram() throws IOException {
    assertThat(Files.readString(DOCUMENT)).contains(table());
  }

  @ParameterizedTest
  @EnumSource(State.class)
  void advisesExactlyTheCommandsThatWork(State state) {
    assertThat(CommandTable.working(state))
        .isNotEmpty()
        .doesNotHaveDuplicates()
        .allMatch(command -> CommandTable.effect(command, state) != Effect.REFUSE);
  }

  private static String table() {
    String head =
        Stream.concat(Stream.of("state"), Arrays.stream(Command.values()).map(Command::text))
            .collect(Collectors.joining(" | ", "| ", " | advised |\n"));
    String rule = "|---".repeat(Command.values().length + 2) + "|\n";
    return head
        + rule
        + Arrays.stream(State.values()).map(CommandTableTest::row).collect(Collectors.joining());
  }

  private static String row(State state) {
    String effects =
        Arrays.stream(Command.values())
            .map(command -> words(CommandTable.effect(command, state)))
            .collect(Collectors.joining(" | "));
    String advised =
        CommandTable.working(state).stream().map(Command::text).collect(Collectors.joining(", "));
    return "| %s | %s | %s |%n"
        .formatted(state.name().toLowerCase(Locale.ROOT).replace('_', ' '), effects, advised)
        .replace(System.lineSeparator(), "\n");
  }

  private static String words(Effect effect) {
    return switch (effect) {
      case BEGIN_FORWARD -> "begins a move to etcd";
      case BEGIN_REVERSE -> "begins a move to ZooKeeper";
      case RUN -> "runs or resumes it";
      case UNDO -> "undoes it";
      case LOOK -> "checks, changes nothing";
      case END -> "checks, then ends it";
      case REFUSE -> "refused, exit 3";
    };
  }
}
