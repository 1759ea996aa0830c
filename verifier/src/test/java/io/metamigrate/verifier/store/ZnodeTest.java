package io.metamigrate.verifier.store;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ZnodeTest {
  private static final Zxid ZXID = new Zxid(1);

  /**
   * What real servers reported, and then around 2^30 creates, where the reported int turns
   * negative.
   */
  @ParameterizedTest
  @CsvSource({
    "0, 0, 0",
    "46, 4, 25",
    "342, 0, 171",
    "1, 1, 1",
    "2147483646, 0, 1073741823",
    "2147483645, 1, 1073741823",
    "-2147483648, 0, 1073741824",
    "2147483647, 1, 1073741824",
    "-2147483646, 0, 1073741825",
    "-2147483650, 4, 1073741825",
    "-4, 0, 2147483646",
    "-2, 0, 2147483647"
  })
  void nextSequenceIsHalfOfCversionAndChildren(long cversion, int children, long next) {
    Znode znode =
        new Znode(
            new ZkPath("/ledgers/idgen"),
            NodeData.EMPTY,
            ZXID,
            ZXID,
            ZXID,
            3,
            (int) cversion,
            children,
            0);

    assertThat(znode.nextSequence()).isEqualTo(next);
  }
}
