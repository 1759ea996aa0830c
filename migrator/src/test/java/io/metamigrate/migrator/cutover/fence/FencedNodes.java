package io.metamigrate.migrator.cutover.fence;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.metamigrate.verifier.store.EtcdEntry;
import io.metamigrate.verifier.store.NodeData;
import io.metamigrate.verifier.store.Revision;
import io.metamigrate.verifier.store.ZkPath;
import io.metamigrate.verifier.store.Znode;
import io.metamigrate.verifier.store.Zxid;

/** Znodes and keys of tests. */
public final class FencedNodes {
  private FencedNodes() {}

  static Znode znode(String path, String data) {
    return znode(path, data, 0, 1);
  }

  public static Znode znode(String path, String data, long owner, long zxid) {
    return new Znode(
        new ZkPath(path),
        NodeData.of(data.getBytes(UTF_8)),
        new Zxid(1),
        new Zxid(zxid),
        new Zxid(1),
        3,
        0,
        0,
        owner);
  }

  /** A node whose children were last changed at this zxid. */
  static Znode parent(String path, long pzxid) {
    return new Znode(
        new ZkPath(path), NodeData.EMPTY, new Zxid(1), new Zxid(1), new Zxid(pzxid), 0, 2, 1, 0);
  }

  public static EtcdEntry key(String path, String data, long lease) {
    return new EtcdEntry(
        new ZkPath(path),
        NodeData.of(data.getBytes(UTF_8)),
        new Revision(5),
        new Revision(5),
        1,
        lease);
  }
}
