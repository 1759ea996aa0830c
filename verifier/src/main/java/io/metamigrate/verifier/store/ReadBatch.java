package io.metamigrate.verifier.store;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.apache.zookeeper.AsyncCallback;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.KeeperException.Code;
import org.apache.zookeeper.Op;
import org.apache.zookeeper.OpResult;
import org.apache.zookeeper.ZooKeeper;

/**
 * One attempt to read many paths in a single request, a multi of reads ({@code OpCode.multiRead},
 * since ZooKeeper 3.6), or in as many single requests. The answer has one result per path, in
 * order; a path that is not there yields an {@link OpResult.ErrorResult}. Fails with the
 * KeeperException of the connection.
 */
final class ReadBatch {
  /** What is asked of each path. */
  enum ReadKind {
    DATA,
    CHILDREN;

    private Op of(ZkPath path) {
      return this == DATA ? Op.getData(path.value()) : Op.getChildren(path.value());
    }
  }

  private ReadBatch() {}

  static CompletableFuture<List<OpResult>> multi(
      ZooKeeper client, ReadKind kind, List<ZkPath> paths) {
    CompletableFuture<List<OpResult>> done = new CompletableFuture<>();
    List<Op> ops = paths.stream().map(kind::of).toList();
    AsyncCallback.MultiCallback callback =
        (rc, path, context, results) -> {
          // rc is that of the first path that failed; only without results is it the request's own.
          if (results == null || results.size() != ops.size()) {
            done.completeExceptionally(KeeperException.create(Code.get(rc)));
          } else {
            done.complete(results);
          }
        };
    client.multi(ops, callback, null);
    return done;
  }

  static CompletableFuture<List<OpResult>> single(
      ZooKeeper client, ReadKind kind, List<ZkPath> paths) {
    List<CompletableFuture<OpResult>> all = new ArrayList<>(paths.size());
    for (ZkPath path : paths) {
      CompletableFuture<OpResult> one = new CompletableFuture<>();
      all.add(one);
      if (kind == ReadKind.DATA) {
        client.getData(
            path.value(),
            false,
            (rc, p, context, data, stat) ->
                complete(one, rc, () -> new OpResult.GetDataResult(data, stat)),
            null);
      } else {
        client.getChildren(
            path.value(),
            false,
            (rc, p, context, children) ->
                complete(one, rc, () -> new OpResult.GetChildrenResult(children)),
            null);
      }
    }
    return CompletableFuture.allOf(all.toArray(CompletableFuture[]::new))
        .thenApply(ignored -> all.stream().map(CompletableFuture::join).toList());
  }

  private static void complete(CompletableFuture<OpResult> one, int rc, Supplier<OpResult> ok) {
    switch (Code.get(rc)) {
      case OK -> one.complete(ok.get());
      case NONODE, NOAUTH -> one.complete(new OpResult.ErrorResult(rc));
      default -> one.completeExceptionally(KeeperException.create(Code.get(rc)));
    }
  }
}
