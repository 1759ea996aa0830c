package io.metamigrate.migrator.restart;

import java.util.Collection;
import java.util.List;

/**
 * The one way in which the migration touches the servers.
 *
 * <p>Each action is idempotent: on a node that is already so it changes nothing and answers {@link
 * StepOutcome.Done}. A caller that gets {@link StepOutcome.NotYet} waits and calls the same action
 * again. After a crash the caller probes, and repeats the action that was open.
 *
 * <p>No action gives up its node's data, and none returns success after a time-out.
 */
public interface RestartDriver extends AutoCloseable {
  /** Stops the node and keeps it stopped until {@link #start}. */
  StepOutcome stop(Node node);

  /**
   * Gives the node what it runs with from its next start on. The settings are complete: they
   * replace what an earlier call gave, and everything they do not name is the operator's own.
   */
  StepOutcome configure(Node node, Settings settings);

  /** Starts the node with what it was last given. */
  StepOutcome start(Node node);

  /** Whether the node is in that state, seen from the outside and changing nothing. */
  StepOutcome probe(Node node, NodeState wanted);

  /** What would stop these actions on these nodes: syntax, files, permissions. Changes nothing. */
  List<Obstacle> check(Collection<Node> nodes);

  /**
   * What the node starts with next. Changes nothing; if it cannot be read, the result is the
   * reason.
   */
  default NodeConfiguration configuration(Node node) {
    return NodeConfiguration.unknown("the driver cannot read what a node starts with");
  }

  /** Whether {@link #probe} works for this node. */
  default boolean canProbe(Node node) {
    return true;
  }

  /** Whether something outside starts this node again when its process ends by itself. */
  default boolean startsAgain(Node node) {
    return false;
  }

  /**
   * From now on this runs right before each single change that an action makes, also within the
   * loops of one action; what it throws keeps the change from being made.
   *
   * @param confirmLock throws when the lock is not this process's any more
   */
  default void confirmBefore(Runnable confirmLock) {}

  @Override
  default void close() {}
}
