package io.metamigrate.migrator.config.reference;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

final class ReferencePageTest {
  @Test
  void pageMatchesDescriptions() throws IOException {
    assertThat(Files.readString(Path.of("../runbooks/configuration.md")))
        .isEqualTo(ReferencePage.text());
  }
}
