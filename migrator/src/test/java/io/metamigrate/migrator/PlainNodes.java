package io.metamigrate.migrator;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.metamigrate.verifier.store.EtcdEntry;
import io.metamigrate.verifier.store.NodeData;
import io.metamigrate.verifier.store.Pair;
import io.metamigrate.verifier.store.Revision;
import io.metamigrate.verifier.store.ZkPath;
import io.metamigrate.verifier.store.Znode;
import io.metamigrate.verifier.store.Zxid;
import java.util.Optional;

/** Znodes, keys and pairs for tests, with the few properties that the test is about. */
public final class PlainNodes {
  private PlainNodes() {}

  public static Znode znode(String path, String data) {
    return znode(path, data, 0);
  }

  /** A znode whose data changed so many times. */
  public static Znode changed(String path, String data, int version) {
    Zxid zxid = new Zxid(7);
    return new Znode(new ZkPath(path), data(data), zxid, zxid, zxid, version, 0, 0, 0);
  }

  public static Znode ephemeral(String path, String data) {
    return znode(path, data, 0x100_0000_0001L);
  }

  private static Znode znode(String path, String data, long owner) {
    Zxid zxid = new Zxid(7);
    return new Znode(new ZkPath(path), data(data), zxid, zxid, zxid, 0, 0, 0, owner);
  }

  /** A parent of sequential nodes that has given so many numbers, none of which is there still. */
  public static Znode counter(String path, long creates) {
    Zxid zxid = new Zxid(7);
    int cversion = (int) (2 * creates);
    return new Znode(new ZkPath(path), NodeData.EMPTY, zxid, zxid, zxid, 0, cversion, 0, 0);
  }

  public static EtcdEntry key(String path, String data) {
    return key(path, data, 1, 0);
  }

  public static EtcdEntry leased(String path, String data) {
    return key(path, data, 1, 0x5eL);
  }

  public static EtcdEntry counterKey(String path, long version) {
    return key(path, "", version, 0);
  }

  private static EtcdEntry key(String path, String data, long version, long lease) {
    return new EtcdEntry(
        new ZkPath(path), data(data), new Revision(3), new Revision(5), version, lease);
  }

  public static Pair both(Znode znode, EtcdEntry key) {
    return new Pair(znode.path(), Optional.of(znode), Optional.of(key));
  }

  public static Pair only(Znode znode) {
    return new Pair(znode.path(), Optional.of(znode), Optional.empty());
  }

  public static Pair only(EtcdEntry key) {
    return new Pair(key.path(), Optional.empty(), Optional.of(key));
  }

  private static NodeData data(String text) {
    return NodeData.of(text.getBytes(UTF_8));
  }
}
