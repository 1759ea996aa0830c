package io.metamigrate.migrator.switchover.side;

/** Which way changes may flow; persisted on etcd and compared by every transaction there. */
public enum Direction {
  ZK_TO_ETCD,
  NONE,
  ETCD_TO_ZK
}
