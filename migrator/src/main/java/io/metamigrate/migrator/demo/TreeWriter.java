package io.metamigrate.migrator.demo;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.KeeperException.Code;
import org.apache.zookeeper.Op;
import org.apache.zookeeper.ZooDefs.Ids;
import org.apache.zookeeper.ZooKeeper;

/**
 * Writes nodes in multis of a hundred operations, several in flight. One session's requests are
 * carried out in order, so a node may be in the multi after its parent's. For one thread; the first
 * failure is thrown by the next call or by {@link #flush}.
 */
final class TreeWriter implements TreeSink {
  private static final int OPERATIONS = 100;
  private static final int IN_FLIGHT = 32;
  private static final byte[] NOTHING = new byte[0];

  private final ZooKeeper zooKeeper;
  private final Semaphore window = new Semaphore(IN_FLIGHT);
  private final AtomicReference<Code> failure = new AtomicReference<>(Code.OK);
  private List<Op> batch = new ArrayList<>();

  TreeWriter(ZooKeeper zooKeeper) {
    this.zooKeeper = zooKeeper;
  }

  @Override
  public void node(String path, byte[] value, CreateMode mode) {
    add(Op.create(path, value, Ids.OPEN_ACL_UNSAFE, mode));
  }

  @Override
  public void allocate(String parent, String prefix, long times) {
    for (long number = 0; number < times; number++) {
      String child = parent + "/" + prefix;
      node(child, NOTHING, CreateMode.EPHEMERAL_SEQUENTIAL);
      add(Op.delete(String.format(Locale.ROOT, "%s%010d", child, number), -1));
    }
  }

  /** Sends what is left and waits until all is written. */
  void flush() {
    send();
    window.acquireUninterruptibly(IN_FLIGHT);
    window.release(IN_FLIGHT);
    failIfFailed();
  }

  private void add(Op operation) {
    batch.add(operation);
    if (batch.size() == OPERATIONS) {
      send();
    }
  }

  private void send() {
    if (batch.isEmpty()) {
      return;
    }
    window.acquireUninterruptibly();
    failIfFailed();
    zooKeeper.multi(
        batch,
        (code, path, context, results) -> {
          failure.compareAndSet(Code.OK, Code.get(code));
          window.release();
        },
        null);
    batch = new ArrayList<>();
  }

  private void failIfFailed() {
    Code code = failure.get();
    if (code != Code.OK) {
      throw new IllegalStateException(
          "the tree could not be written: " + code, KeeperException.create(code));
    }
  }
}
