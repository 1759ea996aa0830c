package io.metamigrate.verifier.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.h2.mvstore.DataUtils;
import org.h2.mvstore.MVMap;
import org.h2.mvstore.MVStore;
import org.h2.mvstore.MVStoreException;
import org.h2.mvstore.type.DataType;

/**
 * A map from paths, in etcd's key order, in a temporary file with a small cache: any number of rows
 * fits any heap. The file loses its name as soon as it is open, before anything is kept in it, so
 * that the disk space is free however the process ends. A process that is killed in that very
 * moment leaves an empty store of a few KiB. For one thread.
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
   * A new, empty one whose rows are written once and then read. It is never compacted, so that an
   * iterator stays valid however long it takes: MVStore drops a chunk {@code retentionTime} (45 s)
   * after a compaction has emptied it, also under an iterator that has yet to read it.
   */
  static <V> TemporaryMap<V> writtenOnce(
      String name, int cacheMegabytes, int bufferKilobytes, DataType<V> values) {
    return create(name, values, builder(cacheMegabytes, bufferKilobytes).autoCompactFillRate(0));
  }

  /**
   * A new, empty one for rows that are changed and looked up. No iterator is safe.
   *
   * @param name begins the file's name
   * @param cacheMegabytes heap for pages that were read
   * @param bufferKilobytes heap for pages that are yet to be written
   * @param values how a value is stored
   */
  public static <V> TemporaryMap<V> create(
      String name, int cacheMegabytes, int bufferKilobytes, DataType<V> values) {
    return create(name, values, builder(cacheMegabytes, bufferKilobytes));
  }

  private static MVStore.Builder builder(int cacheMegabytes, int bufferKilobytes) {
    return new MVStore.Builder().cacheSize(cacheMegabytes).autoCommitBufferSize(bufferKilobytes);
  }

  private static <V> TemporaryMap<V> create(
      String name, DataType<V> values, MVStore.Builder builder) {
    try {
      Path file = Files.createTempFile(name, ".mv");
      MVStore store = builder.fileName(file.toString()).open();
      store.setVersionsToKeep(0);
      Files.delete(file);
      return new TemporaryMap<>(store, values);
    } catch (IOException e) {
      MVStoreException failure =
          new MVStoreException(
              DataUtils.ERROR_WRITING_FAILED, "no temporary file could be created");
      failure.initCause(e);
      throw failure;
    }
  }

  /**
   * What a failure means for the operator if the disk refused a temporary file; MVStore itself
   * reports only that the store is closed. Empty for any other failure.
   */
  public static Optional<String> diskFault(Throwable failure) {
    boolean ofStore = false;
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      ofStore |= cause instanceof MVStoreException;
      if (ofStore && cause instanceof IOException) {
        return Optional.of(
            "a temporary file in %s could not be written or read: %s; free space there, or name another directory with METAMIGRATE_JAVA_OPTIONS=-Djava.io.tmpdir=DIR"
                .formatted(System.getProperty("java.io.tmpdir"), cause.getMessage()));
      }
    }
    return Optional.empty();
  }

  public MVMap<String, V> rows() {
    return rows;
  }

  @Override
  public void close() {
    store.closeImmediately();
  }
}
