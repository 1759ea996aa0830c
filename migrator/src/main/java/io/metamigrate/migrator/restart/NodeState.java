package io.metamigrate.migrator.restart;

/** What a probe can ask for. */
public enum NodeState {
  /** No process of the node is left. */
  STOPPED,
  /** The node's process runs; whether it serves is decided by the cluster, not by a driver. */
  RUNNING
}
