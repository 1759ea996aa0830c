package io.metamigrate.verifier.store;

import io.etcd.jetcd.kv.GetResponse;
import io.metamigrate.verifier.store.ReadBatch.Kind;
import io.metamigrate.verifier.store.ZnodeReader.Request;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/**
 * Reads both stores side by side, in etcd's key order: each path that either store holds comes
 * exactly once, with what both say. etcd is read at one revision in bounded ranges whose ends are
 * ZooKeeper's own paths; ZooKeeper is read afresh, chunk by chunk, so that a changing tree is
 * compared with its latest state. A few chunks are in flight and nothing else is held.
 */
public final class DualReader {
  private static final int CHUNK = 1_000;
  private static final int IN_FLIGHT = 4;

  private final ZnodeReader znodes;
  private final EtcdReader keys;

  public DualReader(ZnodeReader znodes, EtcdReader keys) {
    this.znodes = znodes;
    this.keys = keys;
  }

  /**
   * Reads everything in scope.
   *
   * @param paths the listing of the tree
   * @param at the revision of etcd to compare with
   * @param sink takes batches of pairs in key order, in the calling thread
   */
  public void read(PathIndex paths, Scope scope, Revision at, Consumer<List<Pair>> sink) {
    // Between paths of the listing lie keys that only etcd has, so the ranges leave no gap.
    Iterator<String> all = paths.iterator();
    Deque<Chunk> inFlight = new ArrayDeque<>();
    String from = scope.firstKey();
    List<ZkPath> listed = new ArrayList<>(CHUNK);
    while (all.hasNext()) {
      String next = all.next();
      if (listed.size() == CHUNK) {
        inFlight.add(start(listed, from, next, at));
        from = next;
        listed = new ArrayList<>(CHUNK);
        if (inFlight.size() >= IN_FLIGHT) {
          sink.accept(finish(inFlight.remove(), scope, at));
        }
      }
      listed.add(new ZkPath(next));
    }
    inFlight.add(start(listed, from, scope.endKey(), at));
    while (!inFlight.isEmpty()) {
      sink.accept(finish(inFlight.remove(), scope, at));
    }
  }

  /** What both stores say now of these paths, in key order; absent in both is left out. */
  public List<Pair> read(List<ZkPath> paths) {
    Map<ZkPath, Znode> sources = new HashMap<>();
    Map<ZkPath, EtcdEntry> targets = new HashMap<>();
    for (int i = 0; i < paths.size(); i += ZnodeReader.BATCH) {
      List<ZkPath> some = paths.subList(i, Math.min(paths.size(), i + ZnodeReader.BATCH));
      Request request = znodes.start(Kind.DATA, some);
      keys.read(some).forEach(entry -> targets.put(entry.path(), entry));
      collect(request, sources);
    }
    return merge(sources, targets);
  }

  private record Chunk(
      List<Request> sources, String from, String to, CompletableFuture<GetResponse> targets) {}

  private Chunk start(List<ZkPath> listed, String from, String to, Revision at) {
    return new Chunk(requests(listed), from, to, keys.start(from, to, Optional.of(at)));
  }

  private List<Request> requests(List<ZkPath> paths) {
    List<Request> requests = new ArrayList<>();
    for (int i = 0; i < paths.size(); i += ZnodeReader.BATCH) {
      requests.add(
          znodes.start(Kind.DATA, paths.subList(i, Math.min(paths.size(), i + ZnodeReader.BATCH))));
    }
    return requests;
  }

  private List<Pair> finish(Chunk chunk, Scope scope, Revision at) {
    Map<ZkPath, Znode> sources = new HashMap<>();
    chunk.sources().forEach(request -> collect(request, sources));
    Map<ZkPath, EtcdEntry> targets = new HashMap<>();
    for (EtcdEntry entry :
        keys.finish(chunk.from(), chunk.to(), Optional.of(at), chunk.targets())) {
      if (scope.contains(entry.path())) {
        targets.put(entry.path(), entry);
      }
    }
    // What etcd has and the listing does not may have been created since it was listed.
    List<ZkPath> unlisted =
        targets.keySet().stream()
            .filter(path -> !sources.containsKey(path) && path.isLegalZnode())
            .toList();
    requests(unlisted).forEach(request -> collect(request, sources));
    return merge(sources, targets);
  }

  private void collect(Request request, Map<ZkPath, Znode> sources) {
    for (ZnodeReader.Reply reply : znodes.finish(request)) {
      ZnodeReader.znode(reply).ifPresent(znode -> sources.put(znode.path(), znode));
    }
  }

  private static List<Pair> merge(Map<ZkPath, Znode> sources, Map<ZkPath, EtcdEntry> targets) {
    TreeMap<ZkPath, Pair> pairs = new TreeMap<>();
    sources.forEach(
        (path, znode) ->
            pairs.put(
                path, new Pair(path, Optional.of(znode), Optional.ofNullable(targets.get(path)))));
    targets.forEach(
        (path, entry) ->
            pairs.computeIfAbsent(path, p -> new Pair(p, Optional.empty(), Optional.of(entry))));
    return List.copyOf(pairs.values());
  }
}
