package io.metamigrate.migrator.switchover.side.zookeeper;

import io.metamigrate.migrator.cutover.RollbackReadiness;
import io.metamigrate.migrator.cutover.fence.AccessLists;
import io.metamigrate.migrator.cutover.fence.FencePaths;
import io.metamigrate.migrator.cutover.fence.SavedAcl;
import io.metamigrate.migrator.switchover.engine.Permit;
import io.metamigrate.migrator.switchover.engine.StepException;
import io.metamigrate.migrator.switchover.session.MoveSession;
import io.metamigrate.migrator.switchover.side.Fence;
import io.metamigrate.verifier.catalog.Catalogue;
import io.metamigrate.verifier.store.Ensemble;
import io.metamigrate.verifier.store.ZkPath;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Supplier;

/** By access lists on the nodes below which a broker must create something before it can serve. */
final class ZooKeeperFence implements Fence {
  private final MoveSession session;
  private final Supplier<RollbackReadiness> ready;

  ZooKeeperFence(MoveSession session, Supplier<RollbackReadiness> ready) {
    this.session = session;
    this.ready = ready;
  }

  @Override
  public boolean isPossible() {
    return true;
  }

  /** By the lists and, in the process that may raise it, by trying to get past it. */
  @Override
  public boolean isIntact() {
    List<ZkPath> paths = paths();
    boolean listed = new AccessLists(session.stores().zookeeper()).notFenced(paths).isEmpty();
    return listed && (!session.isClaimed() || fence().prove(paths, false).isDone());
  }

  /** Tried by a second session; a hook may keep it out in whatever way. */
  @Override
  public boolean isEffective() {
    session.claim();
    return fence().prove(paths(), true).isDone();
  }

  @Override
  public boolean isAbsent() {
    return new AccessLists(session.stores().zookeeper()).fenced(paths()).isEmpty();
  }

  @Override
  public String read() {
    List<ZkPath> paths = paths();
    Map<ZkPath, List<SavedAcl>> now = new AccessLists(session.stores().zookeeper()).read(paths);
    SortedMap<ZkPath, List<SavedAcl>> found = new TreeMap<>();
    for (ZkPath path : paths) {
      List<SavedAcl> list = now.getOrDefault(path, SavedAcl.OPEN);
      found.put(
          path, io.metamigrate.migrator.cutover.fence.Fence.isFence(list) ? SavedAcl.OPEN : list);
    }
    return SavedAccessLists.write(found);
  }

  @Override
  public void raise(Permit permit) {
    fence()
        .raise(paths())
        .ifPresent(
            refused -> {
              throw new StepException(refused);
            });
  }

  @Override
  public void openCounters(Permit permit, String saved) {
    SortedMap<ZkPath, List<SavedAcl>> counters = lists(saved);
    counters.remove(Catalogue.BROKERS);
    fence().lift(counters);
  }

  @Override
  public void lift(Permit permit, String saved) {
    fence().lift(lists(saved));
  }

  @Override
  public List<String> obstacles() {
    return ready.get().writeObstacles();
  }

  /** What was made since it was saved, as a rollback makes generators of ids, was made for all. */
  private SortedMap<ZkPath, List<SavedAcl>> lists(String saved) {
    SortedMap<ZkPath, List<SavedAcl>> lists = SavedAccessLists.read(saved);
    new AccessLists(session.stores().zookeeper())
        .fenced(paths())
        .forEach(path -> lists.putIfAbsent(path, SavedAcl.OPEN));
    return lists;
  }

  private List<ZkPath> paths() {
    session.stores().zookeeper().bringUpToDate();
    return FencePaths.of(session.stores().znodes());
  }

  private io.metamigrate.migrator.cutover.fence.Fence fence() {
    return new io.metamigrate.migrator.cutover.fence.Fence(
        session.stores().zookeeper(), session.zookeeper(Ensemble.LOCAL));
  }
}
