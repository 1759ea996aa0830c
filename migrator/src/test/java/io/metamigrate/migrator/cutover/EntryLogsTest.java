package io.metamigrate.migrator.cutover;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

final class EntryLogsTest {
  private static final EntryLogs LOGS =
      EntryLogs.ofFiles(List.of("0.log", "1.log", "2.log", "a.log", "ff.log", "lastId", "1.txn"));

  @Test
  void areAFewRangesAndReadBack() {
    assertThat(LOGS.ranges()).containsExactly("0-2", "a", "ff");
    assertThat(EntryLogs.ofRanges(LOGS.ranges())).isEqualTo(LOGS);
    assertThat(EntryLogs.ofRanges(List.of()).isEmpty()).isTrue();
  }

  @Test
  void nameWhatAnotherListLacks() {
    EntryLogs later = EntryLogs.ofFiles(List.of("1.log", "2.log", "a.log", "100.log"));

    assertThat(LOGS.missingIn(later).ranges()).containsExactly("0", "ff");
    assertThat(LOGS.missingIn(LOGS).isEmpty()).isTrue();
  }
}
