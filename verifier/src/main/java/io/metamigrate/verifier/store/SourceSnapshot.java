package io.metamigrate.verifier.store;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.ZooKeeper;
import org.apache.zookeeper.data.Stat;
import org.jspecify.annotations.Nullable;

/**
 * What identifies a ZooKeeper, and distinguishes an older state of it from a newer one, as one
 * session read it after a {@code sync}.
 *
 * @param instanceId value of {@code /ledgers/INSTANCEID}
 * @param ledgers when {@code /ledgers} was created
 * @param admin when {@code /admin} was created
 * @param epoch {@code /metamigrate/epoch}, if it is there
 * @param zxid the server's last one, which its reply to the sync carried
 */
public record SourceSnapshot(
    Optional<String> instanceId,
    Optional<Creation> ledgers,
    Optional<Creation> admin,
    Optional<NodeText> epoch,
    Zxid zxid) {
  /** A child of the node that the window writes; outlives the move. */
  public static final ZkPath EPOCH = new ZkPath("/metamigrate/epoch");

  /** A copy of the move while the window may write to ZooKeeper. */
  public static final ZkPath MOVE = new ZkPath("/metamigrate/move");

  private static final String INSTANCE_ID = "/ledgers/INSTANCEID";

  /**
   * When a znode was created.
   *
   * @param ctime milliseconds since 1970, by the clock of the leader
   */
  public record Creation(Zxid czxid, long ctime) {}

  /**
   * The value of a znode that exists.
   *
   * @param text empty if this session may not read it
   */
  public record NodeText(Optional<String> text) {}

  static SourceSnapshot of(ZooKeeperConnection connection, ZxidClient client)
      throws KeeperException, InterruptedException {
    connection.sync(client);
    return new SourceSnapshot(
        value(client, INSTANCE_ID).flatMap(NodeText::text),
        creation(client, "/ledgers"),
        creation(client, "/admin"),
        value(client, EPOCH.value()),
        client.seen());
  }

  private static Optional<NodeText> value(ZooKeeper client, String path)
      throws KeeperException, InterruptedException {
    try {
      byte @Nullable [] data = client.getData(path, false, new Stat());
      return Optional.of(
          new NodeText(
              Optional.of(data == null ? "" : new String(data, StandardCharsets.UTF_8).strip())));
    } catch (KeeperException.NoAuthException e) {
      return Optional.of(new NodeText(Optional.empty()));
    } catch (KeeperException.NoNodeException e) {
      return Optional.empty();
    }
  }

  /** A root that may not be read counts as absent; the plan names it. */
  private static Optional<Creation> creation(ZooKeeper client, String path)
      throws KeeperException, InterruptedException {
    try {
      return Optional.ofNullable(client.exists(path, false))
          .map(stat -> new Creation(new Zxid(stat.getCzxid()), stat.getCtime()));
    } catch (KeeperException.NoAuthException e) {
      return Optional.empty();
    }
  }
}
