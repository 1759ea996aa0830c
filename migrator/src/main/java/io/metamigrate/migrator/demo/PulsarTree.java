package io.metamigrate.migrator.demo;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import org.apache.zookeeper.ZooKeeper;

/**
 * A realistic Pulsar tree in a ZooKeeper, and the session of its bookies: while this is open, they
 * are registered. For one thread.
 */
public final class PulsarTree implements AutoCloseable {
  /** A size that is read in a moment and has a few nodes of every kind. */
  public static final int DEFAULT_ZNODES = 3000;

  /** The smallest tree that has a few nodes of every kind. */
  public static final int SMALLEST = TreeShape.SMALLEST;

  private static final Duration SESSION = Duration.ofSeconds(30);

  private final ZooKeeper session;
  private final int znodes;
  private final long nextLedgerId;
  private final String instanceId;

  private PulsarTree(ZooKeeper session, int znodes, TreeShape shape) {
    this.session = session;
    this.znodes = znodes;
    this.nextLedgerId = shape.nextLedger();
    this.instanceId = shape.instanceId();
  }

  /**
   * Fills an empty ZooKeeper, or an empty and existing chroot of one.
   *
   * @param connectString with an optional chroot
   * @param znodes how many nodes there will be, the registrations of bookies included and the root
   *     and ZooKeeper's own left out
   * @param seed the same seed gives the same tree
   */
  public static PulsarTree fill(String connectString, int znodes, long seed) {
    ZooKeeper session = connect(connectString);
    try {
      TreeWriter writer = new TreeWriter(session);
      TreeShape shape = new TreeShape(znodes, seed, writer);
      shape.write();
      writer.flush();
      return new PulsarTree(session, znodes, shape);
    } catch (RuntimeException e) {
      close(session);
      throw e;
    }
  }

  /** How many nodes were made. */
  public int znodes() {
    return znodes;
  }

  /** The id that ZooKeeper would give to the next ledger: greater than all that exist. */
  public long nextLedgerId() {
    return nextLedgerId;
  }

  /** The value of {@code /ledgers/INSTANCEID}, which the cookies repeat. */
  public String instanceId() {
    return instanceId;
  }

  /** The registered bookies. */
  public List<String> bookies() {
    return TreeShape.BOOKIES;
  }

  /** Ends the bookies' session; their registrations go with it. */
  @Override
  public void close() {
    close(session);
  }

  private static ZooKeeper connect(String connectString) {
    try {
      return new ZooKeeper(connectString, (int) SESSION.toMillis(), event -> {});
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void close(ZooKeeper session) {
    try {
      session.close();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
