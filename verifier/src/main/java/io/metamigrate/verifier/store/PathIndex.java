package io.metamigrate.verifier.store;

import java.util.Iterator;
import org.h2.mvstore.MVMap;
import org.h2.mvstore.WriteBuffer;
import org.h2.mvstore.type.BasicDataType;

/**
 * The paths of a tree in etcd's key order. Kept in a temporary file with a small cache, so that a
 * tree of any size fits any heap; gone when closed. For one thread.
 */
public final class PathIndex implements AutoCloseable {
  private static final int CACHE_MEGABYTES = 24;
  private static final int BUFFER_KILOBYTES = 4 << 10;

  private final TemporaryMap<Boolean> file;
  private final MVMap<String, Boolean> paths;

  private PathIndex(TemporaryMap<Boolean> file) {
    this.file = file;
    this.paths = file.rows();
  }

  static PathIndex temporary() {
    return new PathIndex(
        TemporaryMap.writtenOnce(
            "metamigrate-paths-", CACHE_MEGABYTES, BUFFER_KILOBYTES, new NoValue()));
  }

  void add(ZkPath path) {
    paths.put(path.value(), Boolean.TRUE);
  }

  boolean contains(ZkPath path) {
    return paths.containsKey(path.value());
  }

  /** The number of paths. */
  public long size() {
    return paths.sizeAsLong();
  }

  /** The paths in etcd's key order. */
  public Iterator<String> iterator() {
    return paths.keyIterator(null);
  }

  @Override
  public void close() {
    file.close();
  }

  /** The type of a value that is not stored. */
  static final class NoValue extends BasicDataType<Boolean> {
    @Override
    public int getMemory(Boolean value) {
      return 0;
    }

    @Override
    public void write(WriteBuffer buffer, Boolean value) {
      // The key holds everything.
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
