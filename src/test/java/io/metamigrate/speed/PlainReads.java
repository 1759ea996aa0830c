package io.metamigrate.speed;

import io.etcd.jetcd.KV;
import io.etcd.jetcd.kv.GetResponse;
import io.etcd.jetcd.options.GetOption;
import io.metamigrate.verifier.store.EtcdConnection;
import io.metamigrate.verifier.store.EtcdSettings;
import io.metamigrate.verifier.store.KeyOrder;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.apache.zookeeper.Op;
import org.apache.zookeeper.OpResult;
import org.apache.zookeeper.ZooKeeper;

/**
 * Both stores read by plain clients, a few batches in flight and nothing else done: ZooKeeper by
 * multi-reads, first children and then data; etcd by ranges between every thousandth path.
 *
 * @param znodes how many ZooKeeper has
 * @param listedPerSecond znodes by their parents
 * @param znodesPerSecond data of znodes
 * @param keysPerSecond keys of etcd with their values
 */
record PlainReads(int znodes, long listedPerSecond, long znodesPerSecond, long keysPerSecond) {
  private static final int BATCH = 200;
  private static final int RANGE = 1_000;
  private static final int IN_FLIGHT = 8;

  static PlainReads measure(String connect, String endpoint) throws Exception {
    ZooKeeper client = new ZooKeeper(connect, 30_000, event -> {});
    try {
      long started = System.nanoTime();
      List<String> paths = list(client);
      long listed = System.nanoTime();
      inFlight(
          batches(paths, BATCH), some -> multi(client, some.stream().map(Op::getData).toList()));
      long read = System.nanoTime();
      long keys = keys(endpoint, paths);
      long ranged = System.nanoTime();
      return new PlainReads(
          paths.size(),
          perSecond(paths.size(), listed - started),
          perSecond(paths.size(), read - listed),
          perSecond(keys, ranged - read));
    } finally {
      client.close();
    }
  }

  /** What one pass over ZooKeeper comes to, listing and data. */
  long treePerSecond() {
    return Math.round(1 / (1.0 / listedPerSecond + 1.0 / znodesPerSecond));
  }

  private static List<String> list(ZooKeeper client) throws Exception {
    List<String> all = new ArrayList<>(List.of("/"));
    List<String> level = List.of("/");
    while (!level.isEmpty()) {
      List<String> next = new ArrayList<>();
      List<List<String>> batches = batches(level, BATCH);
      List<List<OpResult>> replies =
          inFlight(batches, some -> multi(client, some.stream().map(Op::getChildren).toList()));
      for (int i = 0; i < batches.size(); i++) {
        for (int j = 0; j < batches.get(i).size(); j++) {
          String parent = batches.get(i).get(j);
          OpResult.GetChildrenResult children = (OpResult.GetChildrenResult) replies.get(i).get(j);
          for (String name : children.getChildren()) {
            next.add(parent.equals("/") ? "/" + name : parent + "/" + name);
          }
        }
      }
      all.addAll(next);
      level = next;
    }
    return all;
  }

  private static CompletableFuture<List<OpResult>> multi(ZooKeeper client, List<Op> ops) {
    CompletableFuture<List<OpResult>> done = new CompletableFuture<>();
    client.multi(ops, (code, path, context, results) -> done.complete(results), null);
    return done;
  }

  private static long keys(String endpoint, List<String> paths) throws Exception {
    List<String> bounds = new ArrayList<>();
    paths.sort(KeyOrder::compare);
    for (int i = 0; i < paths.size(); i += RANGE) {
      bounds.add(paths.get(i));
    }
    try (EtcdConnection connection = EtcdConnection.open(EtcdSettings.of(endpoint))) {
      KV client = connection.client().getKVClient();
      List<Integer> ranges = new ArrayList<>();
      for (int i = 0; i < bounds.size(); i++) {
        ranges.add(i);
      }
      return inFlight(
              ranges,
              i -> {
                String end = i + 1 < bounds.size() ? bounds.get(i + 1) : "0";
                GetOption option = GetOption.builder().withRange(EtcdConnection.bytes(end)).build();
                return client
                    .get(EtcdConnection.bytes(bounds.get(i)), option)
                    .thenApply(GetResponse::getCount);
              })
          .stream()
          .mapToLong(Long::longValue)
          .sum();
    }
  }

  private static <A, B> List<B> inFlight(List<A> all, Function<A, CompletableFuture<B>> request)
      throws Exception {
    Deque<CompletableFuture<B>> pending = new ArrayDeque<>();
    List<B> answers = new ArrayList<>();
    for (A one : all) {
      if (pending.size() == IN_FLIGHT) {
        answers.add(pending.remove().get());
      }
      pending.add(request.apply(one));
    }
    while (!pending.isEmpty()) {
      answers.add(pending.remove().get());
    }
    return answers;
  }

  private static List<List<String>> batches(List<String> all, int size) {
    List<List<String>> batches = new ArrayList<>();
    for (int i = 0; i < all.size(); i += size) {
      batches.add(all.subList(i, Math.min(all.size(), i + size)));
    }
    return batches;
  }

  private static long perSecond(long count, long nanos) {
    return Math.round(count * 1e9 / nanos);
  }
}
