package io.metamigrate.migrator.switchover.engine;

import java.util.Optional;

/** What the action of a step, or of its undo, works with. */
public interface ActionContext {
  /**
   * Records the intent with everything kept so far, then confirms the lock.
   *
   * @throws LostAuthorityException if another process holds the lock
   */
  Permit permit(String intent);

  /** Keeps what was found before it is changed. The first value stays, also over restarts. */
  void keep(String key, String value);

  Optional<String> kept(String key);

  /** Whether that intent was recorded, in this process or in an earlier one. */
  boolean intended(String intent);

  /** Runs the operator's command of that moment; answers whether one is configured. */
  boolean hook(StepHooks.HookPoint moment);

  /** Asks once; a condition that does not hold stops the step. */
  void require(Condition condition);

  /** Asks until it holds; the step's deadline stops it. */
  void await(Condition condition);
}
