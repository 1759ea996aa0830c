package io.metamigrate.verifier.report;

/**
 * SHA-256 over the nodes that must be equal in both stores, in lower-case hexadecimal; how it is
 * made is in {@code io.metamigrate.verifier.diff.ContentDigest}.
 *
 * @param local of the local ZooKeeper alone, if there is a separate configuration store; else the
 *     same as {@code zookeeper}
 */
public record Digest(String zookeeper, String etcd, String local) {
  /** Whether both stores are equal. */
  public boolean agrees() {
    return zookeeper.equals(etcd);
  }
}
