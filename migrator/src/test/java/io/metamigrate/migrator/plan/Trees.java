package io.metamigrate.migrator.plan;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.metamigrate.verifier.store.Ensemble;
import io.metamigrate.verifier.store.EtcdEntry;
import io.metamigrate.verifier.store.NodeData;
import io.metamigrate.verifier.store.Pair;
import io.metamigrate.verifier.store.Revision;
import io.metamigrate.verifier.store.ZkPath;
import io.metamigrate.verifier.store.Znode;
import io.metamigrate.verifier.store.Zxid;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** A small tree for tests, added to an inventory in etcd's key order as the reader does it. */
public final class Trees {
  private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");

  private final Map<ZkPath, Pair> pairs = new TreeMap<>();

  /** Holds what no finding is about. */
  public static Trees ordinary() {
    return new Trees()
        .znode("/admin/clusters/c1", "{}")
        .znode("/admin/policies/public/default", "{}")
        .znode("/ledgers", "")
        .znode("/ledgers/available", "")
        .znode("/ledgers/available/readonly", "")
        .znode("/ledgers/INSTANCEID", "00000000-0000-0000-0000-000000000001")
        .counter("/ledgers/idgen", 200)
        .bookie("b1:3181")
        .bookie("b2:3181")
        .bookie("b3:3181")
        .znode("/managed-ledgers/public/default/persistent/orders", "");
  }

  public Trees znode(String path, String data) {
    return znode(path, data.getBytes(UTF_8), 0, 0);
  }

  /** With the time of its creation. */
  public Trees created(String path, long millis) {
    ZkPath at = new ZkPath(path);
    Zxid zxid = new Zxid(3);
    Znode znode =
        new Znode(at, NodeData.EMPTY, zxid, zxid, zxid, 0, 0, 0, 0, Ensemble.LOCAL, millis);
    pairs.put(at, new Pair(at, Optional.of(znode), Optional.empty()));
    return this;
  }

  public Trees ephemeral(String path, String data) {
    return znode(path, data.getBytes(UTF_8), 0, 0x1234);
  }

  public Trees value(String path, int bytes) {
    return znode(path, new byte[bytes], 0, 0);
  }

  public Trees bytes(String path, byte[] data) {
    return znode(path, data, 0, 0);
  }

  /** A parent of sequential nodes that gave so many numbers. */
  public Trees counter(String path, int next) {
    return znode(path, new byte[0], 2 * next, 0);
  }

  Trees bookie(String id) {
    return ephemeral("/ledgers/available/" + id, "").znode("/ledgers/cookies/" + id, "4\n");
  }

  public Trees without(String path) {
    pairs.remove(new ZkPath(path));
    return this;
  }

  /** The same key on etcd, and nothing on ZooKeeper. */
  public Trees onEtcd(String path, String data, long revision) {
    ZkPath at = new ZkPath(path);
    EtcdEntry entry =
        new EtcdEntry(
            at,
            NodeData.of(data.getBytes(UTF_8)),
            new Revision(revision),
            new Revision(revision),
            1,
            0);
    Optional<Znode> source = Optional.ofNullable(pairs.get(at)).flatMap(Pair::source);
    pairs.put(at, new Pair(at, source, Optional.of(entry)));
    return this;
  }

  /** A znode whose data changed so many times. */
  public Trees changed(String path, String data, int version) {
    ZkPath at = new ZkPath(path);
    Zxid zxid = new Zxid(3);
    Znode znode =
        new Znode(at, NodeData.of(data.getBytes(UTF_8)), zxid, zxid, zxid, version, 0, 0, 0);
    Optional<EtcdEntry> target = Optional.ofNullable(pairs.get(at)).flatMap(Pair::target);
    pairs.put(at, new Pair(at, Optional.of(znode), target));
    return this;
  }

  private Trees znode(String path, byte[] data, int cversion, long owner) {
    ZkPath at = new ZkPath(path);
    Znode znode =
        new Znode(
            at, NodeData.of(data), new Zxid(1), new Zxid(2), new Zxid(3), 0, cversion, 0, owner);
    pairs.put(at, new Pair(at, Optional.of(znode), Optional.empty()));
    return this;
  }

  public Inventory inventory() {
    return inventory(1);
  }

  public Inventory inventory(long revision) {
    return inventory(revision, false);
  }

  public Inventory inventory(long revision, boolean exactVersions) {
    Inventory inventory = new Inventory(revision, exactVersions, NOW);
    pairs.values().forEach(inventory::add);
    return inventory;
  }
}
