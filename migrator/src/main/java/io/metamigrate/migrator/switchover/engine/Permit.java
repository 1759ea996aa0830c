package io.metamigrate.migrator.switchover.engine;

/**
 * The right to one act outside the process. Whoever changes a store or a node takes one. It exists
 * only after the intent was recorded and the lock was confirmed, and serves once.
 */
public final class Permit {
  private final String intent;
  private boolean spent;

  Permit(String intent) {
    this.intent = intent;
  }

  /** To be called by the act, right before it acts. */
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
