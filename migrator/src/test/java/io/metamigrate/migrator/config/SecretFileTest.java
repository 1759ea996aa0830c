package io.metamigrate.migrator.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SecretFileTest {
  @TempDir Path folder;

  @Test
  void readsTheSecretWithoutItsLineEnd() throws IOException {
    Path file = Files.writeString(folder.resolve("token"), "hunter2\n");

    assertThat(new SecretFile(file).read()).isEqualTo("hunter2");
  }

  @Test
  void showsItsPathAndNeverTheSecret() throws IOException {
    Path file = Files.writeString(folder.resolve("token"), "hunter2\n");

    assertThat(new SecretFile(file)).hasToString(file.toString());
  }

  @Test
  void refusesAnEmptyFile() throws IOException {
    Path file = Files.writeString(folder.resolve("token"), "\n");

    assertThatThrownBy(() -> new SecretFile(file).read())
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("is empty");
  }

  @Test
  void refusesAFileThatIsNotThere() {
    assertThatThrownBy(() -> new SecretFile(folder.resolve("none")).read())
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("cannot be read");
  }
}
