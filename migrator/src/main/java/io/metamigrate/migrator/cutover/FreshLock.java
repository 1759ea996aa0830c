package io.metamigrate.migrator.cutover;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * Asks etcd whether this process still holds the lock, and again if the answer is no longer fresh,
 * as it is in a process that was frozen in between. Runs right before each act outside the process.
 */
final class FreshLock implements Runnable {
  private static final long FRESH_NANOS = Duration.ofSeconds(2).toNanos();

  private final Runnable confirmLock;

  FreshLock(Runnable confirmLock) {
    this.confirmLock = confirmLock;
  }

  /** Waits until each act has been issued that an answer from before this call allowed. */
  static void expire() {
    try {
      TimeUnit.NANOSECONDS.sleep(FRESH_NANOS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StepFailedException("interrupted while another process may still act", e);
    }
  }

  @Override
  public void run() {
    long asked;
    do {
      asked = System.nanoTime();
      confirmLock.run();
    } while (System.nanoTime() - asked > FRESH_NANOS);
  }
}
