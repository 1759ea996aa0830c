package io.metamigrate.verifier.report;

/**
 * SHA-256 of what each store says of the nodes that are to be the same in both, in lower-case
 * hexadecimal; how it is made is in {@code io.metamigrate.verifier.diff.ContentDigest}.
 */
public record Digest(String zookeeper, String etcd) {
  /** Whether both stores say the same. */
  public boolean agrees() {
    return zookeeper.equals(etcd);
  }
}
