package io.metamigrate.migrator.restart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class OverrideFileTest {
  private final Path path;
  private final OverrideFile file;

  OverrideFileTest(@TempDir Path folder) {
    path = folder.resolve("docker-compose.metamigrate.yml");
    file = new OverrideFile(path);
  }

  @Test
  void holdsOneEnvironmentPerService() throws Exception {
    file.setVariables("b1", Map.of("gcWaitTime", "2073600000"));
    file.setVariables("b2", Map.of("metadataServiceUri", "metadata-store:etcd:http://e:2379"));

    assertThat(body())
        .isEqualTo(
            """
            services:
              b1:
                environment:
                  gcWaitTime: "2073600000"
              b2:
                environment:
                  metadataServiceUri: "metadata-store:etcd:http://e:2379"
            """);
  }

  @Test
  void replacesOneServiceAndKeepsTheOthers() throws Exception {
    file.setVariables("b1", Map.of("a", "1"));
    file.setVariables("b2", Map.of("b", "2"));
    file.setVariables("b1", Map.of("c", "3"));

    assertThat(body()).contains("c: \"3\"").contains("b: \"2\"").doesNotContain("a: \"1\"");
  }

  @Test
  void skipsServiceWithoutSettings() throws Exception {
    file.setVariables("b1", Map.of("a", "1"));
    file.setVariables("b2", Map.of("b", "2"));
    file.setVariables("b1", Map.of());

    assertThat(body()).contains("b2").doesNotContain("b1");
  }

  @Test
  void deletesFileWithoutServices() throws Exception {
    file.setVariables("b1", Map.of("a", "1"));
    file.setVariables("b1", Map.of());
    file.setVariables("b1", Map.of());

    assertThat(path).doesNotExist();
  }

  @Test
  void escapesDollarForCompose() throws Exception {
    file.setVariables("b1", Map.of("a", "x$HOME${y}"));

    assertThat(body()).contains("a: \"x$$HOME$${y}\"");
  }

  @Test
  void refusesToOverwriteAnotherFile() throws Exception {
    Files.writeString(path, "- a\n- list\n");

    assertThatThrownBy(() -> file.setVariables("b1", Map.of("a", "1")))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("not a compose file");
    assertThat(Files.readString(path)).isEqualTo("- a\n- list\n");
  }

  private String body() throws IOException {
    return Files.readString(path)
        .lines()
        .filter(line -> !line.startsWith("#"))
        .map(line -> line + "\n")
        .reduce("", String::concat);
  }
}
