package io.metamigrate.migrator.follow;

import io.metamigrate.verifier.store.ZkPath;

/** Asked by a comparison of the stores before its first deletion; an event is no comparison. */
public interface DeletionCheck {
  /**
   * Returns if the deletions may be carried out.
   *
   * @param deletions keys that are on etcd only
   * @param tree copied keys on etcd, those among them
   * @param first of them
   * @throws RuntimeException if they may not; nothing was deleted then
   */
  void check(long deletions, long tree, ZkPath first);

  /** A comparison has finished. */
  default void compared() {}
}
