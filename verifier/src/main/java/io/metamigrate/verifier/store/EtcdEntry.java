package io.metamigrate.verifier.store;

/**
 * A key on etcd as one read saw it (etcd {@code mvccpb.KeyValue}).
 *
 * @param version number of puts since the key was created, 1 for a new one
 * @param lease id of the lease that the key is attached to, 0 for none
 */
public record EtcdEntry(
    ZkPath path,
    NodeData data,
    Revision createRevision,
    Revision modRevision,
    long version,
    long lease) {

  public boolean isLeased() {
    return lease != 0;
  }
}
