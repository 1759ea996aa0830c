package io.metamigrate.migrator.cutover;

import io.metamigrate.migrator.replay.ScratchKeys;
import io.metamigrate.migrator.run.Stores;
import io.metamigrate.verifier.catalog.Action;
import io.metamigrate.verifier.catalog.Catalogue;
import io.metamigrate.verifier.store.EtcdBackend;
import io.metamigrate.verifier.store.NodeData;
import io.metamigrate.verifier.store.PathIndex;
import io.metamigrate.verifier.store.ZkPath;
import io.metamigrate.verifier.store.Znode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/**
 * Copies a part of the tree to keys of its own, reads it back, and removes it: to see that values
 * pass and how long that takes. Touches neither lock nor checkpoint nor any key in scope.
 */
final class ScratchCopy {
  static final int MOST_NODES = 20_000;
  private static final long MOST_BYTES = 64L << 20;
  private static final double FULL = 0.8;
  private static final int RAISES = 1_000;
  private static final int BATCH = 200;

  private final Stores stores;
  private final int inFlight;

  ScratchCopy(Stores stores, int inFlight) {
    this.stores = stores;
    this.inFlight = inFlight;
  }

  /**
   * What was measured.
   *
   * @param nodes written, spread evenly over the tree
   * @param of nodes in the tree
   * @param differing nodes that etcd gave back otherwise than they were written
   */
  record ScratchCopyResult(
      long nodes,
      long of,
      long bytes,
      double copySeconds,
      double compareSeconds,
      double raisesPerSecond,
      long differing) {
    @Override
    public String toString() {
      return String.format(
          Locale.ROOT,
          "scratch copy: %,d of %,d nodes, %,d bytes, written to etcd below %s in %.1f s (%,.0f"
              + " nodes/s), read back and compared in %.1f s, counters raised %,.0f times/s. All of"
              + " it is removed again; its history stays in etcd until compaction",
          nodes,
          of,
          bytes,
          ScratchKeys.PREFIX,
          copySeconds,
          nodes / Math.max(1e-9, copySeconds),
          compareSeconds,
          raisesPerSecond);
    }
  }

  /** Why etcd has no room for it; empty if it has. */
  Optional<String> refusal() {
    Optional<EtcdBackend.Usage> fill = new EtcdBackend(stores.etcd()).usage();
    if (fill.isEmpty()) {
      return Optional.of(
          "no scratch copy: etcd does not report its quota (no metrics at its client address), so"
              + " its free space is unknown");
    }
    double after = fill.get().used() + 2.0 * MOST_BYTES;
    return after <= FULL * fill.get().quota()
        ? Optional.empty()
        : Optional.of(
            "no scratch copy: etcd has used %,d of %,d bytes, and it may take %,d more; compact and defragment etcd first"
                .formatted(fill.get().used(), fill.get().quota(), 2 * MOST_BYTES));
  }

  ScratchCopyResult run(PathIndex paths) {
    try (ScratchKeys scratch = new ScratchKeys(stores.etcd(), inFlight)) {
      Map<ZkPath, Integer> written = new HashMap<>();
      long began = System.nanoTime();
      long bytes = write(paths, scratch, written);
      long copied = System.nanoTime();
      long differing = differing(written, scratch::read);
      long compared = System.nanoTime();
      scratch.raise(RAISES);
      long raised = System.nanoTime();
      return new ScratchCopyResult(
          written.size(),
          paths.size(),
          bytes,
          (copied - began) / 1e9,
          (compared - copied) / 1e9,
          RAISES * 1e9 / Math.max(1, raised - compared),
          differing);
    }
  }

  /** Samples every n-th node so that every kind is represented. */
  private long write(PathIndex paths, ScratchKeys scratch, Map<ZkPath, Integer> written) {
    long every = Math.max(1, (paths.size() + MOST_NODES - 1) / MOST_NODES);
    long bytes = 0;
    long number = 0;
    List<ZkPath> batch = new ArrayList<>();
    for (Iterator<String> all = paths.iterator(); all.hasNext() && bytes < MOST_BYTES; ) {
      ZkPath path = new ZkPath(all.next());
      if (number++ % every == 0 && Catalogue.of(path).action() == Action.COPY) {
        batch.add(path);
      }
      if (batch.size() == BATCH || (!all.hasNext() && !batch.isEmpty())) {
        bytes += write(batch, scratch, written);
        batch.clear();
      }
    }
    scratch.flush();
    return bytes;
  }

  private long write(List<ZkPath> batch, ScratchKeys scratch, Map<ZkPath, Integer> written) {
    long bytes = 0;
    for (Optional<Znode> found : stores.znodes().read(batch)) {
      if (found.isPresent() && !found.get().isEphemeral()) {
        NodeData data = found.get().data();
        scratch.put(found.get().path(), data);
        written.put(found.get().path(), data.hashCode());
        bytes += data.size() + found.get().path().value().length();
      }
    }
    return bytes;
  }

  /** How many of what was written, by the hashes of its data, are not read back as they were. */
  static long differing(
      Map<ZkPath, Integer> written, Consumer<BiConsumer<ZkPath, NodeData>> readBack) {
    Map<ZkPath, Integer> left = new HashMap<>(written);
    readBack.accept((path, data) -> left.remove(path, data.hashCode()));
    return left.size();
  }
}
