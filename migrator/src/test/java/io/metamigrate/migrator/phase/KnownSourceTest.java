package io.metamigrate.migrator.phase;

import static org.assertj.core.api.Assertions.assertThat;

import io.metamigrate.verifier.store.Zxid;
import org.junit.jupiter.api.Test;

/**
 * A new leader answers with the first zxid of its epoch before any change. Its followers answer
 * with the last change before, and are not behind.
 */
final class KnownSourceTest {
  private static final Zxid LAST_CHANGE = new Zxid(0x3_0000_0015L);
  private static final Zxid NEW_EPOCH = new Zxid(0x4_0000_0000L);
  private static final Zxid FIRST_CHANGE = new Zxid(0x4_0000_0001L);

  @Test
  void firstZxidOfAnEpochIsNoBound() {
    KnownSource before = KnownSource.atZxid(LAST_CHANGE);

    assertThat(KnownSource.atZxid(NEW_EPOCH).or(before).zxid()).isEqualTo(LAST_CHANGE);
    assertThat(before.atLeast(NEW_EPOCH).zxid()).isEqualTo(LAST_CHANGE);
    assertThat(KnownSource.atZxid(NEW_EPOCH).atLeast(LAST_CHANGE).zxid()).isEqualTo(LAST_CHANGE);
  }

  @Test
  void changeOfANewEpochIsOne() {
    KnownSource before = KnownSource.atZxid(LAST_CHANGE);

    assertThat(KnownSource.atZxid(FIRST_CHANGE).or(before).zxid()).isEqualTo(FIRST_CHANGE);
    assertThat(before.atLeast(FIRST_CHANGE).zxid()).isEqualTo(FIRST_CHANGE);
  }
}
