package io.metamigrate.migrator.cutover;

import io.metamigrate.migrator.cutover.fence.GuardedZooKeeper;
import io.metamigrate.migrator.cutover.fence.GuardedZooKeeper.Change;
import io.metamigrate.migrator.run.Stores;
import io.metamigrate.verifier.store.NodeData;
import io.metamigrate.verifier.store.PathIndex;
import io.metamigrate.verifier.store.Scope;
import io.metamigrate.verifier.store.Store;
import io.metamigrate.verifier.store.StoreException;
import io.metamigrate.verifier.store.TreeListing;
import io.metamigrate.verifier.store.ZkPath;
import io.metamigrate.verifier.store.Znode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.zookeeper.KeeperException.Code;

/**
 * Applies to ZooKeeper what etcd has and ZooKeeper has not: "compare, then apply the difference"
 * the other way round, so that it can be killed anywhere and repeated. What etcd has no key for but
 * needs as a parent is made as a container, as Pulsar does.
 */
final class ReverseCopy {
  private static final int BATCH = 100;

  private final Stores stores;
  private final GuardedZooKeeper zookeeper;
  private final Scope scope;

  ReverseCopy(Stores stores, GuardedZooKeeper zookeeper, Scope scope) {
    this.stores = stores;
    this.zookeeper = zookeeper;
    this.scope = scope;
  }

  /**
   * What one pass found to do.
   *
   * @param first the first path, for messages
   */
  record Pass(long created, long set, long deleted, Optional<ZkPath> first) {
    long total() {
      return created + set + deleted;
    }

    @Override
    public String toString() {
      return "%d to create, %d to set, %d to delete%s"
          .formatted(created, set, deleted, first.map(path -> ", first " + path).orElse(""));
    }
  }

  /** Compares all, and applies the difference. */
  Pass apply() {
    Found found = new Found();
    List<Change> batch = new ArrayList<>();
    List<Change.Delete> deletes = new ArrayList<>();
    read(
        change -> {
          if (change instanceof Change.Delete delete) {
            deletes.add(delete);
            return;
          }
          found.count(change);
          batch.add(change);
          if (batch.size() >= BATCH) {
            write(batch);
          }
        });
    write(batch);
    // Children come after their parents in key order, so from the end no parent is deleted too
    // early.
    for (int i = deletes.size() - 1; i >= 0; i--) {
      if (delete(deletes.get(i))) {
        found.count(deletes.get(i));
      }
    }
    return found.pass();
  }

  /** Compares all and changes nothing. */
  Pass compare() {
    Found found = new Found();
    read(
        change -> {
          if (!(change instanceof Change.Delete delete) || !isParentOnly(delete.path())) {
            found.count(change);
          }
        });
    return found.pass();
  }

  private void read(java.util.function.Consumer<Change> sink) {
    try (PathIndex paths = new TreeListing(stores.znodes(), listed -> {}).list(scope)) {
      stores
          .both()
          .read(
              paths,
              scope,
              stores.keys().revision(),
              pairs -> pairs.forEach(pair -> ReverseJudge.change(pair).ifPresent(sink)));
    }
  }

  /** All at once; one by one where that is refused. */
  private void write(List<Change> batch) {
    if (batch.isEmpty()) {
      return;
    }
    if (zookeeper.write(batch) != Code.OK) {
      batch.forEach(this::writeOne);
    }
    batch.clear();
  }

  private void writeOne(Change change) {
    Code code = zookeeper.write(change);
    if (code == Code.NONODE && change instanceof Change.Create) {
      makeParents(change.path().parent());
      code = zookeeper.write(change);
    }
    if (code != Code.OK) {
      throw new StoreException(
          Store.ZOOKEEPER,
          "ZooKeeper refused %s of %s: %s"
              .formatted(change.getClass().getSimpleName(), change.path(), code));
    }
  }

  private void makeParents(ZkPath path) {
    if (stores.znodes().read(path).isPresent()) {
      return;
    }
    makeParents(path.parent());
    Code code = zookeeper.write(new Change.Create(path, NodeData.EMPTY, true));
    if (code != Code.OK && code != Code.NODEEXISTS) {
      throw new StoreException(
          Store.ZOOKEEPER, "ZooKeeper refused the parent " + path + ": " + code);
    }
  }

  /** Whether anything had to change; a parent of what stays keeps standing, without data. */
  private boolean delete(Change.Delete delete) {
    Code code = zookeeper.write(delete);
    if (code == Code.OK) {
      return true;
    }
    if (code == Code.NONODE) {
      return false;
    }
    if (code != Code.NOTEMPTY) {
      throw new StoreException(
          Store.ZOOKEEPER, "ZooKeeper refused to delete " + delete.path() + ": " + code);
    }
    Optional<Znode> parent = stores.znodes().read(delete.path());
    if (parent.filter(znode -> !znode.data().isEmpty()).isPresent()) {
      writeOne(new Change.Set(delete.path(), NodeData.EMPTY, parent.get().version()));
      return true;
    }
    return false;
  }

  /** On etcd a parent needs no key of its own. */
  private boolean isParentOnly(ZkPath path) {
    return stores
        .znodes()
        .read(path)
        .filter(znode -> znode.data().isEmpty() && znode.numChildren() > 0)
        .isPresent();
  }

  /** Counts. */
  private static final class Found {
    private long created;
    private long set;
    private long deleted;
    private Optional<ZkPath> first = Optional.empty();

    void count(Change change) {
      if (change instanceof Change.Delete) {
        deleted++;
      } else if (change instanceof Change.Set) {
        set++;
      } else {
        created++;
      }
      first = first.or(() -> Optional.of(change.path()));
    }

    Pass pass() {
      return new Pass(created, set, deleted, first);
    }
  }
}
