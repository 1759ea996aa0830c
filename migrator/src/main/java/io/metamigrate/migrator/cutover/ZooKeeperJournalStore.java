package io.metamigrate.migrator.cutover;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.metamigrate.migrator.cutover.fence.GuardedZooKeeper;
import io.metamigrate.migrator.cutover.fence.ZnodeWrite;
import io.metamigrate.migrator.phase.Checkpoint;
import io.metamigrate.migrator.phase.Direction;
import io.metamigrate.migrator.replay.Authority;
import io.metamigrate.verifier.store.NodeData;
import io.metamigrate.verifier.store.Store;
import io.metamigrate.verifier.store.StoreException;
import io.metamigrate.verifier.store.ZkPath;
import io.metamigrate.verifier.store.ZnodeReader;
import java.net.URLEncoder;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.zookeeper.KeeperException.Code;

/**
 * The journal of a rollback whose etcd is permanently lost, under the guard in ZooKeeper. Documents
 * begin with those of the copy in ZooKeeper and are kept beside it, such as what a bookie had
 * before its restart. Which steps are done is not kept: another process begins with that copy
 * again, and each step leaves alone what is already correct. Safe for use by several threads.
 */
final class ZooKeeperJournalStore implements JournalStore {
  private static final String PREFIX = "document-";

  private final ZnodeReader znodes;
  private final GuardedZooKeeper guarded;
  private final String holder;
  private final Map<String, byte[]> copied = new HashMap<>();

  /**
   * @param guarded taken: it is the lock
   */
  ZooKeeperJournalStore(
      ZnodeReader znodes, GuardedZooKeeper guarded, String holder, MoveBackup copy) {
    this.znodes = znodes;
    this.guarded = guarded;
    this.holder = holder;
    copy.firstStart().ifPresent(text -> copied.put(FirstStart.COMMIT, text.getBytes(UTF_8)));
    copied.put(MetadataWriters.IDLE, copy.idle().getBytes(UTF_8));
    copied.put(SettingsArchive.ADDRESSES, SettingsArchive.json(copy.addresses()));
  }

  @Override
  public String holder() {
    return holder;
  }

  @Override
  public Authority authority(Direction direction) {
    throw new StoreException(
        Store.ETCD, "etcd was declared permanently lost, so nothing is written to it");
  }

  @Override
  public void save(Direction direction, CutoverState state) {}

  /** Keeps nothing; but a process that was frozen meanwhile records no stop of its own. */
  @Override
  public void changeDirection(Direction from, Direction to, Checkpoint checkpoint) {
    guarded.requireHeld();
  }

  @Override
  public Optional<byte[]> document(String name) {
    return znodes
        .read(path(name))
        .map(znode -> znode.data().bytes())
        .or(() -> Optional.ofNullable(copied.get(name)));
  }

  @Override
  public void save(Direction direction, String name, byte[] content) {
    ZkPath path = path(name);
    NodeData data = NodeData.of(content);
    Code code = guarded.write(ZnodeWrite.put(znodes.read(path), path, data));
    if (code != Code.OK) {
      throw new StoreException(
          Store.ZOOKEEPER, "ZooKeeper refused to keep %s: %s".formatted(path, code));
    }
  }

  @Override
  public void confirm(Direction direction) {
    guarded.requireHeld();
  }

  /** Names have slashes, and the guard's children have no children. */
  private static ZkPath path(String name) {
    return GuardedZooKeeper.GUARD.child(PREFIX + URLEncoder.encode(name, UTF_8));
  }
}
