package io.metamigrate.migrator.cutover;

import io.metamigrate.migrator.restart.Outcome;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * How a step waits: asks again until it is so, and fails when it cannot be, when its budget is used
 * up, or when something that must hold meanwhile does not hold any more.
 */
public final class Waiting {
  private static final long PAUSE_MILLIS = 50;

  private final Step step;
  private final long deadline;
  private final Runnable mustHold;

  /**
   * Begins a step's time.
   *
   * @param mustHold asked at each turn; throws when the step must not go on
   */
  Waiting(Step step, Runnable mustHold) {
    this.step = step;
    this.deadline = System.nanoTime() + step.budget().toNanos();
    this.mustHold = mustHold;
  }

  /** Waits until it is done; answers what showed it. */
  public String until(String what, Supplier<Outcome> question) {
    while (true) {
      mustHold.run();
      Outcome outcome = question.get();
      if (outcome instanceof Outcome.Done done) {
        return done.detail();
      }
      if (outcome instanceof Outcome.Failed failed) {
        throw new StepFailedException(what + ": " + failed.cause());
      }
      if (System.nanoTime() - deadline >= 0) {
        throw new StepFailedException(
            "%s: not within the budget of %d s; last seen: %s"
                .formatted(what, step.budget().toSeconds(), ((Outcome.NotYet) outcome).reason()));
      }
      pause();
    }
  }

  /** What is left of the step's time. */
  public Duration left() {
    return Duration.ofNanos(Math.max(0, deadline - System.nanoTime()));
  }

  private static void pause() {
    try {
      TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StepFailedException("interrupted while waiting", e);
    }
  }
}
