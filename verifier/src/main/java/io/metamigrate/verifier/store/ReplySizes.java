package io.metamigrate.verifier.store;

import io.metamigrate.verifier.store.ReadBatch.ReadKind;

/**
 * Guesses how large the answer for a path will be, from what came back for paths of the same kind:
 * same first component, same depth. Batches are cut by these guesses, so that no reply comes near
 * the client's limit. Kinds that were never seen count as large. Rises at once with a large answer,
 * falls slowly.
 *
 * <p>A race between threads costs a worse guess, nothing else.
 */
final class ReplySizes {
  /** The most paths of one request. */
  static final int MAX_PATHS = 200;

  /** The target size of a reply in bytes: an eighth of the smallest usual limit. */
  static final int REQUEST_BYTES = 4 << 20;

  /** What one result costs beside its data: error code, stat, framing. */
  private static final int OVERHEAD = 100;

  private static final int UNKNOWN = REQUEST_BYTES / 8;
  private static final int KINDS = 1 << 10;
  private static final int GROWTH = 4;
  private static final int SHRINKAGE = 16;

  private final int[] data = new int[KINDS];
  private final int[] children = new int[KINDS];

  /** The expected bytes of the answer for this path. */
  int expected(ReadKind kind, ZkPath path) {
    int known = of(kind)[slot(path)];
    return known == 0 ? UNKNOWN : known;
  }

  /** Records the size of an answer. */
  void recordReply(ReadKind kind, ZkPath path, int bytes) {
    int[] sizes = of(kind);
    int slot = slot(path);
    int size = bytes + OVERHEAD;
    int before = sizes[slot] == 0 ? UNKNOWN : sizes[slot];
    sizes[slot] =
        size > before
            ? before + (size - before + GROWTH - 1) / GROWTH
            : before - (before - size) / SHRINKAGE;
  }

  /** Records that a request for so many paths failed: later ones have at most half as many. */
  void recordLoss(ReadKind kind, Iterable<ZkPath> paths, int count) {
    int atLeast = 2 * REQUEST_BYTES / Math.max(1, count);
    int[] sizes = of(kind);
    for (ZkPath path : paths) {
      int slot = slot(path);
      sizes[slot] = Math.max(sizes[slot], atLeast);
    }
  }

  private int[] of(ReadKind kind) {
    return kind == ReadKind.DATA ? data : children;
  }

  /** Kinds in the same slot share one guess. */
  private static int slot(ZkPath path) {
    String value = path.value();
    int first = value.indexOf('/', 1);
    int hash = 0;
    for (int i = 1; i < (first < 0 ? value.length() : first); i++) {
      hash = 31 * hash + value.charAt(i);
    }
    int depth = 1;
    for (int i = first; i >= 0; i = value.indexOf('/', i + 1)) {
      depth++;
    }
    return Math.floorMod(hash * 31 + depth, KINDS);
  }
}
