package io.metamigrate.migrator.switchover.side;

import io.metamigrate.migrator.switchover.engine.Permit;
import java.util.List;

/** Keeps brokers from starting on a store. */
public interface Fence {
  /** False: the store has no access control for Pulsar and can be watched only. */
  boolean isPossible();

  boolean isIntact();

  boolean isAbsent();

  /** The access lists as they are, in a form that {@link #lift} takes. */
  String read();

  void raise(Permit permit);

  /** Whether anything keeps others from writing to fenced nodes; by trying it. */
  boolean isEffective();

  /** Restores what was read before it was raised. */
  void lift(Permit permit, String saved);

  /**
   * Lets the counters below the fence be raised, while brokers are still kept out. Raising it again
   * closes them.
   */
  void openCounters(Permit permit, String saved);

  /** What keeps this process from writing to the store and from lifting it; tried, so it writes. */
  List<String> obstacles();
}
