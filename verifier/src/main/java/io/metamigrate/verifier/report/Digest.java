package io.metamigrate.verifier.report;

/**
 * SHA-256 of what each store says of the nodes that are to be the same in both, in lower-case
 * hexadecimal; how it is made is in {@code io.metamigrate.verifier.diff.ContentDigest}.
 *
 * @param local of the local ZooKeeper alone, where there is a configuration store of its own; else
 *     the same as {@code zookeeper}
 */
public record Digest(String zookeeper, String etcd, String local) {
  /** Whether both stores say the same. */
  public boolean agrees() {
    return zookeeper.equals(etcd);
  }
}
