package io.metamigrate.store;

import io.metamigrate.verifier.store.Ensemble;
import io.metamigrate.verifier.store.NodeData;
import io.metamigrate.verifier.store.PathIndex;
import io.metamigrate.verifier.store.Scope;
import io.metamigrate.verifier.store.TreeListing;
import io.metamigrate.verifier.store.ZkPath;
import io.metamigrate.verifier.store.Znode;
import io.metamigrate.verifier.store.ZnodeReader;
import io.metamigrate.verifier.store.Zxid;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.KeeperException.Code;
import org.apache.zookeeper.Op;
import org.apache.zookeeper.Watcher.Event.KeeperState;
import org.apache.zookeeper.ZooDefs.Ids;
import org.apache.zookeeper.ZooKeeper;
import org.apache.zookeeper.data.Stat;
import org.jspecify.annotations.Nullable;

/** A plain ZooKeeper client: makes trees, and reads them in the simplest way there is. */
public final class Tree implements AutoCloseable {
  private static final byte[] NOTHING = new byte[0];
  private static final int OPERATIONS = 500;

  private final ZooKeeper client;

  private Tree(ZooKeeper client) {
    this.client = client;
  }

  public static Tree connect(String connect) throws Exception {
    CountDownLatch connected = new CountDownLatch(1);
    ZooKeeper client =
        new ZooKeeper(
            connect,
            30_000,
            event -> {
              if (event.getState() == KeeperState.SyncConnected) {
                connected.countDown();
              }
            });
    if (!connected.await(60, TimeUnit.SECONDS)) {
      throw new IllegalStateException("no session with " + connect);
    }
    return new Tree(client);
  }

  public ZooKeeper client() {
    return client;
  }

  public void create(String path, byte @Nullable [] data) throws Exception {
    create(path, data, CreateMode.PERSISTENT);
  }

  /** With the levels above, if they are missing. */
  void create(String path, byte @Nullable [] data, CreateMode mode) throws Exception {
    for (int slash = path.indexOf('/', 1); slash > 0; slash = path.indexOf('/', slash + 1)) {
      String above = path.substring(0, slash);
      if (client.exists(above, false) == null) {
        client.create(above, NOTHING, Ids.OPEN_ACL_UNSAFE, CreateMode.PERSISTENT);
      }
    }
    client.create(path, data, Ids.OPEN_ACL_UNSAFE, mode);
  }

  /** Many nodes below levels that are there. */
  public void createAll(List<String> paths, byte[] data) throws Exception {
    List<List<Op>> batches = new ArrayList<>();
    for (int i = 0; i < paths.size(); i += OPERATIONS) {
      batches.add(
          paths.subList(i, Math.min(paths.size(), i + OPERATIONS)).stream()
              .map(path -> Op.create(path, data, Ids.OPEN_ACL_UNSAFE, CreateMode.PERSISTENT))
              .toList());
    }
    CountDownLatch done = new CountDownLatch(batches.size());
    AtomicReference<Code> failure = new AtomicReference<>(Code.OK);
    for (List<Op> batch : batches) {
      client.multi(
          batch,
          (code, path, context, results) -> {
            failure.compareAndSet(Code.OK, Code.get(code));
            done.countDown();
          },
          null);
    }
    done.await();
    if (failure.get() != Code.OK) {
      throw KeeperException.create(failure.get());
    }
  }

  /** One request a node, one after the other, parents first. */
  Map<ZkPath, Znode> naively() throws Exception {
    Map<ZkPath, Znode> nodes = new TreeMap<>();
    read("/", nodes);
    return nodes;
  }

  private void read(String path, Map<ZkPath, Znode> nodes) throws Exception {
    Stat stat = new Stat();
    byte[] data = client.getData(path, false, stat);
    ZkPath at = new ZkPath(path);
    nodes.put(
        at,
        new Znode(
            at,
            NodeData.of(data),
            new Zxid(stat.getCzxid()),
            new Zxid(stat.getMzxid()),
            new Zxid(stat.getPzxid()),
            stat.getVersion(),
            stat.getCversion(),
            stat.getNumChildren(),
            stat.getEphemeralOwner(),
            Ensemble.LOCAL,
            stat.getCtime()));
    for (String child : client.getChildren(path, false)) {
      read(path.equals("/") ? "/" + child : path + "/" + child, nodes);
    }
  }

  /** As the product lists and reads it, in the order in which it comes. */
  static List<Znode> read(ZnodeReader reader, Scope scope) {
    List<ZkPath> paths = new ArrayList<>();
    try (PathIndex index = new TreeListing(reader, listed -> {}).list(scope)) {
      Iterator<String> all = index.iterator();
      while (all.hasNext()) {
        paths.add(new ZkPath(all.next()));
      }
    }
    List<Znode> nodes = new ArrayList<>();
    for (int i = 0; i < paths.size(); i += 100) {
      reader.read(paths.subList(i, Math.min(paths.size(), i + 100))).stream()
          .flatMap(Optional::stream)
          .forEach(nodes::add);
    }
    return nodes;
  }

  @Override
  public void close() {
    try {
      client.close();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
