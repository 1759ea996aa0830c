package io.metamigrate.migrator.phase;

/** A record of the move on etcd cannot be read by this release; nothing is concluded from it. */
public final class UnreadableRecordException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  UnreadableRecordException(String message) {
    super(message);
  }

  /** For a key whose value is not what the tool writes. */
  public static UnreadableRecordException of(String key, String cause) {
    return new UnreadableRecordException(
        "the key %s on etcd cannot be read: %s; nothing was changed. Find out who changed it and restore its value, or start a new move on an empty etcd"
            .formatted(key, cause.lines().findFirst().orElse("")));
  }

  /** For a znode whose value is not what the tool writes, or not what this release knows. */
  public static UnreadableRecordException ofZnode(String path, String cause) {
    return new UnreadableRecordException(
        "the znode %s in ZooKeeper cannot be read: %s; nothing was changed. Use the release that wrote it, or find out who changed it and restore its value. If etcd answers, holds the move, and was not restored from a backup since, delete the znode instead (bin/pulsar zookeeper-shell delete %s): the next step writes it again"
            .formatted(path, cause.lines().findFirst().orElse(""), path));
  }
}
