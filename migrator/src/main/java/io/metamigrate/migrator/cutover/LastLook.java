package io.metamigrate.migrator.cutover;

import io.metamigrate.migrator.cutover.CutoverState.FenceState;
import io.metamigrate.migrator.cutover.fence.AccessLists;
import io.metamigrate.migrator.cutover.fence.Fence;
import io.metamigrate.migrator.cutover.fence.LateWrite;
import io.metamigrate.migrator.phase.Phase;
import io.metamigrate.verifier.store.Store;
import io.metamigrate.verifier.store.ZkPath;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * The look that comes before "done", in the process that says it: at both stores and all nodes,
 * asked anew. Records say only what to compare with. Writes nothing to either store but the record
 * of late writes.
 */
final class LastLook {
  /** Its name where steps are named. */
  static final String STEP = "last-look";

  /** A health check or a registration may fail once; a node that is away fails each time. */
  private static final int ATTEMPTS = 3;

  private static final long PAUSE_MILLIS = 1_000;

  private final Tools tools;

  LastLook(Tools tools) {
    this.tools = tools;
  }

  /**
   * Whether the whole cluster is on etcd: every node there by its own lease and none in ZooKeeper,
   * etcd has what brokers and bookies need, ZooKeeper is fenced and without mirrors.
   */
  LookReport onEtcd() {
    if (!tools.standing().watching()) {
      new LateScan(tools).run();
    }
    LookReport.Collector seen = new LookReport.Collector();
    seen.add(serving());
    fence(seen);
    List<LateWrite> late = tools.journal().state().lateWrites();
    if (!late.isEmpty()) {
      seen.note(
          "ALARM: %d late writes on ZooKeeper, first %s; `migrate finalize` asks for them"
              .formatted(late.size(), late.get(0)));
    }
    return seen.report();
  }

  /**
   * The same before a move ends, where late writes are asked for apart. Once the end was begun the
   * fence may be lifted already.
   */
  LookReport beforeTheEnd(Phase phase) {
    LookReport.Collector seen = new LookReport.Collector();
    seen.add(serving());
    if (phase != Phase.FINALIZED) {
      fence(seen);
    }
    return seen.report();
  }

  private LookReport serving() {
    LookReport.Collector seen = new LookReport.Collector();
    KnownNodes known = tools.knownNodes(Store.ETCD);
    seen.add(insist(() -> new NodeLook(tools, Store.ETCD).look(known)));
    seen.add(new CollectionLook(tools, Store.ETCD).look(known));
    seen.add(new ContentLook(tools, Store.ETCD).look(known));
    mirrors(seen);
    tools.journal().confirm();
    return seen.report();
  }

  /**
   * Whether the whole cluster is on ZooKeeper: every node there by its own session and none on
   * etcd, ZooKeeper has what brokers and bookies need, the fence is lifted and no mirror is left.
   */
  LookReport onZooKeeper() {
    LookReport.Collector seen = new LookReport.Collector();
    KnownNodes known = tools.knownNodes(Store.ZOOKEEPER);
    seen.add(insist(() -> new NodeLook(tools, Store.ZOOKEEPER).look(known)));
    seen.add(new CollectionLook(tools, Store.ZOOKEEPER).look(known));
    seen.add(new ContentLook(tools, Store.ZOOKEEPER).look(known));
    Set<ZkPath> saved = tools.journal().state().fence().saved().keySet();
    new AccessLists(tools.stores().zookeeper())
        .fenced(saved)
        .forEach(
            path ->
                seen.fault(
                    "the fence is still at %s in ZooKeeper; restore its access list"
                        .formatted(path)));
    mirrors(seen);
    tools.journal().confirm();
    return seen.report();
  }

  private void fence(LookReport.Collector seen) {
    FenceState fence = tools.journal().state().fence();
    if (fence.byHook()) {
      seen.notLookedAt("the fence: the operator's hook keeps writers away");
      return;
    }
    new AccessLists(tools.stores().zookeeper())
        .notFenced(fence.saved().keySet())
        .forEach(
            path ->
                seen.fault(
                    "%s %s in ZooKeeper, so a broker could start there; find out who lifted it"
                        .formatted(Fence.GONE, path)));
  }

  private void mirrors(LookReport.Collector seen) {
    tools
        .journal()
        .state()
        .mirrors()
        .forEach(path -> seen.fault("the mirror %s is left in ZooKeeper".formatted(path)));
  }

  private static LookReport insist(Supplier<LookReport> look) {
    LookReport report = look.get();
    for (int i = 1; i < ATTEMPTS && !report.isClean(); i++) {
      pause();
      report = look.get();
    }
    return report;
  }

  private static void pause() {
    try {
      TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StepFailedException("interrupted during the last look", e);
    }
  }
}
