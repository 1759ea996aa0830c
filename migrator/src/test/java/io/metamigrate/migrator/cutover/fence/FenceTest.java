package io.metamigrate.migrator.cutover.fence;

import static org.assertj.core.api.Assertions.assertThat;

import io.metamigrate.migrator.cutover.fence.Fence.ProbeResult;
import org.apache.zookeeper.KeeperException.Code;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class FenceTest {
  @ParameterizedTest
  @CsvSource({
    "NOAUTH, false, KEPT_OUT",
    "NOAUTH, true, KEPT_OUT",
    "OK, false, GOT_PAST",
    "OK, true, GOT_PAST",
    "NODEEXISTS, false, GOT_PAST",
    "UNIMPLEMENTED, true, KEPT_OUT",
    "NONODE, false, UNKNOWN",
    "NONODE, true, KEPT_OUT",
    "CONNECTIONLOSS, false, UNKNOWN",
    "CONNECTIONLOSS, true, UNKNOWN",
    "SESSIONEXPIRED, true, UNKNOWN",
  })
  void whatAnAnswerShows(Code code, boolean hooked, ProbeResult expected) {
    assertThat(Fence.resultOf(code, hooked)).isEqualTo(expected);
  }
}
