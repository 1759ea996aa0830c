package io.metamigrate.verifier.store;

import io.metamigrate.verifier.store.ReadBatch.ReadKind;
import io.metamigrate.verifier.store.ZnodeReader.BatchRequest;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Reads both stores side by side, in etcd's key order: each path that either store holds comes
 * exactly once, with both values. etcd is read at one revision in bounded ranges whose ends are
 * ZooKeeper's own paths; ZooKeeper is read afresh, chunk by chunk, so that a changing tree is
 * compared with its latest state. A few chunks are in flight and nothing else is held. For one
 * thread.
 */
public final class DualReader {
  /** The most paths of a chunk. */
  private static final int CHUNK = 1_000;

  /** The target size of a chunk, in bytes on either side. */
  private static final int CHUNK_BYTES = 8 << 20;

  private static final int IN_FLIGHT = 4;

  /** Keys of a range that only etcd has, beyond which it is read in pages. */
  private static final int EXTRA_KEYS = 16;

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
    List<ZkPath> listed = new ArrayList<>();
    long bytes = 0;
    while (all.hasNext()) {
      ZkPath next = new ZkPath(all.next());
      int expected = znodes.expectedBytes(next);
      if (listed.size() == CHUNK || (!listed.isEmpty() && bytes + expected > CHUNK_BYTES)) {
        inFlight.add(start(listed, from, next.value(), at));
        from = next.value();
        listed = new ArrayList<>();
        bytes = 0;
        if (inFlight.size() >= IN_FLIGHT) {
          finish(inFlight.remove(), scope, sink);
        }
      }
      listed.add(next);
      bytes += expected;
    }
    inFlight.add(start(listed, from, scope.endKey(), at));
    while (!inFlight.isEmpty()) {
      finish(inFlight.remove(), scope, sink);
    }
  }

  /**
   * Lists everything in scope and reads both stores at one revision of etcd; once more, from the
   * beginning, if etcd is compacted meanwhile.
   *
   * @param fresh what one attempt gathers into; what an interrupted one gathered is dropped
   * @param add takes each pair, in key order
   */
  public <T> T collect(Scope scope, Supplier<T> fresh, BiConsumer<T, Pair> add) {
    return OverCompactions.repeat(
        () -> {
          T gathered = fresh.get();
          try (PathIndex paths = new TreeListing(znodes, listed -> {}).list(scope)) {
            read(
                paths,
                scope,
                keys.revision(),
                pairs -> pairs.forEach(pair -> add.accept(gathered, pair)));
          }
          return gathered;
        });
  }

  /** The present state of these paths in both stores, in key order; absent in both is left out. */
  public List<Pair> read(List<ZkPath> paths) {
    Map<ZkPath, Znode> sources = new LinkedHashMap<>();
    Map<ZkPath, EtcdEntry> targets = new LinkedHashMap<>();
    znodes.inBatches(ReadKind.DATA, paths, replies -> collect(replies, sources));
    keys.read(paths).forEach(entry -> targets.put(entry.path(), entry));
    return merge(sources, targets);
  }

  /** Paths that are asked of ZooKeeper, and the range of etcd around them. */
  private record Chunk(List<BatchRequest> sources, EtcdPages targets) {}

  private Chunk start(List<ZkPath> listed, String from, String to, Revision at) {
    return new Chunk(
        requests(listed), keys.start(from, to, Optional.of(at), listed.size() + EXTRA_KEYS));
  }

  private List<BatchRequest> requests(List<ZkPath> paths) {
    List<BatchRequest> requests = new ArrayList<>();
    int from = 0;
    while (from < paths.size()) {
      int end = znodes.batchEnd(ReadKind.DATA, paths, from);
      requests.add(znodes.start(ReadKind.DATA, paths.subList(from, end)));
      from = end;
    }
    return requests;
  }

  /** Page by page of etcd, since it may hold far more between two znodes than was expected. */
  private void finish(Chunk chunk, Scope scope, Consumer<List<Pair>> sink) {
    Map<ZkPath, Znode> sources = new LinkedHashMap<>();
    chunk.sources().forEach(request -> collect(znodes.finish(request), sources));
    EtcdPages.Page page;
    do {
      page = chunk.targets().next();
      Map<ZkPath, EtcdEntry> targets = new LinkedHashMap<>();
      for (EtcdEntry entry : page.entries()) {
        if (scope.contains(entry.path())) {
          targets.put(entry.path(), entry);
        }
      }
      Map<ZkPath, Znode> here =
          page.more()
              ? taken(sources, page.entries().get(page.entries().size() - 1).path())
              : sources;
      // What etcd has and the listing does not may have been created since it was listed.
      List<ZkPath> unlisted =
          targets.keySet().stream()
              .filter(path -> !here.containsKey(path) && path.isLegalZnode())
              .toList();
      Map<ZkPath, Znode> later = new HashMap<>();
      znodes.inBatches(ReadKind.DATA, unlisted, replies -> collect(replies, later));
      here.putAll(later);
      sink.accept(merge(here, targets));
    } while (page.more());
  }

  /** Those up to this path, which are not in the map any more. */
  private static Map<ZkPath, Znode> taken(Map<ZkPath, Znode> sources, ZkPath last) {
    Map<ZkPath, Znode> taken = new LinkedHashMap<>();
    sources.forEach(
        (path, znode) -> {
          if (path.compareTo(last) <= 0) {
            taken.put(path, znode);
          }
        });
    sources.keySet().removeAll(taken.keySet());
    return taken;
  }

  private static void collect(List<ZnodeReader.Reply> replies, Map<ZkPath, Znode> sources) {
    for (ZnodeReader.Reply reply : replies) {
      ZnodeReader.znode(reply).ifPresent(znode -> sources.put(znode.path(), znode));
    }
  }

  /** Both sides were read in key order, so that sorting them is little more than a merge. */
  private static List<Pair> merge(Map<ZkPath, Znode> sources, Map<ZkPath, EtcdEntry> targets) {
    List<Pair> pairs = new ArrayList<>();
    sources.forEach(
        (path, znode) ->
            pairs.add(new Pair(path, Optional.of(znode), Optional.ofNullable(targets.get(path)))));
    targets.forEach(
        (path, entry) -> {
          if (!sources.containsKey(path)) {
            pairs.add(new Pair(path, Optional.empty(), Optional.of(entry)));
          }
        });
    pairs.sort(Comparator.comparing(Pair::path));
    return pairs;
  }
}
