package io.metamigrate.migrator.follow;

import io.metamigrate.migrator.replay.Applied;
import io.metamigrate.migrator.replay.Operation;
import io.metamigrate.migrator.replay.Reconciler;
import io.metamigrate.verifier.store.Revision;
import io.metamigrate.verifier.store.ZkPath;
import io.metamigrate.verifier.store.Znode;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What is on its way to etcd: keeps for each operation the znode that it was made from, and enters
 * it in the version map when etcd has accepted it. Bounded by the writer's window. For one thread.
 */
final class InFlightWrites {
  private record Row(Znode znode, long keyVersionBefore) {}

  private final VersionMap versions;
  private final boolean exactVersions;
  private final Map<ZkPath, Row> rows = new HashMap<>();
  private long put;
  private long deleted;

  InFlightWrites(VersionMap versions, boolean exactVersions) {
    this.versions = versions;
    this.exactVersions = exactVersions;
  }

  /**
   * Before an operation is submitted.
   *
   * @param wanted the final value of the key; empty if it is to be deleted
   */
  void expect(ZkPath path, Optional<Znode> wanted, long keyVersionBefore) {
    wanted.ifPresent(znode -> rows.put(path, new Row(znode, keyVersionBefore)));
  }

  /** When etcd has accepted it. Returns the next operation if one is not enough. */
  Optional<Operation> applied(Applied applied) {
    ZkPath path = applied.operation().path();
    Optional<Row> row = Optional.ofNullable(rows.remove(path));
    if (applied.operation() instanceof Operation.DeleteKey) {
      deleted++;
      versions.remove(path);
      return row.flatMap(r -> next(r.znode(), Revision.ABSENT, 0));
    }
    put++;
    Znode znode = row.orElseThrow().znode();
    long keyVersion = row.orElseThrow().keyVersionBefore() + 1;
    versions.put(path, TrackedKey.of(znode, applied.at(), keyVersion));
    return next(znode, applied.at(), keyVersion);
  }

  private Optional<Operation> next(Znode znode, Revision seen, long keyVersion) {
    if (!exactVersions || keyVersion == znode.keyVersion()) {
      return Optional.empty();
    }
    expect(znode.path(), Optional.of(znode), keyVersion);
    return Optional.of(Reconciler.step(znode, seen, keyVersion, true));
  }

  long put() {
    return put;
  }

  long deleted() {
    return deleted;
  }
}
