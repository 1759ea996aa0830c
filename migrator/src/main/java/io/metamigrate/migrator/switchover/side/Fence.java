package io.metamigrate.migrator.switchover.side;

import io.metamigrate.migrator.switchover.engine.Permit;

/** Keeps brokers from starting on a store. */
public interface Fence {
  /** False: the store has no access control for Pulsar and can be watched only. */
  boolean isPossible();

  boolean isIntact();

  boolean isAbsent();

  /** The access lists as they are, in a form that {@link #lift} takes. */
  String read();

  void raise(Permit permit);

  /** Restores what was read before it was raised. */
  void lift(Permit permit, String saved);

  /** Whether this process has the right to lift it, tried on the tool's own node; this writes. */
  boolean mayLift();
}
