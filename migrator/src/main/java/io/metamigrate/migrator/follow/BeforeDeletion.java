package io.metamigrate.migrator.follow;

import io.metamigrate.verifier.store.ZkPath;

/** Asked by a comparison of the stores before its first deletion; an event is no comparison. */
public interface BeforeDeletion {
  /**
   * Returns if the deletions may be carried out.
   *
   * @param doomed keys that are on etcd only
   * @param tree copied keys on etcd, the doomed among them
   * @param first of the doomed
   * @throws RuntimeException if they may not; nothing was deleted then
   */
  void check(long doomed, long tree, ZkPath first);

  /** A comparison is through. */
  default void compared() {}
}
