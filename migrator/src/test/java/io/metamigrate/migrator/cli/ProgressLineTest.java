package io.metamigrate.migrator.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class ProgressLineTest {
  @Test
  void showsCountRateAndTimeLeftIfTheTotalIsKnown() {
    assertThat(ProgressLine.line("copying", 50_000, 200_000, 2.0))
        .isEqualTo("copying 50,000/200,000 25%  25,000/s  6 s left");
  }

  @Test
  void estimatesNothingBeforeOnePercent() {
    assertThat(ProgressLine.line("copying", 1_999, 200_000, 2.0))
        .isEqualTo("copying 1,999/200,000 1%  1,000/s");
  }

  @Test
  void showsNoPercentageIfTheTotalIsUnknown() {
    assertThat(ProgressLine.line("verifying", 3_000, -1, 1.5))
        .isEqualTo("verifying 3,000  2,000/s");
  }

  @Test
  void acceptsTheFirstInstant() {
    assertThat(ProgressLine.line("copying", 0, 10, 0)).isEqualTo("copying 0/10 0%  0/s");
  }
}
