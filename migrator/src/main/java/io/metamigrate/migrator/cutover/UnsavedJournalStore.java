package io.metamigrate.migrator.cutover;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.metamigrate.migrator.phase.Checkpoint;
import io.metamigrate.migrator.phase.Direction;
import io.metamigrate.migrator.replay.Authority;
import io.metamigrate.verifier.store.Store;
import io.metamigrate.verifier.store.StoreException;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The journal of a rollback whose etcd is permanently lost. It begins with the documents of the
 * copy in ZooKeeper and ends with the process: another one begins with that copy again, and each
 * step leaves alone what is already correct. The lock is the guard in ZooKeeper, which {@link
 * ActiveServices} asks. Safe for use by several threads.
 */
final class UnsavedJournalStore implements JournalStore {
  private final String holder;
  private final Map<String, byte[]> documents = new ConcurrentHashMap<>();

  UnsavedJournalStore(String holder, MoveBackup copy) {
    this.holder = holder;
    copy.firstStart().ifPresent(text -> documents.put(FirstStart.COMMIT, text.getBytes(UTF_8)));
    documents.put(MetadataWriters.IDLE, copy.idle().getBytes(UTF_8));
    documents.put(SettingsArchive.ADDRESSES, SettingsArchive.json(copy.addresses()));
  }

  @Override
  public String holder() {
    return holder;
  }

  @Override
  public Authority authority(Direction direction) {
    throw new StoreException(Store.ETCD, "etcd is declared gone, so nothing is written to it");
  }

  @Override
  public void save(Direction direction, CutoverState state) {}

  @Override
  public void turn(Direction from, Direction to, Checkpoint checkpoint) {}

  @Override
  public Optional<byte[]> document(String name) {
    return Optional.ofNullable(documents.get(name));
  }

  @Override
  public void save(Direction direction, String name, byte[] content) {
    documents.put(name, content);
  }

  @Override
  public void confirm(Direction direction) {}
}
