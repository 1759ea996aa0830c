package io.metamigrate.migrator.follow;

import io.metamigrate.verifier.store.Ensemble;
import io.metamigrate.verifier.store.Revision;
import io.metamigrate.verifier.store.TemporaryMap;
import io.metamigrate.verifier.store.ZkPath;
import io.metamigrate.verifier.store.Zxid;
import java.nio.ByteBuffer;
import java.util.Optional;
import org.h2.mvstore.DataUtils;
import org.h2.mvstore.MVMap;
import org.h2.mvstore.WriteBuffer;
import org.h2.mvstore.type.BasicDataType;

/**
 * For each key that the daemon keeps equal to a znode: ZooKeeper's mzxid and version, etcd's mod
 * revision and version. Makes replay idempotent, since an older mzxid is ignored, and guards each
 * write, since the key must be as it was left. A few dozen bytes a node in a temporary file with a
 * small cache, so that it is bounded by disk and not by heap; rebuilt from the stores at each
 * start, when it shows what exists but not who wrote it.
 */
final class VersionMap implements AutoCloseable {
  private static final int CACHE_MEGABYTES = 64;
  private static final int BUFFER_KILOBYTES = 8 << 10;

  private final TemporaryMap<TrackedKey> file;
  private final MVMap<String, TrackedKey> rows;

  private VersionMap(TemporaryMap<TrackedKey> file) {
    this.file = file;
    this.rows = file.rows();
  }

  static VersionMap temporary() {
    return new VersionMap(
        TemporaryMap.create(
            "metamigrate-versions-", CACHE_MEGABYTES, BUFFER_KILOBYTES, new TrackedType()));
  }

  Optional<TrackedKey> get(ZkPath path) {
    return Optional.ofNullable(rows.get(path.value()));
  }

  void put(ZkPath path, TrackedKey tracked) {
    rows.put(path.value(), tracked);
  }

  void remove(ZkPath path) {
    rows.remove(path.value());
  }

  long size() {
    return rows.sizeAsLong();
  }

  @Override
  public void close() {
    file.close();
  }

  private static final class TrackedType extends BasicDataType<TrackedKey> {
    private static final int MEMORY = 64;

    @Override
    public int getMemory(TrackedKey value) {
      return MEMORY;
    }

    @Override
    public void write(WriteBuffer buffer, TrackedKey value) {
      buffer
          .putVarLong(value.mzxid().value())
          .put((byte) (value.ensemble() == Ensemble.CONFIGURATION ? 1 : 0))
          .putVarInt(value.version())
          .putVarLong(value.modRevision().value())
          .putVarLong(value.keyVersion());
    }

    @Override
    public TrackedKey read(ByteBuffer buffer) {
      Zxid mzxid = new Zxid(DataUtils.readVarLong(buffer));
      Ensemble ensemble = buffer.get() == 1 ? Ensemble.CONFIGURATION : Ensemble.LOCAL;
      int version = DataUtils.readVarInt(buffer);
      Revision revision = new Revision(DataUtils.readVarLong(buffer));
      return new TrackedKey(mzxid, ensemble, version, revision, DataUtils.readVarLong(buffer));
    }

    @Override
    public TrackedKey[] createStorage(int size) {
      return new TrackedKey[size];
    }
  }
}
