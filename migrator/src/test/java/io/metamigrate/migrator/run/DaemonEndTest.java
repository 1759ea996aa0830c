package io.metamigrate.migrator.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.metamigrate.migrator.replay.LostAuthorityException;
import io.metamigrate.migrator.run.Daemon.RunOutcome;
import io.metamigrate.migrator.run.OperatorRequests.ShutdownMode;
import io.metamigrate.verifier.store.Store;
import io.metamigrate.verifier.store.StoreException;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** An abort that a failing store prevented is no abort. */
final class DaemonEndTest {
  private static final Optional<RuntimeException> SILENT =
      Optional.of(new StoreException(Store.ZOOKEEPER, "ZooKeeper did not answer"));

  @Test
  void abortThatWasCarriedOutIsReported() {
    assertThat(Daemon.end(ShutdownMode.ABORT_CLEAN, Optional.empty()))
        .isEqualTo(RunOutcome.ABORTED);
  }

  @Test
  void abortThatAStorePreventedIsAFailureOfThatStore() {
    assertThatThrownBy(() -> Daemon.end(ShutdownMode.ABORT_CLEAN, SILENT))
        .isInstanceOfSatisfying(
            StoreException.class, e -> assertThat(e.store()).isEqualTo(Store.ZOOKEEPER))
        .hasMessageContaining("was not aborted, and its copy, or a part of it, is still on etcd")
        .hasMessageContaining("migrate abort --clean")
        .hasMessageContaining("ZooKeeper did not answer");
    assertThatThrownBy(() -> Daemon.end(ShutdownMode.ABORT, SILENT))
        .hasMessageContaining("the run was not aborted; start");
  }

  @Test
  void abortOfADaemonThatLostTheLockIsNone() {
    LostAuthorityException lost = new LostAuthorityException("another daemon took over");

    assertThatThrownBy(() -> Daemon.end(ShutdownMode.ABORT, Optional.of(lost)))
        .isInstanceOf(LostAuthorityException.class)
        .hasMessageContaining("was not aborted")
        .hasMessageContaining("another daemon took over");
  }

  @Test
  void stopAndHandOverNeedNoStore() {
    assertThat(Daemon.end(ShutdownMode.STOP, SILENT)).isEqualTo(RunOutcome.STOPPED);
    assertThat(Daemon.end(ShutdownMode.HAND_OVER, SILENT)).isEqualTo(RunOutcome.HANDED_OVER);
  }
}
