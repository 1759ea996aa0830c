package io.metamigrate.migrator.config;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Pipes, devices, folders, huge files and dangling links where a file belongs. */
@Timeout(value = 30, threadMode = ThreadMode.SEPARATE_THREAD)
final class OperatorFileTest {
  @TempDir Path folder;

  private Path move = Path.of("unset");

  @BeforeEach
  void makeSpecialFiles() throws Exception {
    move = folder.resolve("move.yaml");
    Process made = new ProcessBuilder("mkfifo", folder.resolve("pipe").toString()).start();
    assertThat(made.waitFor()).isZero();
    Files.createDirectory(folder.resolve("folder"));
    Files.createSymbolicLink(folder.resolve("dangling"), Path.of("nowhere"));
    Files.createSymbolicLink(folder.resolve("zeros"), Path.of("/dev/zero"));
    try (RandomAccessFile huge = new RandomAccessFile(folder.resolve("huge").toFile(), "rw")) {
      huge.setLength(3L << 30);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "target: {user: u, passwordFile: ./%s}",
        "target: {tls: {trust: ./%s}}",
        "target: {tls: {certificate: ./move.yaml, key: ./%s}}",
        "source: {tls: {certificate: ./%s, key: ./move.yaml}}",
        "source: {sasl: {jaasFile: ./%s}}",
        "cluster: {admin: {tokenFile: ./%s}}",
        "control: {tokenFile: ./%s}",
        "control: {tokens: [{name: a, file: ./%s}]}",
        "control: {tls: {certificate: ./%s, key: ./%s}}",
        "control: {otlp: {tokenFile: ./%s}}",
        "cutover: {driver: {kind: compose, file: [./%s]}}",
        "cutover: {driver: {kind: compose, file: ./move.yaml, envFile: ./%s}}",
        "cutover: {driver: {kind: kubernetes, kubeconfig: ./%s}}",
      })
  void refusesWhatIsNotARegularFile(String yaml) throws Exception {
    for (String[] row :
        List.of(
            new String[] {"pipe", "is a pipe, socket or device; give the path of a regular file"},
            new String[] {"zeros", "is a pipe, socket or device"},
            new String[] {"folder", "is a folder; give the path of a file"},
            new String[] {"dangling", "is not a file that this user can read"},
            new String[] {"huge", "is larger than 16 MiB; give the path of the right file"})) {
      Files.writeString(move, yaml.replace("%s", row[0]) + "\n");

      assertThatThrownBy(() -> Configuration.load(move))
          .as(row[0])
          .isInstanceOf(ConfigurationException.class)
          .hasMessageContaining("'" + folder.resolve(row[0]) + "' " + row[1]);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "pipe, is a pipe",
    "zeros, is a pipe",
    "folder, is a folder",
    "dangling, there is no such file",
    "huge, is not YAML"
  })
  void refusesThemAsConfiguration(String name, String why) {
    assertThatThrownBy(() -> Configuration.load(folder.resolve(name)))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining(folder.resolve(name) + ":")
        .hasMessageContaining(why);
  }

  @ParameterizedTest
  @ValueSource(strings = {"pipe", "zeros", "folder", "dangling", "huge"})
  void refusesThemAsSecretAndKeytab(String name) throws Exception {
    Path file = folder.resolve(name);
    Path jaas =
        Files.writeString(
            folder.resolve("jaas.conf"),
            "Client { com.sun.security.auth.module.Krb5LoginModule required keyTab=\"%s\"; };\n"
                .formatted(file));

    assertThatThrownBy(() -> new SecretFile(file).read())
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining(file.toString());
    assertThatThrownBy(() -> JaasSection.read(jaas, "Client"))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("option keyTab of section 'Client': '" + file + "'");
  }

  /** As in {@code --config <(...)}. */
  @Test
  void readsConfigurationFromPipeOfTheShell() throws Exception {
    Process holder = new ProcessBuilder("sleep", "60").start();
    try {
      try (OutputStream text = holder.getOutputStream()) {
        text.write("cluster: {name: c1}\n".getBytes(UTF_8));
      }
      Path pipe = Path.of("/proc", String.valueOf(holder.pid()), "fd", "0");

      assertThat(Configuration.load(pipe).cluster().name()).contains("c1");
    } finally {
      holder.destroy();
    }
  }
}
