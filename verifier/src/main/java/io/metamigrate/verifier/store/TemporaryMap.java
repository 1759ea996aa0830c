package io.metamigrate.verifier.store;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.h2.mvstore.MVMap;
import org.h2.mvstore.MVStore;
import org.h2.mvstore.type.DataType;

/**
 * A map from paths, in etcd's key order, in a temporary file with a small cache: any number of rows
 * fits any heap. The file loses its name as soon as it is open, before anything is kept in it, so
 * that the disk space is free however the process ends. A process that is killed in that very
 * moment leaves an empty store of a few KiB.
 *
 * @param <V> what is kept for a path
 */
public final class TemporaryMap<V> implements AutoCloseable {
  private final MVStore store;
  private final MVMap<String, V> rows;

  private TemporaryMap(MVStore store, DataType<V> values) {
    this.store = store;
    this.rows =
        store.openMap(
            "rows", new MVMap.Builder<String, V>().keyType(new PathDataType()).valueType(values));
  }

  /**
   * A new, empty one.
   *
   * @param name begins the file's name
   * @param cacheMegabytes heap for pages that were read
   * @param bufferKilobytes heap for pages that are yet to be written
   * @param values how a value is stored
   */
  public static <V> TemporaryMap<V> create(
      String name, int cacheMegabytes, int bufferKilobytes, DataType<V> values) {
    try {
      Path file = Files.createTempFile(name, ".mv");
      MVStore store =
          new MVStore.Builder()
              .fileName(file.toString())
              .cacheSize(cacheMegabytes)
              .autoCommitBufferSize(bufferKilobytes)
              .open();
      store.setVersionsToKeep(0);
      Files.delete(file);
      return new TemporaryMap<>(store, values);
    } catch (IOException e) {
      throw new UncheckedIOException(
          "no temporary file could be made in " + System.getProperty("java.io.tmpdir"), e);
    }
  }

  public MVMap<String, V> rows() {
    return rows;
  }

  @Override
  public void close() {
    store.closeImmediately();
  }
}
