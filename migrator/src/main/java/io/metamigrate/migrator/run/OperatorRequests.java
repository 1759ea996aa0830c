package io.metamigrate.migrator.run;

import java.util.Optional;

/**
 * What the operator has asked of the driver; the latest request counts. Safe for use by several
 * threads.
 */
final class OperatorRequests {
  /** How a daemon is to end. */
  enum ShutdownMode {
    STOP,
    HAND_OVER,
    ABORT,
    ABORT_CLEAN
  }

  private Optional<ShutdownMode> requestedShutdown = Optional.empty();

  synchronized void end(ShutdownMode mode) {
    requestedShutdown = Optional.of(mode);
    notifyAll();
  }

  synchronized Optional<ShutdownMode> requestedShutdown() {
    return requestedShutdown;
  }

  /** Waits, or returns early when the daemon is to end. */
  synchronized void pause(long millis) throws InterruptedException {
    long deadline = System.nanoTime() + millis * 1_000_000;
    long left = millis;
    while (requestedShutdown.isEmpty() && left > 0) {
      wait(left);
      left = (deadline - System.nanoTime()) / 1_000_000;
    }
  }
}
