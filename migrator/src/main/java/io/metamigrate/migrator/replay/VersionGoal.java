package io.metamigrate.migrator.replay;

import io.metamigrate.verifier.store.ZkPath;

/**
 * A seed: the key at this path, with an empty value, is put until its etcd version is at least
 * {@code version}. On etcd Pulsar numbers the next sequential child by the version of the parent
 * before its own put (EtcdMetadataStore, run on 2.10.0 and 3.0.7).
 */
public record VersionGoal(ZkPath path, long version) {
  public VersionGoal {
    if (version < 1) {
      throw new IllegalArgumentException("a key that is there has version 1 at least: " + version);
    }
  }
}
