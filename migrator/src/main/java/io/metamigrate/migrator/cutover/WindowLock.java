package io.metamigrate.migrator.cutover;

import io.metamigrate.migrator.config.Configuration;
import io.metamigrate.migrator.replay.DaemonLock;
import io.metamigrate.migrator.run.BlockedException;
import io.metamigrate.migrator.run.Stores;
import java.util.concurrent.TimeUnit;

/** The lock of a move, for a command of the window. */
final class WindowLock {
  private static final long LOCK_PAUSE_MILLIS = 100;

  private WindowLock() {}

  /**
   * Takes it, or waits for as long as a holder that was killed may still have it.
   *
   * @throws BlockedException naming the holder if it has not ended by then
   */
  static DaemonLock take(Stores stores, Configuration configuration, String holder) {
    long deadline = System.nanoTime() + configuration.target().lockTtl().plusSeconds(5).toNanos();
    while (true) {
      DaemonLock.Attempt attempt =
          DaemonLock.tryAcquire(stores.etcd(), holder, configuration.target().lockTtl());
      if (attempt.lock().isPresent()) {
        return attempt.lock().get();
      }
      if (System.nanoTime() - deadline > 0) {
        throw Window.blocked(
            "LOCKED",
            "another process holds the lock on etcd: " + attempt.holder(),
            "stop it, or wait until it is done");
      }
      pause();
    }
  }

  private static void pause() {
    try {
      TimeUnit.MILLISECONDS.sleep(LOCK_PAUSE_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StepFailedException("interrupted while waiting for the lock", e);
    }
  }
}
