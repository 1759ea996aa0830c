package io.metamigrate.verifier.store;

import java.util.function.Supplier;

/** Repeats a pass over etcd at a newer revision if etcd is compacted during it. */
public final class OverCompactions {
  static final int ATTEMPTS = 3;

  private OverCompactions() {}

  /**
   * The result of the first pass that is not interrupted by a compaction.
   *
   * @param pass starts from the beginning each time, at the present revision
   * @throws StoreException if etcd was compacted during each attempt
   */
  public static <T> T repeat(Supplier<T> pass) {
    for (int attempt = 1; ; attempt++) {
      try {
        return pass.get();
      } catch (StoreException e) {
        if (!EtcdConnection.isCompacted(e)) {
          throw e;
        }
        if (attempt == ATTEMPTS) {
          throw new StoreException(
              Store.ETCD,
              "etcd was compacted during each of %d attempts to read it at one revision; keep its history for longer than one pass takes (--auto-compaction-retention), then run the same command again"
                  .formatted(ATTEMPTS),
              e);
        }
      }
    }
  }
}
