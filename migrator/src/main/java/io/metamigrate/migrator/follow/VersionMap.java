package io.metamigrate.migrator.follow;

import io.metamigrate.verifier.store.PathDataType;
import io.metamigrate.verifier.store.Revision;
import io.metamigrate.verifier.store.ZkPath;
import io.metamigrate.verifier.store.Zxid;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.h2.mvstore.DataUtils;
import org.h2.mvstore.MVMap;
import org.h2.mvstore.MVStore;
import org.h2.mvstore.WriteBuffer;
import org.h2.mvstore.type.BasicDataType;

/**
 * For each key that the daemon keeps equal to a znode: ZooKeeper's mzxid and version, etcd's mod
 * revision and version. Makes replay idempotent, since an older mzxid is ignored, and guards each
 * write, since the key must be as it was left. A few dozen bytes a node in a temporary file with a
 * small cache, so that it is bounded by disk and not by heap; rebuilt from the stores at each
 * start, when it says what is there and not who wrote it.
 */
public final class VersionMap implements AutoCloseable {
  private static final int CACHE_MEGABYTES = 64;
  private static final int BUFFER_KILOBYTES = 8 << 10;

  private final Path file;
  private final MVStore store;
  private final MVMap<String, Tracked> rows;

  private VersionMap(Path file, MVStore store) {
    this.file = file;
    this.store = store;
    this.rows =
        store.openMap(
            "versions",
            new MVMap.Builder<String, Tracked>()
                .keyType(new PathDataType())
                .valueType(new TrackedType()));
  }

  public static VersionMap temporary() {
    try {
      Path file = Files.createTempFile("metamigrate-versions-", ".mv");
      MVStore store =
          new MVStore.Builder()
              .fileName(file.toString())
              .cacheSize(CACHE_MEGABYTES)
              .autoCommitBufferSize(BUFFER_KILOBYTES)
              .open();
      store.setVersionsToKeep(0);
      return new VersionMap(file, store);
    } catch (IOException e) {
      throw new UncheckedIOException(
          "no temporary file could be made in " + System.getProperty("java.io.tmpdir"), e);
    }
  }

  public Optional<Tracked> get(ZkPath path) {
    return Optional.ofNullable(rows.get(path.value()));
  }

  public void put(ZkPath path, Tracked tracked) {
    rows.put(path.value(), tracked);
  }

  public void remove(ZkPath path) {
    rows.remove(path.value());
  }

  public long size() {
    return rows.sizeAsLong();
  }

  @Override
  public void close() {
    store.closeImmediately();
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw new UncheckedIOException("the temporary file " + file + " could not be deleted", e);
    }
  }

  private static final class TrackedType extends BasicDataType<Tracked> {
    private static final int MEMORY = 64;

    @Override
    public int getMemory(Tracked value) {
      return MEMORY;
    }

    @Override
    public void write(WriteBuffer buffer, Tracked value) {
      buffer
          .putVarLong(value.mzxid().value())
          .putVarInt(value.version())
          .putVarLong(value.modRevision().value())
          .putVarLong(value.keyVersion());
    }

    @Override
    public Tracked read(ByteBuffer buffer) {
      Zxid mzxid = new Zxid(DataUtils.readVarLong(buffer));
      int version = DataUtils.readVarInt(buffer);
      Revision revision = new Revision(DataUtils.readVarLong(buffer));
      return new Tracked(mzxid, version, revision, DataUtils.readVarLong(buffer));
    }

    @Override
    public Tracked[] createStorage(int size) {
      return new Tracked[size];
    }
  }
}
