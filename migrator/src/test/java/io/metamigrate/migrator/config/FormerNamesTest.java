package io.metamigrate.migrator.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class FormerNamesTest {
  @TempDir private Path folder;

  @Test
  void fileMayHaveFormerNames() throws IOException {
    Configuration configuration =
        load(
            """
            cutover:
              sideWriters: {autoRecovery: [ar-1], confirmed: true}
              budgets: {unpark-bookie: 7m, stop-side-writers-again: 3m}
            hooks: {stopSideWriters: ./stop, startSideWriters: ./start}
            """,
            Map.of());

    assertThat(configuration.cutover().metadataWriters().autoRecovery()).containsExactly("ar-1");
    assertThat(configuration.cutover().metadataWriters().confirmed()).isTrue();
    assertThat(configuration.cutover().times().budgets())
        .containsOnly(
            Map.entry("enable-garbage-collection", Duration.ofMinutes(7)),
            Map.entry("stop-metadata-writers-on-etcd", Duration.ofMinutes(3)));
    assertThat(configuration.hooks().metadataWriters().stop()).contains("./stop");
    assertThat(configuration.hooks().metadataWriters().start()).contains("./start");
  }

  @ParameterizedTest
  @CsvSource({
    "METAMIGRATE_CUTOVER_SIDE_WRITERS_AUTO_RECOVERY",
    "METAMIGRATE_CUTOVER_METADATA_WRITERS_AUTO_RECOVERY"
  })
  void variableMayHaveItsFormerName(String variable) throws IOException {
    assertThat(load("{}", Map.of(variable, "ar-1")).cutover().metadataWriters().autoRecovery())
        .containsExactly("ar-1");
  }

  @Test
  void refusesFormerAndPresentNameTogether() {
    assertThatThrownBy(
            () -> load("hooks:\n  stopSideWriters: ./a\n  stopMetadataWriters: ./b\n", Map.of()))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("hooks.stopMetadataWriters: given before, in line 2; keep one");
  }

  private Configuration load(String yaml, Map<String, String> environment) throws IOException {
    Path file = Files.writeString(folder.resolve("move.yaml"), yaml);
    return Configuration.load(Optional.of(file), environment).configuration();
  }
}
