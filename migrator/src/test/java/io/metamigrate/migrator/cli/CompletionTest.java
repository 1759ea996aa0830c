package io.metamigrate.migrator.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.metamigrate.migrator.config.reference.Key;
import io.metamigrate.migrator.config.reference.Keys;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a bash that has sourced the script of {@code generate-completion} offers. */
@Timeout(120)
final class CompletionTest {
  @TempDir private Path folder;
  private Path script = Path.of("unset");

  @BeforeEach
  void generate() throws IOException {
    StringWriter out = new StringWriter();
    PrintWriter errors = new PrintWriter(new StringWriter());
    assertThat(Migrate.run(new PrintWriter(out), errors, "generate-completion")).isZero();
    script = Files.writeString(folder.resolve("completion.sh"), out.toString());
  }

  @Test
  void offersCommands() throws Exception {
    assertThat(offered("")).contains("plan", "run", "verify", "cutover", "rollback", "finalize");
    assertThat(offered("config", "")).contains("init", "show", "check");
    assertThat(offered("cut")).containsExactly("cutover");
  }

  @Test
  void offersEachKeyThatConfigShowTakes() throws Exception {
    assertThat(offered("config", "show", ""))
        .containsAll(
            Keys.all().stream()
                .map(Key::path)
                .filter(path -> !path.contains("[]") && !path.endsWith("*"))
                .toList());
  }

  @Test
  void offersOptionsAndTheirValues() throws Exception {
    assertThat(offered("cutover", "--")).contains("--config", "--confirm", "--max-outage");
    assertThat(offered("status", "--output", "")).containsExactlyInAnyOrder("json", "text");
  }

  /** The words after {@code migrate}; the last one is not complete. */
  private List<String> offered(String... words) throws Exception {
    String asked =
        """
        shopt -s progcomp; source "$0"
        COMP_WORDS=(migrate "$@"); COMP_CWORD=$#; COMP_TYPE=9
        COMP_LINE="${COMP_WORDS[*]}"; COMP_POINT=${#COMP_LINE}
        spec=$(complete -p migrate) || exit 3
        function=${spec#*-F }; "${function%% *}" migrate "${!#}" "${@: -2:1}" 2>/dev/null
        printf '%s\\n' "${COMPREPLY[@]}"
        """;
    List<String> command = new ArrayList<>(List.of("bash", "-c", asked));
    command.add(script.toString());
    command.addAll(List.of(words));
    Process bash = new ProcessBuilder(command).redirectErrorStream(true).start();
    String text = new String(bash.getInputStream().readAllBytes(), UTF_8);
    assertThat(bash.waitFor()).as(text).isZero();
    return text.lines().map(String::strip).toList();
  }
}
