package io.metamigrate.migrator.cutover;

import io.metamigrate.migrator.cutover.CutoverState.FenceState;
import io.metamigrate.migrator.cutover.CutoverState.LiftedFence;
import io.metamigrate.migrator.cutover.fence.LateWrite;
import io.metamigrate.migrator.cutover.fence.LateWrites;
import io.metamigrate.verifier.catalog.Catalogue;
import io.metamigrate.verifier.decode.LedgerPaths;
import io.metamigrate.verifier.store.Ensemble;
import io.metamigrate.verifier.store.Pair;
import io.metamigrate.verifier.store.Revision;
import io.metamigrate.verifier.store.ZkPath;
import io.metamigrate.verifier.store.Znode;
import io.metamigrate.verifier.store.Zxid;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * What others wrote to ZooKeeper while a rollback had lifted the fence. Both stores were equal
 * right before, no broker of the file has been started since, and etcd becomes authoritative again
 * if the rollback is undone. What a broker that was left behind wrote there is then on no store
 * that anybody reads.
 */
final class WrittenWhileLifted implements ReverseCopy.Replaced {
  private static final String MARK = "lifted";
  private static final String CREATED = "created";

  private final CutoverContext context;
  private final ReverseCopy copy;

  WrittenWhileLifted(CutoverContext context, ReverseCopy copy) {
    this.context = context;
    this.copy = copy;
  }

  /** A mark in each ensemble: what is written from now on is newer. */
  static Map<Ensemble, Zxid> marks(CutoverContext context) {
    Map<Ensemble, Zxid> made = new EnumMap<>(Ensemble.class);
    for (Ensemble ensemble : context.stores().ensembles()) {
      made.put(ensemble, context.services().zookeeper(ensemble).mark(MARK));
    }
    return made;
  }

  /**
   * ZooKeeper has what etcd had: to be called after each copy, and before the fence is lifted in
   * part or in whole.
   *
   * @param marks made after the copy, so that its own writes are older
   * @param revision of etcd, up to which everything is copied
   */
  static void begin(CutoverContext context, Map<Ensemble, Zxid> marks, Revision revision) {
    LiftedFence lifted = new LiftedFence(marks, revision);
    context.journal().change(state -> state.withFence(state.fence().lifted(lifted)));
  }

  /**
   * To be asked by an undo once the fence is in place again. No id that may have been allocated in
   * ZooKeeper is allocated on etcd again.
   *
   * @throws StepFailedException naming the first write that was not accepted
   */
  void requireBeforeUndo() {
    List<LateWrite> writes = writes();
    record(writes);
    if (context.journal().state().fence().lifted().isEmpty()) {
      // The rollback did not get that far, or an earlier release recorded it.
      LateLedgers.require(context, writes);
      return;
    }
    long unused = context.seeds().raise(largest(writes));
    LateLedgers.require(context, writes);
    refuse(writes);
  }

  /** To be called before etcd is copied to ZooKeeper, and before the mark of the fence moves. */
  void record() {
    record(writes());
  }

  @Override
  public void record(List<LateWrite> writes) {
    if (!writes.isEmpty()) {
      context.journal().change(state -> state.withLateWrites(writes));
    }
  }

  /**
   * To be asked before etcd is copied to ZooKeeper, which would revert them. A ledger that was
   * created is refused by the copy itself.
   *
   * @throws StepFailedException naming the first write that was not accepted
   */
  void requireAccepted() {
    if (context.journal().state().fence().lifted().isPresent()) {
      List<LateWrite> writes = writes();
      record(writes);
      refuse(writes);
    }
  }

  /** All of them; if the fence was not lifted, what was created or changed since it was raised. */
  private List<LateWrite> writes() {
    return copy.differing(this::of);
  }

  /** A pair that differs because of a write to ZooKeeper that is neither etcd's nor this tool's. */
  @Override
  public Optional<LateWrite> of(Pair pair) {
    CutoverState state = context.journal().state();
    FenceState fence = state.fence();
    return fence
        .lifted()
        .map(lifted -> of(pair, lifted))
        .orElseGet(() -> newer(pair, fence::mark))
        .filter(write -> !ActiveServices.bookieOwnedCookies(state).contains(write.path()));
  }

  /** Nodes that differ and that the operator has not given up, by the store that was written. */
  record WrittenOnBoth(List<ZkPath> zookeeper, List<ZkPath> etcd) {}

  private record WrittenPath(ZkPath path, boolean inZooKeeper, boolean onEtcd) {}

  /**
   * Compares all after the first broker's start on ZooKeeper was issued.
   *
   * @param issued when, as a revision of etcd
   */
  WrittenOnBoth since(Revision issued) {
    List<WrittenPath> found =
        copy.differing(
            pair -> {
              boolean inZooKeeper = of(pair).isPresent();
              boolean onEtcd = isWrittenOnEtcd(pair, issued, inZooKeeper);
              return inZooKeeper || onEtcd
                  ? Optional.of(new WrittenPath(pair.path(), inZooKeeper, onEtcd))
                  : Optional.empty();
            });
    return new WrittenOnBoth(
        notAccepted(found, WrittenPath::inZooKeeper, context.accepted().lateWrites()),
        notAccepted(found, WrittenPath::onEtcd, context.accepted().foreign()));
  }

  private static List<ZkPath> notAccepted(
      List<WrittenPath> found, Predicate<WrittenPath> side, Set<ZkPath> accepted) {
    return found.stream()
        .filter(side)
        .map(WrittenPath::path)
        .filter(path -> !isCovered(path, accepted))
        .toList();
  }

  /**
   * Whether a pair that differs was written on etcd after that revision. A key keeps its revision
   * when the history is compacted; one that is gone was deleted, unless ZooKeeper's is newer. Pure.
   */
  static boolean isWrittenOnEtcd(Pair pair, Revision issued, boolean inZooKeeper) {
    return Catalogue.isCore(pair.path())
        && pair.target().map(key -> key.modRevision().compareTo(issued) > 0).orElse(!inZooKeeper);
  }

  private void refuse(List<LateWrite> writes) {
    List<LateWrite> open = writes.stream().filter(write -> !isAccepted(write)).toList();
    if (!open.isEmpty()) {
      throw new StepFailedException(
          "%d nodes were written in ZooKeeper while the fence was lifted, and etcd does not have that. The first is %s. Find the broker that wrote them and stop it. If what etcd has may stay, give %s; for nodes other than ledgers, a path above accepts all below"
              .formatted(
                  open.size(),
                  open.get(0),
                  LateLedgers.options(open.stream().map(LateWrite::path).toList())));
    }
  }

  /** A ledger that was created is asked for elsewhere, by its own path. */
  private boolean isAccepted(LateWrite write) {
    boolean createdLedger = isLedger(write.path()) && write.kind().equals(CREATED);
    return createdLedger || isCovered(write.path(), context.accepted().lateWrites());
  }

  /** A ledger is given up by its own path only. */
  private static boolean isCovered(ZkPath path, Set<ZkPath> accepted) {
    return isLedger(path) ? accepted.contains(path) : accepted.stream().anyMatch(path::isAtOrBelow);
  }

  private static boolean isLedger(ZkPath path) {
    return LedgerPaths.ledgerOf(path.value()).isPresent();
  }

  /** A pair that differs because of a later write to ZooKeeper. Pure. */
  static Optional<LateWrite> of(Pair pair, LiftedFence lifted) {
    if (!Catalogue.isCore(pair.path())) {
      return Optional.empty();
    }
    if (pair.source().isEmpty()) {
      boolean wasThere =
          pair.target()
              .filter(key -> !LateWrites.isEmptyContainer(key))
              .filter(key -> key.modRevision().compareTo(lifted.revision()) <= 0)
              .isPresent();
      return wasThere ? Optional.of(write(pair, "deleted")) : Optional.empty();
    }
    return newer(pair, lifted::mark);
  }

  private static Optional<LateWrite> newer(Pair pair, Function<Ensemble, Zxid> marks) {
    return pair.source()
        .filter(znode -> Catalogue.isCore(znode.path()))
        .filter(znode -> znode.mzxid().compareTo(marks.apply(znode.ensemble())) > 0)
        .map(znode -> write(pair, pair.target().isPresent() ? "changed" : CREATED));
  }

  private static LateWrite write(Pair pair, String kind) {
    return new LateWrite(
        pair.path(),
        kind,
        pair.source().map(znode -> znode.mzxid().toString()),
        Optional.empty(),
        pair.source().map(Znode::ensemble).orElse(Ensemble.LOCAL));
  }

  private static OptionalLong largest(List<LateWrite> writes) {
    return writes.stream()
        .flatMap(write -> LedgerPaths.ledgerOf(write.path().value()).stream().boxed())
        .mapToLong(Long::longValue)
        .max();
  }
}
