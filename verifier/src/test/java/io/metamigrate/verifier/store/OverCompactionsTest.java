package io.metamigrate.verifier.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

final class OverCompactionsTest {
  private final AtomicInteger passes = new AtomicInteger();

  @Test
  void passIsRepeatedAfterACompaction() {
    assertThat(
            OverCompactions.repeat(() -> failing(2, "mvcc: required revision has been compacted")))
        .isEqualTo(3);
  }

  @Test
  void isGivenUpWithAdviceAfterThreeCompactions() {
    assertThatThrownBy(
            () ->
                OverCompactions.repeat(
                    () -> failing(9, "mvcc: required revision has been compacted")))
        .isInstanceOf(StoreException.class)
        .hasMessageContaining("during each of 3 attempts")
        .hasMessageContaining("--auto-compaction-retention");
    assertThat(passes).hasValue(3);
  }

  @Test
  void otherFailuresAreNotRepeated() {
    assertThatThrownBy(() -> OverCompactions.repeat(() -> failing(1, "no leader")))
        .hasMessage("no leader");
    assertThat(passes).hasValue(1);
  }

  private int failing(int times, String cause) {
    if (passes.incrementAndGet() <= times) {
      throw new StoreException(Store.ETCD, cause);
    }
    return passes.get();
  }
}
