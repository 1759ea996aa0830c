package io.metamigrate.migrator.cutover;

import static org.assertj.core.api.Assertions.assertThat;

import io.metamigrate.migrator.replay.ForeignChangeException;
import io.metamigrate.verifier.store.Revision;
import io.metamigrate.verifier.store.Store;
import io.metamigrate.verifier.store.StoreException;
import io.metamigrate.verifier.store.ZkPath;
import org.junit.jupiter.api.Test;

final class StopCauseTest {
  @Test
  void exitCodesFollowTheKindOfFailure() {
    assertThat(code(new StoreException(Store.ZOOKEEPER, "away"))).isEqualTo(4);
    assertThat(code(new StoreException(Store.ETCD, "away"))).isEqualTo(5);
    assertThat(code(new StoresDifferException("1 missing"))).isEqualTo(6);
    assertThat(code(new StepFailedException("no"))).isEqualTo(7);
    assertThat(code(new NullPointerException())).isEqualTo(7);
    assertThat(StopCause.of(new StepFailedException("no"), true).exitCode()).isEqualTo(8);
  }

  @Test
  void namesTheForeignKeyAndMarksWhatNobodyExpected() {
    ZkPath path = new ZkPath("/a");

    assertThat(StopCause.of(ForeignChangeException.found(path, new Revision(7)), false).foreign())
        .contains(path);
    assertThat(StopCause.of(new IllegalStateException("odd"), false).isInternal()).isTrue();
    assertThat(StopCause.of(new StepFailedException("no"), false).isInternal()).isFalse();
  }

  private static int code(Throwable failure) {
    return StopCause.of(failure, false).exitCode();
  }
}
