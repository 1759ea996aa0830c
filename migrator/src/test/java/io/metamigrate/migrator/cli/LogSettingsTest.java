package io.metamigrate.migrator.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(120)
final class LogSettingsTest {
  @TempDir private Path folder;

  @ParameterizedTest
  @CsvSource({
    "METAMIGRATE_LOG_FORMAT, JSON, neither text nor json",
    "METAMIGRATE_LOG_FORMAT, '', neither text nor json",
    "METAMIGRATE_LOG, verbose, is not a log level",
    "METAMIGRATE_LOG_LIBRARIES, '', is not a log level"
  })
  void aValueThatTheLogDoesNotKnowIsRefused(String variable, String value, String why) {
    assertThat(LogSettings.fault(Map.of(variable, value)).orElseThrow())
        .startsWith(variable + ": '" + value + "' ")
        .contains(why);
  }

  @Test
  void whatTheReferenceNamesIsAccepted() {
    assertThat(LogSettings.fault(Map.of())).isEmpty();
    assertThat(
            LogSettings.fault(
                Map.of(
                    "METAMIGRATE_LOG_FORMAT", "json",
                    "METAMIGRATE_LOG", "debug",
                    "METAMIGRATE_LOG_LIBRARIES", "INFO")))
        .isEmpty();
  }

  @Test
  void everyLineOfAFailedRunIsAnObjectWithTimeLevelLoggerAndMessage() throws Exception {
    List<String> lines =
        run(
            4,
            Map.of("METAMIGRATE_LOG_FORMAT", "json", "METAMIGRATE_LOG", "TRACE"),
            "plan",
            "--zookeeper",
            "127.0.0.1:1",
            "--etcd",
            "http://127.0.0.1:1");

    assertThat(lines).isNotEmpty().allSatisfy(LogSettingsTest::assertIsLogged);
  }

  @Test
  void aWrongFormatEndsTheCommandBeforeItBegins() throws Exception {
    assertThat(run(2, Map.of("METAMIGRATE_LOG_FORMAT", "xml"), "help", "steps"))
        .containsExactly(
            "migrate: METAMIGRATE_LOG_FORMAT: 'xml' is neither text nor json; correct it, or unset"
                + " it for text");
  }

  private static void assertIsLogged(String line) throws IOException {
    JsonNode object = new ObjectMapper().readTree(line);
    assertThat(object.path("timestamp").isIntegralNumber()).as(line).isTrue();
    for (String field : List.of("level", "loggerName", "formattedMessage")) {
      assertThat(object.path(field).asText()).as(line).isNotBlank();
    }
  }

  private List<String> run(int code, Map<String, String> variables, String... words)
      throws Exception {
    ProcessBuilder builder = new ProcessBuilder(MigrateWords.of(words));
    builder.environment().keySet().removeIf(name -> name.startsWith("METAMIGRATE_"));
    builder.environment().putAll(variables);
    Path err = folder.resolve("err");
    Process process =
        builder.redirectOutput(folder.resolve("out").toFile()).redirectError(err.toFile()).start();
    assertThat(process.waitFor(90, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).as(Files.readString(err)).isEqualTo(code);
    return Files.readAllLines(err, StandardCharsets.UTF_8);
  }
}
