package io.metamigrate.migrator.control;

/** What can be wrong with a daemon; the names are an interface, as in the metric. */
public enum ProblemId {
  DAEMON_ENDED,
  NO_DAEMON,
  DAEMON_UNREACHABLE,
  NOT_FOLLOWING,
  NOT_VERIFIED,
  PAUSED,
  ETCD_SILENT,
  ETCD_FULL,
  ETCD_DENIED,
  ZOOKEEPER_SILENT,
  CHANGES_MAY_BE_MISSING,
  NODES_UNREADABLE,
  CONTROL_FILES_REFUSED,
  VERIFICATION_FAILS,
  VERIFICATION_STALE,
  STORES_DIFFER,
  /** After the move: servers that listen and have no registration on etcd. */
  NODES_NOT_REGISTERED
}
