package io.metamigrate.migrator.cutover;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.metamigrate.migrator.config.Configuration;
import io.metamigrate.migrator.replay.DaemonLock;
import io.metamigrate.migrator.replay.StateStore;
import io.metamigrate.migrator.run.BlockedException;
import io.metamigrate.migrator.run.Stores;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;

/** The lock of a move, for a command of the window. */
final class WindowLock {
  /** Ends the name of a holder that is such a command, and no daemon. */
  private static final String COMMAND = " (cutover, rollback or finalize)";

  private static final long LOCK_PAUSE_MILLIS = 100;

  private WindowLock() {}

  /**
   * Takes it, or waits for as long as a holder that was killed may still have it.
   *
   * @throws BlockedException naming the holder if it has not ended by then
   */
  static DaemonLock take(Stores stores, Configuration configuration, String holder) {
    Duration ttl = configuration.target().lockTtl();
    long deadline = System.nanoTime() + ttl.plusSeconds(5).toNanos();
    DaemonLock lock =
        await(
            deadline,
            () -> DaemonLock.tryAcquire(stores.etcd(), holder + COMMAND, ttl),
            other ->
                Window.blocked(
                    "LOCKED",
                    "another process holds the lock on etcd: " + other,
                    "stop it, or wait until it is done"));
    try {
      return await(
          deadline,
          () -> withoutCheck(stores, lock),
          check ->
              Window.blocked(
                  "DRIVER_CHECK_UNDER_WAY",
                  "`migrate driver check` is restarting a node: " + check,
                  "wait until it has ended, or stop that process; its lock ends within %d s. Then run the same command again"
                      .formatted(ttl.toSeconds())));
    } catch (RuntimeException e) {
      lock.close();
      throw e;
    }
  }

  /** Whether no check of the driver runs; one begins only after it has seen this lock. */
  private static DaemonLock.Attempt withoutCheck(Stores stores, DaemonLock lock) {
    return new StateStore(stores.etcd())
        .get(DaemonLock.CHECK)
        .map(check -> new DaemonLock.Attempt(Optional.empty(), new String(check, UTF_8)))
        .orElseGet(() -> new DaemonLock.Attempt(Optional.of(lock), lock.holder()));
  }

  /** Tries until there is a lock; once the time is over, refuses and names the other holder. */
  private static DaemonLock await(
      long deadline,
      Supplier<DaemonLock.Attempt> next,
      Function<String, BlockedException> refusal) {
    while (true) {
      DaemonLock.Attempt attempt = next.get();
      if (attempt.lock().isPresent()) {
        return attempt.lock().get();
      }
      if (System.nanoTime() - deadline > 0) {
        throw refusal.apply(attempt.holder());
      }
      pause();
    }
  }

  /**
   * Takes the lock of a check of the driver, which no command of the window runs beside.
   *
   * @throws BlockedException if another check or a command of the window runs
   */
  static DaemonLock takeForCheck(Stores stores, Configuration configuration, String holder) {
    DaemonLock.Attempt attempt =
        DaemonLock.tryAcquireForCheck(stores.etcd(), holder, configuration.target().lockTtl());
    DaemonLock lock =
        attempt
            .lock()
            .orElseThrow(
                () ->
                    new BlockedException(
                        "DRIVER_CHECK_UNDER_WAY",
                        "another `migrate driver check` is restarting a node: " + attempt.holder(),
                        "wait until it has ended; if it was killed, its lock on etcd ends within %d s"
                            .formatted(configuration.target().lockTtl().toSeconds())));
    try {
      requireNoCommand(stores);
      return lock;
    } catch (RuntimeException e) {
      lock.close();
      throw e;
    }
  }

  /**
   * Refuses beside a command of the window.
   *
   * @throws BlockedException naming the command's process
   */
  static void requireNoCommand(Stores stores) {
    Optional<String> holder =
        new StateStore(stores.etcd()).read().lockHolder().filter(one -> one.endsWith(COMMAND));
    if (holder.isPresent()) {
      throw new BlockedException(
          "CUTOVER_UNDER_WAY",
          "a command of the window holds the lock on etcd: " + holder.get(),
          "wait until it has ended");
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
