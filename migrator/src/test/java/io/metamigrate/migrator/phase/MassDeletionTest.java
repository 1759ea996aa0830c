package io.metamigrate.migrator.phase;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class MassDeletionTest {
  @ParameterizedTest
  @CsvSource({
    "10, 100, 100, false",
    "10, 101, 101, true",
    "10, 101, 1010, false",
    "10, 101, 1009, true",
    "10, 1000, 10000, false",
    "10, 1001, 10000, true",
    "0, 100, 10000, false",
    "0, 101, 10000, true",
    "100, 10000, 10000, false"
  })
  void requiresAcceptanceAboveTheShareAndAboveAHundred(
      int percent, long deletions, long tree, boolean asks) {
    assertThat(new MassDeletion(percent).isTooMuch(deletions, tree)).isEqualTo(asks);
    assertThat(new MassDeletion(percent).check(deletions, tree, "etcd", "/a").isPresent())
        .isEqualTo(asks);
  }
}
