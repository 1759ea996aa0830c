package io.metamigrate.migrator.deployment;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

final class DeploymentIdsTest {
  private static final Path SOURCES = Path.of("src/main/java/io/metamigrate/migrator/deployment");
  private static final Pattern ID =
      Pattern.compile("  static final String [A-Z_]+ = \"([A-Z]+_[A-Z_]+)\"");

  /** An id that the list lacks would be refused in {@code cutover.accept}. */
  @Test
  void theListHasEachId() throws IOException {
    List<String> ids = new ArrayList<>();
    try (Stream<Path> files = Files.walk(SOURCES)) {
      for (Path file : files.filter(one -> one.toString().endsWith(".java")).toList()) {
        ID.matcher(Files.readString(file)).results().forEach(id -> ids.add(id.group(1)));
      }
    }

    assertThat(ids).hasSizeGreaterThan(12);
    assertThat(DeploymentRules.IDS).containsExactlyInAnyOrderElementsOf(ids);
  }
}
