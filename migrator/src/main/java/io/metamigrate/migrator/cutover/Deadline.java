package io.metamigrate.migrator.cutover;

import io.metamigrate.migrator.restart.StepOutcome;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * How a step waits for a condition: asks until it holds. Fails if it cannot hold, if the budget of
 * the step is used up, or if an invariant is broken in the meantime.
 */
final class Deadline {
  private static final long PAUSE_MILLIS = 50;

  private final Step step;
  private final long deadline;
  private final Runnable checkInvariants;

  /**
   * Begins a step's time.
   *
   * @param checkInvariants asked at each turn; throws when the step must not continue
   */
  Deadline(Step step, Runnable checkInvariants) {
    this.step = step;
    this.deadline = System.nanoTime() + step.budget().toNanos();
    this.checkInvariants = checkInvariants;
  }

  /** Waits until the question is answered by done; returns what showed it. */
  String until(String what, Supplier<StepOutcome> question) {
    while (true) {
      checkInvariants.run();
      StepOutcome outcome = question.get();
      if (outcome instanceof StepOutcome.Done done) {
        return done.detail();
      }
      if (outcome instanceof StepOutcome.Failed failed) {
        throw new StepFailedException(what + ": " + failed.cause());
      }
      if (System.nanoTime() - deadline >= 0) {
        throw new StepFailedException(
            "%s: timed out after %d s; last status: %s"
                .formatted(
                    what, step.budget().toSeconds(), ((StepOutcome.NotYet) outcome).reason()));
      }
      pause();
    }
  }

  /** What is left of the step's time. */
  Duration left() {
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
