package io.metamigrate.migrator.restart;

import java.time.Duration;
import java.util.function.Supplier;

/** Asks again until it is so, has failed, or the time is over; the last is a failure. */
final class Patience {
  private final Duration budget;
  private final Duration interval;

  Patience(Duration budget, Duration interval) {
    this.budget = budget;
    this.interval = interval;
  }

  Outcome until(String what, Supplier<Outcome> attempt) {
    long begun = System.nanoTime();
    while (true) {
      Outcome outcome = attempt.get();
      if (!(outcome instanceof Outcome.NotYet waiting)) {
        return outcome;
      }
      if (System.nanoTime() - begun >= budget.toNanos()) {
        return Outcome.failed(
            what + " did not end within " + budget.toSeconds() + " s: " + waiting.reason());
      }
      try {
        Thread.sleep(interval.toMillis());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return Outcome.failed(what + " was interrupted: " + waiting.reason());
      }
    }
  }
}
