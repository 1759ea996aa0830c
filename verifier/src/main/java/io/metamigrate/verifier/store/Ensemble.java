package io.metamigrate.verifier.store;

/**
 * Which ZooKeeper holds a znode. Brokers keep what clusters share in a configuration metadata store
 * ({@code configurationMetadataStoreUrl}) and everything else in the local one; often both are the
 * same ensemble, which is then the local one. Zxids of two ensembles are no one sequence.
 */
public enum Ensemble {
  LOCAL,
  CONFIGURATION
}
