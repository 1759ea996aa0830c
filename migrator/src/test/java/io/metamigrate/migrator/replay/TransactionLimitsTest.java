package io.metamigrate.migrator.replay;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class TransactionLimitsTest {
  private static final TransactionLimits DEFAULT = TransactionLimits.DEFAULT;

  @Test
  void concurrentRefusalsLowerTheLimitOnce() {
    TransactionLimits limits = DEFAULT;
    for (int i = 0; i < 24; i++) {
      limits = limits.belowOperations(125).belowBytes(1 << 20);
    }

    assertThat(limits).isEqualTo(new TransactionLimits(62, 1 << 19));
  }

  @Test
  void neverRisesAndStaysPositive() {
    assertThat(DEFAULT.belowOperations(1_000)).isEqualTo(DEFAULT);
    assertThat(DEFAULT.belowOperations(1).operations()).isEqualTo(1);
    assertThat(DEFAULT.belowBytes(1).bytes()).isEqualTo(1);
  }

  @Test
  void refusalLowersOnlyTheLimitThatItNames() {
    assertThat(DEFAULT.belowOperations(125).bytes()).isEqualTo(DEFAULT.bytes());
    assertThat(DEFAULT.belowBytes(1 << 20).operations()).isEqualTo(DEFAULT.operations());
  }
}
