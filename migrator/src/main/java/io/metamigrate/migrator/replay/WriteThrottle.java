package io.metamigrate.migrator.replay;

import java.time.Duration;
import java.util.Optional;

/** What slows the writer down, and what it observes of the store. Called from several threads. */
public interface WriteThrottle {
  /** No throttle. */
  WriteThrottle FREE =
      new WriteThrottle() {
        @Override
        public void take(int operations) {
          // At once.
        }

        @Override
        public void release() {
          // Nothing was taken.
        }

        @Override
        public void answered(Duration latency, Optional<Throwable> failure) {
          // Nobody asks.
        }
      };

  /** Waits until a transaction with this many operations may be sent. */
  void take(int operations);

  /** The transaction was answered, however it was. */
  void release();

  /** One attempt was answered after this time, or failed. */
  void answered(Duration latency, Optional<Throwable> failure);
}
