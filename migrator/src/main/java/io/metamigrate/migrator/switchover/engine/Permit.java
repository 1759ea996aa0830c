package io.metamigrate.migrator.switchover.engine;

/**
 * The right to one action outside the process. Whoever changes a store or a node takes one. It
 * exists only after the intent was recorded and the lock was confirmed, and serves once. For one
 * thread.
 */
public final class Permit {
  private final String intent;
  private boolean spent;

  Permit(String intent) {
    this.intent = intent;
  }

  /** Called by the action, right before it acts. */
  public void spend() {
    if (spent) {
      throw new IllegalStateException("the permit for \"" + intent + "\" was used before");
    }
    spent = true;
  }

  @Override
  public String toString() {
    return intent;
  }
}
