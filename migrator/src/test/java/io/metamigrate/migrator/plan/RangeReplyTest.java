package io.metamigrate.migrator.plan;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** The figures that were measured on real servers. */
final class RangeReplyTest {
  @Test
  void countsALedgersKeyAsMeasured() {
    int key = "/ledgers/00/0012/L3456".length();
    assertThat(RangeReply.keyBytes(key, 100_000, 100_000, 1, 0)).isEqualTo(36);
  }

  @Test
  void countsTheReplyOfAHundredThirtyThousandLedgersAsMeasured() {
    assertThat(RangeReply.bytes(130_000, 130_000 * 36L, 130_000))
        .isBetween(4_680_000L, 4_680_349L)
        .isGreaterThan(RangeReply.LIMIT);
  }

  @Test
  void countsALease() {
    assertThat(RangeReply.keyBytes(10, 1, 1, 1, Long.MAX_VALUE))
        .isEqualTo(RangeReply.keyBytes(10, 1, 1, 1, 0) + 10);
  }

  @Test
  void largestValueFillsOneReply() {
    int key = 60;
    long value = PutRequest.largestRead(key);
    int big = 1 << 30;

    long reply =
        RangeReply.bytes(
            1, RangeReply.keyBytes(key, big, big, big, Long.MAX_VALUE) + value + 4, big);

    assertThat(reply).isLessThanOrEqualTo(RangeReply.LIMIT);
    assertThat(RangeReply.LIMIT - reply).isLessThan(64);
  }
}
