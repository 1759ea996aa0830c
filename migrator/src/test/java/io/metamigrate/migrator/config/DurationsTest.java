package io.metamigrate.migrator.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class DurationsTest {
  @ParameterizedTest
  @CsvSource({"500ms,500", "30s,30000", "2m,120000", "1m30s,90000", "1h,3600000", "7d,604800000"})
  void readsAndWritesDurations(String text, long millis) {
    assertThat(Durations.parse(text)).isEqualTo(Duration.ofMillis(millis));
    assertThat(Durations.format(Duration.ofMillis(millis))).isEqualTo(text);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "2", "2 minutes", "m", "-2m", "PT2M"})
  void refusesInvalidDuration(String text) {
    assertThatThrownBy(() -> Durations.parse(text))
        .hasMessage(
            "'%s' is not a duration; give a number with its unit, such as 30s, 2m or 1h", text);
  }
}
