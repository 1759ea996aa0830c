package io.metamigrate.migrator.switchover.engine;

import java.util.Locale;
import java.util.Optional;

/**
 * The operator's own commands: around each step, and where only the operator can act. Each may run
 * again after a kill. A hook that fails stops the move.
 */
public interface StepHooks {
  /** When one runs. */
  enum HookPoint {
    BEFORE_STEP,
    AFTER_STEP,
    STOP_SIDE_WRITERS,
    START_SIDE_WRITERS,
    FENCE,
    UNFENCE;

    /** What is recorded before it runs. */
    public String intent() {
      return "run the %s hook".formatted(label());
    }

    /** Its name for people. */
    public String label() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }

  /**
   * Where the move is.
   *
   * @param step the id of the step
   * @param node the node that it concerns, if it concerns one
   * @param number its place among the steps of the move, from 1
   * @param count of these steps
   */
  record Boundary(
      String step,
      Optional<String> node,
      String phase,
      int number,
      int count,
      Step.Situation situation) {}

  /** Whether the operator has configured one. */
  boolean has(HookPoint moment);

  /**
   * Runs it to its end.
   *
   * @throws StepException if it ended with anything but 0, or not in time
   */
  void run(Permit permit, HookPoint moment, Boundary at);

  /** Notifies the operator of a stop. Needs no lock, changes nothing, and never throws. */
  void stopped(Stop stop);

  /** No hooks at all. */
  static StepHooks none() {
    return new NoHooks();
  }
}
