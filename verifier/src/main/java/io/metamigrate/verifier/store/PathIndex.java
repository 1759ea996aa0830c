package io.metamigrate.verifier.store;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import org.h2.mvstore.MVMap;
import org.h2.mvstore.MVStore;
import org.h2.mvstore.WriteBuffer;
import org.h2.mvstore.type.BasicDataType;

/**
 * The paths of a tree in etcd's key order. Kept in a temporary file with a small cache, so that a
 * tree of any size fits any heap; gone when closed.
 */
public final class PathIndex implements AutoCloseable {
  private static final int CACHE_MEGABYTES = 24;
  private static final int BUFFER_KILOBYTES = 4 << 10;

  private final Path file;
  private final MVStore store;
  private final MVMap<String, Boolean> paths;

  private PathIndex(Path file, MVStore store) {
    this.file = file;
    this.store = store;
    this.paths =
        store.openMap(
            "paths",
            new MVMap.Builder<String, Boolean>()
                .keyType(new PathDataType())
                .valueType(new NoValue()));
  }

  public static PathIndex temporary() {
    try {
      Path file = Files.createTempFile("metamigrate-paths-", ".mv");
      MVStore store =
          new MVStore.Builder()
              .fileName(file.toString())
              .cacheSize(CACHE_MEGABYTES)
              .autoCommitBufferSize(BUFFER_KILOBYTES)
              .open();
      store.setVersionsToKeep(0);
      return new PathIndex(file, store);
    } catch (IOException e) {
      throw new UncheckedIOException(
          "no temporary file could be made in " + System.getProperty("java.io.tmpdir"), e);
    }
  }

  void add(ZkPath path) {
    paths.put(path.value(), Boolean.TRUE);
  }

  public boolean contains(ZkPath path) {
    return paths.containsKey(path.value());
  }

  public long size() {
    return paths.sizeAsLong();
  }

  /** The paths in etcd's key order. */
  public Iterator<String> iterator() {
    return paths.keyIterator(null);
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

  private static final class NoValue extends BasicDataType<Boolean> {
    @Override
    public int getMemory(Boolean value) {
      return 0;
    }

    @Override
    public void write(WriteBuffer buffer, Boolean value) {
      // The key says it all.
    }

    @Override
    public Boolean read(java.nio.ByteBuffer buffer) {
      return Boolean.TRUE;
    }

    @Override
    public Boolean[] createStorage(int size) {
      return new Boolean[size];
    }
  }
}
