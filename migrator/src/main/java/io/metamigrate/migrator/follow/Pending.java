package io.metamigrate.migrator.follow;

import io.metamigrate.migrator.replay.Applied;
import io.metamigrate.migrator.replay.Operation;
import io.metamigrate.verifier.store.ZkPath;
import io.metamigrate.verifier.store.Znode;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What is on its way to etcd: keeps for each operation the znode that it was made from, and enters
 * it in the version map when etcd has accepted it. Bounded by the writer's window.
 */
final class Pending {
  private record Row(Znode znode, long keyVersionBefore) {}

  private final VersionMap versions;
  private final Map<ZkPath, Row> rows = new HashMap<>();
  private long put;
  private long deleted;

  Pending(VersionMap versions) {
    this.versions = versions;
  }

  /** Before an operation is submitted. */
  void expect(Operation operation, Optional<Znode> znode, long keyVersionBefore) {
    if (operation instanceof Operation.Put) {
      rows.put(operation.path(), new Row(znode.orElseThrow(), keyVersionBefore));
    }
  }

  /** When etcd has accepted it. */
  void applied(Applied applied) {
    ZkPath path = applied.operation().path();
    Row row = rows.remove(path);
    if (row == null) {
      deleted++;
      versions.remove(path);
      return;
    }
    put++;
    versions.put(
        path,
        new Tracked(
            row.znode().mzxid(), row.znode().version(), applied.at(), row.keyVersionBefore() + 1));
  }

  long put() {
    return put;
  }

  long deleted() {
    return deleted;
  }
}
