package io.metamigrate.migrator.phase;

/**
 * Which way changes may flow. Persisted on etcd and compared by every transaction, so that no
 * restart can apply one store to the other against it.
 */
public enum Direction {
  /** Before the point of no return: ZooKeeper is authoritative. */
  ZK_TO_ETCD,
  /** After the point of no return: etcd is authoritative and nothing is applied. */
  NONE,
  /** A rollback after the point of no return: etcd is authoritative and is copied back. */
  ETCD_TO_ZK
}
