package io.metamigrate.migrator.restart;

import java.time.Duration;
import java.util.function.Supplier;

/** Asks again until the answer is done or failed, or the time is over, which is a failure. */
final class Poller {
  private final Duration budget;
  private final Duration interval;

  Poller(Duration budget, Duration interval) {
    this.budget = budget;
    this.interval = interval;
  }

  StepOutcome until(String what, Supplier<StepOutcome> attempt) {
    long begun = System.nanoTime();
    while (true) {
      StepOutcome outcome = attempt.get();
      if (!(outcome instanceof StepOutcome.NotYet waiting)) {
        return outcome;
      }
      if (System.nanoTime() - begun >= budget.toNanos()) {
        return StepOutcome.failed(
            what + " did not end within " + budget.toSeconds() + " s: " + waiting.reason());
      }
      try {
        Thread.sleep(interval.toMillis());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return StepOutcome.failed(what + " was interrupted: " + waiting.reason());
      }
    }
  }
}
