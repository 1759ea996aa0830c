package io.metamigrate.migrator.follow;

import io.metamigrate.migrator.replay.Operation;
import io.metamigrate.verifier.store.Revision;
import io.metamigrate.verifier.store.TemporaryMap;
import io.metamigrate.verifier.store.ZkPath;
import java.util.function.Consumer;
import org.h2.mvstore.type.LongDataType;
import org.jspecify.annotations.Nullable;

/**
 * The deletions that one comparison found, held back until all of them are known. Any number fits:
 * they are in a temporary file, which is made for the first of them. For one thread.
 */
final class PendingDeletions implements AutoCloseable {
  private static final int CACHE_MEGABYTES = 4;
  private static final int BUFFER_KILOBYTES = 1 << 10;

  private @Nullable TemporaryMap<Long> file;
  private long tree;

  /** A copied key on etcd, to be deleted or not. */
  void count() {
    tree++;
  }

  void add(Operation.DeleteKey delete) {
    if (file == null) {
      file =
          TemporaryMap.create(
              "metamigrate-deletions-", CACHE_MEGABYTES, BUFFER_KILOBYTES, LongDataType.INSTANCE);
    }
    file.rows().put(delete.path().value(), delete.seenRevision().value());
  }

  /** Asks for permission if there are any, then passes them on in key order. */
  void release(DeletionCheck before, Consumer<Operation.DeleteKey> sink) {
    if (file != null) {
      before.check(file.rows().sizeAsLong(), tree, new ZkPath(file.rows().firstKey()));
      file.rows()
          .forEach(
              (path, seen) ->
                  sink.accept(new Operation.DeleteKey(new ZkPath(path), new Revision(seen))));
    }
  }

  @Override
  public void close() {
    if (file != null) {
      file.close();
    }
  }
}
