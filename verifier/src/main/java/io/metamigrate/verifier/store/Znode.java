package io.metamigrate.verifier.store;

/**
 * A znode as one read saw it: data and stat belong together.
 *
 * @param version number of data changes since creation
 * @param cversion number of changes to the children
 * @param ephemeralOwner session of the owner; 0 for persistent nodes, and also for containers and
 *     TTL nodes, whose special owner the server hides from clients (ZooKeeper {@code
 *     DataNode.getClientEphemeralOwner})
 * @param ensemble where it was read; a path that two ensembles hold is the local one's
 * @param createdMillis by the clock of the server that led then, since 1970; 0 if not known
 */
public record Znode(
    ZkPath path,
    NodeData data,
    Zxid czxid,
    Zxid mzxid,
    Zxid pzxid,
    int version,
    int cversion,
    int numChildren,
    long ephemeralOwner,
    Ensemble ensemble,
    long createdMillis) {

  /** A znode of the local ensemble. */
  public Znode(
      ZkPath path,
      NodeData data,
      Zxid czxid,
      Zxid mzxid,
      Zxid pzxid,
      int version,
      int cversion,
      int numChildren,
      long ephemeralOwner) {
    this(
        path,
        data,
        czxid,
        mzxid,
        pzxid,
        version,
        cversion,
        numChildren,
        ephemeralOwner,
        Ensemble.LOCAL);
  }

  /** A znode of one ensemble, whose time of creation is not known. */
  public Znode(
      ZkPath path,
      NodeData data,
      Zxid czxid,
      Zxid mzxid,
      Zxid pzxid,
      int version,
      int cversion,
      int numChildren,
      long ephemeralOwner,
      Ensemble ensemble) {
    this(
        path,
        data,
        czxid,
        mzxid,
        pzxid,
        version,
        cversion,
        numChildren,
        ephemeralOwner,
        ensemble,
        0);
  }

  /**
   * The version that a key on etcd has to which each change of this znode was put: Pulsar takes a
   * key's version minus one for the version of a znode (EtcdMetadataStore), and a new key has 1.
   */
  public long keyVersion() {
    return Math.max(1, version + 1L);
  }

  /** The last change of the znode or of the list of its children; a zxid of its ensemble. */
  public Zxid newest() {
    return mzxid.max(czxid).max(pzxid);
  }

  public boolean isEphemeral() {
    return ephemeralOwner != 0;
  }

  /**
   * The suffix that ZooKeeper gives the next sequential child: {@code (cversion + numChildren) /
   * 2}, since the server reports {@code 2 * creates - children} as an int (DataTree.processTxn,
   * seen on real servers; the stat's version is no part of it). The reported int is negative above
   * 2^30 creates and the sum is then read as unsigned.
   */
  public long nextSequence() {
    return Integer.toUnsignedLong(cversion + numChildren) / 2;
  }
}
