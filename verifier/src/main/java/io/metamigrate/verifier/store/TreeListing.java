package io.metamigrate.verifier.store;

import io.metamigrate.verifier.store.ReadBatch.ReadKind;
import io.metamigrate.verifier.store.ZnodeReader.BatchRequest;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Consumer;
import java.util.function.LongConsumer;

/**
 * Lists every path of the tree by batched {@code getChildren}, several requests in flight. Depth
 * first by batches, so that what is pending stays small however large the tree is.
 *
 * <p>The tree may change meanwhile: a node that vanishes is not an error, and one that appears may
 * be missed; a caller that needs exactness watches while it lists. For one thread.
 */
public final class TreeListing {
  private static final int IN_FLIGHT = 8;

  private final ZnodeReader reader;
  private final LongConsumer progress;

  public TreeListing(ZnodeReader reader, LongConsumer progress) {
    this.reader = reader;
    this.progress = progress;
  }

  /**
   * All paths at or below the scope's roots that are in scope, in an index that the caller closes.
   *
   * @throws ReplyTooLargeException if the names of one directory are more than a reply may hold
   */
  public PathIndex list(Scope scope) {
    PathIndex index = PathIndex.temporary();
    try {
      list(scope, index);
      return index;
    } catch (RuntimeException e) {
      index.close();
      throw e;
    }
  }

  private void list(Scope scope, PathIndex index) {
    Deque<ZkPath> pending = new ArrayDeque<>();
    for (ZkPath root : scope.include()) {
      if (scope.contains(root) && reader.read(root).isPresent()) {
        pending.add(root);
        index.add(root);
      }
    }
    descend(
        reader,
        pending,
        child -> {
          if (scope.contains(child)) {
            index.add(child);
            pending.push(child);
          }
        },
        () -> progress.accept(index.size()));
  }

  /**
   * Lists the children of each pending path, several requests in flight, until nothing is pending.
   *
   * @param child receives each child, and may push it to what is pending
   * @param afterBatch runs after each reply
   */
  static void descend(
      ZnodeReader reader, Deque<ZkPath> pending, Consumer<ZkPath> child, Runnable afterBatch) {
    Deque<BatchRequest> inFlight = new ArrayDeque<>();
    while (!pending.isEmpty() || !inFlight.isEmpty()) {
      while (!pending.isEmpty() && inFlight.size() < IN_FLIGHT) {
        inFlight.add(reader.start(ReadKind.CHILDREN, reader.take(pending)));
      }
      for (ZnodeReader.Reply reply : reader.finish(inFlight.remove())) {
        ZnodeReader.names(reply).forEach(name -> child.accept(reply.path().child(name)));
      }
      afterBatch.run();
    }
  }
}
