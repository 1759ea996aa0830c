package io.metamigrate.migrator.deployment;

import io.metamigrate.migrator.deployment.DeploymentFinding.Severity;

/**
 * Changes of a node's description that wait for its next restart, such as another image. The move
 * restarts each node, and would apply them in the window, and a rollback does not undo them.
 */
public final class PendingChanges {
  static final String ID = "PENDING_CHANGES";

  private PendingChanges() {}

  /**
   * The finding, which the operator may confirm.
   *
   * @param kind {@code StatefulSet}, {@code service}, {@code host}
   * @param what how it was seen, after the node's name
   */
  public static DeploymentFinding of(String kind, String name, String what) {
    return new DeploymentFinding(
        ID,
        Severity.CONFIRM,
        kind + " " + name,
        what + ", and the move's restart would apply what was changed since",
        "restart it with the change before the move, or revert the change; confirm if the move's"
            + " restart may apply it",
        name);
  }
}
