package io.metamigrate.migrator.cutover;

import java.time.Duration;

/**
 * Asks etcd whether this process still holds the lock, and again if the answer is no longer fresh,
 * as it is in a process that was frozen in between. Runs right before each act outside the process.
 */
public final class FreshLock implements Runnable {
  private static final long FRESH_NANOS = Duration.ofSeconds(2).toNanos();

  private final Runnable confirmLock;

  public FreshLock(Runnable confirmLock) {
    this.confirmLock = confirmLock;
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
