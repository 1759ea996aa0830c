package io.metamigrate.migrator.config;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class SecretFileTest {
  @TempDir Path folder;

  @Test
  void readsTheSecretWithoutItsLineEnd() throws IOException {
    Path file = Files.writeString(folder.resolve("token"), "hunter2\n");

    assertThat(new SecretFile(file).read()).isEqualTo("hunter2");
  }

  /** Windows line ends and a byte order mark are the editor's; spaces are the operator's. */
  @ParameterizedTest
  @ValueSource(strings = {"%s", "%s\r\n", "%s\n\n", "\uFEFF%s\n"})
  void keepsEverythingElse(String form) throws IOException {
    String secret = " p%w \"ü'\\ ";
    Path file = Files.writeString(folder.resolve("token"), form.replace("%s", secret));

    assertThat(new SecretFile(file).read()).isEqualTo(secret);
  }

  @Test
  void refusesWhatIsNotOneSecret() throws IOException {
    Path several = Files.writeString(folder.resolve("several"), "hunter2\nhunter3\n");
    Path latin = Files.write(folder.resolve("latin"), "hünter2".getBytes(ISO_8859_1));

    assertThatThrownBy(() -> new SecretFile(several).read())
        .hasMessageContaining("several lines")
        .hasMessageNotContaining("hunter");
    assertThatThrownBy(() -> new SecretFile(latin).read()).hasMessageContaining("is not UTF-8");
  }

  @ParameterizedTest
  @ValueSource(strings = {"hunter\r2", "hunter\u00002", "hunter\u007F2"})
  void refusesControlCharacters(String secret) throws IOException {
    Path file = Files.writeString(folder.resolve("token"), secret);

    assertThatThrownBy(() -> new SecretFile(file).read())
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("control character")
        .hasMessageNotContaining("hunter");
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
        .hasMessageContaining("none: this is not a file that this user can read; check the path");
  }

  @Test
  void refusesWorldWritableSecret() throws IOException {
    Path key = Files.writeString(folder.resolve("key.pem"), "key");
    Path trust = Files.writeString(folder.resolve("ca.pem"), "ca");
    String yaml =
        """
        target: {etcd: "https://e:2379", tls: {trust: "%s", certificate: "%s", key: "%s"}}
        """
            .formatted(trust, trust, key);
    Path file = Files.writeString(folder.resolve("move.yaml"), yaml);
    Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-rw-r--"));
    assertThatCode(() -> Configuration.load(file)).doesNotThrowAnyException();

    Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-rw-rw-"));
    Files.setPosixFilePermissions(trust, PosixFilePermissions.fromString("rw-rw-rw-"));

    assertThatThrownBy(() -> Configuration.load(file))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("target.tls.key")
        .hasMessageContaining("can write to " + key + " (rw-rw-rw-)")
        .hasMessageContaining("chmod 600 " + key);
  }
}
