package io.metamigrate.verifier.store;

import io.metamigrate.verifier.store.ReadBatch.ReadKind;
import java.util.Locale;
import java.util.Optional;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.data.Stat;

/**
 * Why the answer for one znode breaks the connection again and again while the server answers other
 * questions: it is larger than this client takes.
 */
final class LargeReply {
  /** What a reply holds beside the data. */
  private static final int ROOM = 1 << 10;

  /** Fewer children than this have names of more than four kilobytes each, or are not the cause. */
  private static final int SOME_CHILDREN = ZooKeeperConnection.MAX_REPLY >> 12;

  private LargeReply() {}

  /**
   * Asks for the znode's size alone.
   *
   * @return empty if the size is not the cause, or the server does not answer this either
   */
  static Optional<ReplyTooLargeException> describe(
      ZooKeeperConnection connection, ReadKind kind, ZkPath path) {
    try {
      Stat stat = connection.retry(client -> client.exists(path.value(), false));
      return stat == null ? Optional.empty() : describe(kind, path, stat);
    } catch (KeeperException e) {
      return Optional.empty();
    } catch (InterruptedException e) {
      throw ZnodeReader.interrupted(e);
    }
  }

  private static Optional<ReplyTooLargeException> describe(ReadKind kind, ZkPath path, Stat stat) {
    int limit = ZooKeeperConnection.MAX_REPLY;
    if (kind == ReadKind.DATA) {
      return stat.getDataLength() > limit - ROOM
          ? Optional.of(tooLarge(path, "its value has %,d bytes".formatted(stat.getDataLength())))
          : Optional.empty();
    }
    return stat.getNumChildren() > SOME_CHILDREN
        ? Optional.of(
            tooLarge(
                path,
                String.format(
                    Locale.ROOT,
                    "the list of its %,d children has more than %,d bytes",
                    stat.getNumChildren(),
                    limit)))
        : Optional.empty();
  }

  private static ReplyTooLargeException tooLarge(ZkPath path, String what) {
    int limit = ZooKeeperConnection.MAX_REPLY;
    return new ReplyTooLargeException(
        Store.ZOOKEEPER,
        path.value(),
        String.format(
            Locale.ROOT,
            "znode %s cannot be read: %s, and this client accepts %,d bytes in one reply",
            path,
            what,
            limit),
        "delete what is not needed there, or raise the limit and the heap, as in METAMIGRATE_JAVA_OPTIONS='-Xmx2g -Djute.maxbuffer=%d'"
            .formatted(Math.min(Integer.MAX_VALUE, 4L * limit)));
  }
}
