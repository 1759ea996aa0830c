package io.metamigrate.migrator.cutover;

import io.metamigrate.migrator.cutover.CutoverState.FenceState;
import io.metamigrate.migrator.cutover.CutoverState.MoveProgress;
import io.metamigrate.migrator.cutover.fence.AccessLists;
import io.metamigrate.migrator.cutover.fence.Fence;
import io.metamigrate.migrator.phase.Phase;
import io.metamigrate.migrator.replay.EtcdHistory;
import io.metamigrate.verifier.store.Revision;
import io.metamigrate.verifier.store.Store;
import io.metamigrate.verifier.store.ZkPath;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * The check right before a command reports "done": both stores and all nodes are read again in that
 * process. Records hold only what to compare with. Writes nothing to either store but the record of
 * late writes.
 */
final class FinalCheck {
  /** Its name in lists of steps. */
  static final String STEP = "final-check";

  /** What cannot be checked without ZooKeeper. */
  static final List<String> NOT_CHECKED_WITHOUT_ZOOKEEPER =
      List.of(
          "writes to ZooKeeper after the last command that could read it: it is gone",
          "registrations in ZooKeeper and the fence there: it is gone. If that ZooKeeper ever"
              + " returns, keep brokers and bookies away from it",
          "whether etcd is in an older state than the move left it: ZooKeeper held the proof");

  /** A health check or a registration may fail once; a node that is away fails each time. */
  private static final int ATTEMPTS = 3;

  private static final long PAUSE_MILLIS = 1_000;

  private final CutoverContext context;

  FinalCheck(CutoverContext context) {
    this.context = context;
  }

  /**
   * Whether the whole cluster is on etcd: every node there by its own lease and none in ZooKeeper,
   * etcd has what brokers and bookies need, ZooKeeper is fenced and without mirrors.
   */
  CheckReport onEtcd() {
    CheckReport.CheckCollector seen = new CheckReport.CheckCollector();
    if (context.stores().hasZooKeeper()) {
      if (!context.services().watching()) {
        new LateWriteScan(context).run();
      }
      seen.add(serving());
      fence(seen);
    } else {
      seen.add(serving());
      NOT_CHECKED_WITHOUT_ZOOKEEPER.forEach(seen::notChecked);
    }
    CutoverState state = context.journal().state();
    if (!state.lateWrites().isEmpty()) {
      seen.note(
          "ALARM: %s late writes on ZooKeeper, first %s; `migrate finalize` asks you to accept them"
              .formatted(state.lateWriteCount(), state.lateWrites().get(0)));
    }
    return seen.report();
  }

  /**
   * The same before a move ends, when late writes are checked separately. Once the end was begun
   * the fence may be lifted already.
   */
  CheckReport beforeTheEnd(Phase phase) {
    CheckReport.CheckCollector seen = new CheckReport.CheckCollector();
    seen.add(serving());
    if (phase != Phase.FINALIZED && context.stores().hasZooKeeper()) {
      fence(seen);
    }
    return seen.report();
  }

  private CheckReport serving() {
    context.stores().confirm();
    CheckReport.CheckCollector seen = new CheckReport.CheckCollector();
    KnownNodes known = context.knownNodes(Store.ETCD);
    seen.add(retry(() -> new NodePlacementCheck(context, Store.ETCD).check(known)));
    seen.add(new GarbageCollectionCheck(context, Store.ETCD).check(known));
    seen.add(new MetadataWritersCheck(context, Store.ETCD).check());
    seen.add(new ContentCheck(context, Store.ETCD).check(known));
    mirrors(seen);
    context.journal().confirm();
    return seen.report();
  }

  /**
   * Whether the whole cluster is on ZooKeeper: every node there by its own session and none on
   * etcd, ZooKeeper has what brokers and bookies need, the fence is lifted and no mirror is left.
   */
  CheckReport onZooKeeper() {
    context.stores().confirm();
    CheckReport.CheckCollector seen = new CheckReport.CheckCollector();
    KnownNodes known = context.knownNodes(Store.ZOOKEEPER);
    seen.add(retry(() -> new NodePlacementCheck(context, Store.ZOOKEEPER).check(known)));
    seen.add(new GarbageCollectionCheck(context, Store.ZOOKEEPER).check(known));
    seen.add(new MetadataWritersCheck(context, Store.ZOOKEEPER).check());
    seen.add(new ContentCheck(context, Store.ZOOKEEPER).check(known));
    Set<ZkPath> saved = context.journal().state().fence().saved().keySet();
    new AccessLists(context.stores().zookeeper())
        .fenced(saved)
        .forEach(
            path ->
                seen.fault(
                    "the fence is still at %s in ZooKeeper; restore its access list"
                        .formatted(path)));
    mirrors(seen);
    if (context.journal().state().replicationDisabled()
        && context.registrations().znode(WritePaths.REPLICATION_DISABLED).isPresent()) {
      seen.fault(
          "AutoRecovery is still disabled by %s in ZooKeeper; delete that znode"
              .formatted(WritePaths.REPLICATION_DISABLED));
    }
    CutoverState state = context.journal().state();
    if (context.isReverse() && !state.lateWrites().isEmpty()) {
      seen.note(
          "ALARM: %s late writes on ZooKeeper, first %s; where etcd differed, the rollback replaced them"
              .formatted(state.lateWriteCount(), state.lateWrites().get(0)));
    }
    if (context.stores().hasEtcd()) {
      foreignOnEtcd(seen);
    }
    context.journal().confirm();
    return seen.report();
  }

  /** Reports what another writer changed on etcd while brokers serve on ZooKeeper. */
  private void foreignOnEtcd(CheckReport.CheckCollector seen) {
    if (context.journal().state().progress() == MoveProgress.BACK_BEFORE_NO_RETURN) {
      foreignOnEtcd(seen, context.journal().checkpoint().checkedRevision(), "the copy");
    } else if (context.isReverse()) {
      ReturnMark.read(context)
          .ifPresent(since -> foreignOnEtcd(seen, since, "the first broker's start on ZooKeeper"));
    }
  }

  private void foreignOnEtcd(CheckReport.CheckCollector seen, Revision since, String what) {
    EtcdHistory.HistoryScan history = context.changesOnEtcdSince(since);
    history
        .foreign()
        .ifPresent(
            foreign ->
                seen.note(
                    "ALARM: another writer changed etcd since %s, first %s at revision %s; ZooKeeper does not have that, and the next `migrate run` overwrites it"
                        .formatted(what, foreign.path(), foreign.at())));
    if (history.foreign().isEmpty() && history.compacted().isPresent()) {
      seen.notChecked(
          "what others changed on etcd since %s: its history is compacted".formatted(what));
    }
  }

  private void fence(CheckReport.CheckCollector seen) {
    FenceState fence = context.journal().state().fence();
    if (fence.byHook()) {
      seen.notChecked("the fence: the operator's hook keeps writers away");
      return;
    }
    new AccessLists(context.stores().zookeeper())
        .notFenced(fence.saved().keySet())
        .forEach(
            path ->
                seen.fault(
                    "%s %s in ZooKeeper, so a broker could start there; find out who lifted it; `migrate finalize` raises it again"
                        .formatted(Fence.GONE, path)));
  }

  private void mirrors(CheckReport.CheckCollector seen) {
    context
        .journal()
        .state()
        .mirrors()
        .forEach(path -> seen.fault("the mirror %s is left in ZooKeeper".formatted(path)));
  }

  private static CheckReport retry(Supplier<CheckReport> check) {
    CheckReport report = check.get();
    for (int i = 1; i < ATTEMPTS && !report.isClean(); i++) {
      pause();
      report = check.get();
    }
    return report;
  }

  private static void pause() {
    try {
      TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StepFailedException("interrupted during the final check", e);
    }
  }
}
