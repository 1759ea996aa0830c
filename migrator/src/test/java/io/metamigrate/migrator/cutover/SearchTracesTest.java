package io.metamigrate.migrator.cutover;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The traces that are replayed on real stores are those of today's search. */
@ExtendWith(QuietLog.class)
final class SearchTracesTest {
  private static final Path FILE =
      Path.of("src/test/resources/io/metamigrate/migrator/cutover/traces.txt");

  /** {@code -Dtraces.write=true} writes them again; then TraceReplayCampaignTest has to run. */
  @Test
  void areThoseOfTheSearch() throws IOException {
    String now = SearchTraces.text();
    if (Boolean.getBoolean("traces.write")) {
      Files.writeString(FILE, now);
    }

    assertThat(Files.readString(FILE)).isEqualTo(now);
    assertThat(now.lines().filter(line -> line.startsWith("trace "))).hasSizeGreaterThan(30);
  }
}
