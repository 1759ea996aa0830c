package io.metamigrate.migrator.deployment;

/** What the configuration of the move names a workload for. */
public enum Role {
  BOOKIE,
  BROKER,
  AUTORECOVERY,
  /** It is in the deployment and the move does not drive it. */
  OTHER;

  /** Whether the move restarts it. */
  boolean isDriven() {
    return this != OTHER;
  }
}
