package io.metamigrate.migrator.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.metamigrate.migrator.config.reference.Key;
import io.metamigrate.migrator.config.reference.Keys;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Flag before environment before file before default, by the command as a process. */
@Timeout(120)
final class KeyPrecedenceTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String DAEMONS_OWN = "--listen";

  /** For each key with a flag: what the file, the environment and the flag give it. */
  private static final Map<String, List<String>> VALUES =
      Map.of(
          "cluster.name", List.of("file", "variable", "flag"),
          "cluster.pulsarVersion", List.of("2.10.1", "2.10.2", "2.10.3"),
          "source.zookeeper", List.of("file:1", "variable:1", "flag:1"),
          "source.configurationZookeeper", List.of("file:2", "variable:2", "flag:2"),
          "target.etcd", List.of("http://file:1", "http://variable:1", "http://flag:1"),
          "copy.ledgerIds", List.of("exact", "long", "exact"),
          "copy.versions", List.of("exact", "seeded", "exact"));

  @TempDir private Path folder;

  @Test
  void everyKeyWithAFlagIsTried() {
    assertThat(Keys.all())
        .filteredOn(key -> key.flag().isPresent() && !key.flag().get().equals(DAEMONS_OWN))
        .extracting(Key::path)
        .containsExactlyInAnyOrderElementsOf(VALUES.keySet());
  }

  @Test
  void theFlagOverridesTheVariableThatTheFileAndThatTheDefault() throws Exception {
    assertOrigins(shown(false, false, false), "default", -1);
    assertOrigins(shown(true, false, false), "migrate.yaml:", 0);
    assertOrigins(shown(true, true, false), "METAMIGRATE_", 1);
    assertOrigins(shown(true, true, true), "--", 2);
    assertOrigins(shown(true, false, true), "--", 2);
  }

  private static void assertOrigins(JsonNode settings, String origin, int value) {
    for (Key key : Keys.all()) {
      if (VALUES.containsKey(key.path())) {
        JsonNode setting = find(settings, key.path());
        assertThat(setting.path("origin").asText()).as(key.path()).contains(origin);
        if (value >= 0) {
          assertThat(setting.path("value").asText())
              .as(key.path())
              .isEqualTo(VALUES.getOrDefault(key.path(), List.of()).get(value));
        }
      }
    }
  }

  private static JsonNode find(JsonNode settings, String path) {
    for (JsonNode setting : settings) {
      if (setting.path("key").asText().equals(path)) {
        return setting;
      }
    }
    throw new AssertionError(path + " is not in " + settings);
  }

  private JsonNode shown(boolean file, boolean variable, boolean flag) throws Exception {
    Path home = Files.createTempDirectory(folder, "run");
    List<String> command = MigrateWords.of("config", "show", "--output", "json");
    Map<String, String> variables = new LinkedHashMap<>();
    StringBuilder yaml = new StringBuilder();
    for (Key key : Keys.all()) {
      List<String> values = VALUES.get(key.path());
      if (values != null) {
        if (variable) {
          variables.put(key.variable().orElseThrow(), values.get(1));
        }
        if (flag) {
          command.addAll(List.of(key.flag().orElseThrow(), values.get(2)));
        }
      }
    }
    if (file) {
      for (String block : List.of("cluster", "source", "target", "copy")) {
        yaml.append(block).append(":\n");
        VALUES.forEach(
            (path, values) -> {
              if (path.startsWith(block + ".")) {
                yaml.append(
                    "  %s: \"%s\"%n".formatted(path.substring(block.length() + 1), values.get(0)));
              }
            });
      }
      command.addAll(
          List.of("--config", Files.writeString(home.resolve("migrate.yaml"), yaml).toString()));
    }
    return run(home, command, variables);
  }

  private static JsonNode run(Path home, List<String> command, Map<String, String> variables)
      throws IOException, InterruptedException {
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().keySet().removeIf(name -> name.startsWith("METAMIGRATE_"));
    builder.environment().putAll(variables);
    Path out = home.resolve("out");
    Path err = home.resolve("err");
    Process process = builder.redirectOutput(out.toFile()).redirectError(err.toFile()).start();
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).as(Files.readString(err)).isZero();
    return JSON.readTree(out.toFile());
  }
}
