package io.metamigrate.migrator.cutover;

import io.metamigrate.migrator.cutover.CutoverState.FenceState;
import io.metamigrate.migrator.cutover.fence.Fence;
import io.metamigrate.migrator.cutover.fence.LateWrite;
import io.metamigrate.migrator.cutover.fence.SavedAcl;
import io.metamigrate.migrator.restart.StepOutcome;
import io.metamigrate.verifier.report.Digest;
import io.metamigrate.verifier.store.Ensemble;
import io.metamigrate.verifier.store.ZkPath;
import io.metamigrate.verifier.store.Zxid;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether ZooKeeper's fence holds and nobody wrote after it, as this process has watched. A gap in
 * the watch is filled by a scan. For one thread.
 */
final class FenceWatch {
  private static final Logger LOG = LoggerFactory.getLogger(FenceWatch.class);
  private static final long POLL_NANOS = 500_000_000L;

  private final CutoverContext context;
  private int gapsLookedInto;
  private long polled = System.nanoTime();

  FenceWatch(CutoverContext context) {
    this.context = context;
  }

  /**
   * Records from which mark on this process watches; what came before it is for the drain, or for
   * the comparison of an undo.
   *
   * @param marks of {@link #watchForLateWrites}
   */
  void begin(Map<Ensemble, Zxid> marks, boolean byHook) {
    // A rollback that was undone has written to ZooKeeper: late is what is written from now on.
    // Until both are saved at once, a repeated undo compares with where the fence was lifted.
    Optional<Digest> now =
        context.journal().state().isCommitted()
            ? Optional.of(new LateWriteScan(context).digest())
            : Optional.empty();
    context
        .journal()
        .change(
            state ->
                now.map(
                        digest ->
                            state.withCommitProof(
                                state.commitProof().map(proof -> proof.with(digest))))
                    .orElseGet(state::withoutLateWrites)
                    .withFence(
                        new FenceState(
                            state.fence().saved(),
                            state.fence().since().or(() -> Optional.of(context.journal().now())),
                            marks,
                            byHook || state.fence().byHook())));
  }

  /** The fence of an earlier process, beyond the point of no return: looks for what it missed. */
  void restore() {
    if (!context.services().watching()) {
      watchForLateWrites();
      new LateWriteScan(context).run();
    }
  }

  /** Watches from the marks on that it makes. */
  Map<Ensemble, Zxid> watchForLateWrites() {
    Map<Ensemble, Zxid> marks = context.services().watchForLateWrites();
    context.listener().watchesLateWrites(() -> context.services().lateWrites().size());
    return marks;
  }

  /** The zxid of the fence: later changes are late writes. */
  Zxid mark() {
    return context.journal().state().fence().mark(Ensemble.LOCAL);
  }

  /** A full comparison begins now, which covers what the watch has missed so far. */
  void coveredByComparison() {
    gapsLookedInto = context.services().gaps();
  }

  /** Whether a scan or a comparison has covered everything that the watch missed. */
  boolean hasNoGap() {
    return context.services().gaps() == gapsLookedInto;
  }

  /** Proves the recorded fence again, from a session of its own. */
  StepOutcome prove() {
    FenceState state = context.journal().state().fence();
    return proof(context.services().fence(), state.saved().keySet(), state.byHook());
  }

  /** Fences first what ZooKeeper has reaped, then proves the fence. */
  static StepOutcome proof(Fence fence, Collection<ZkPath> paths, boolean byHook) {
    Optional<String> refused = byHook ? Optional.empty() : fence.recreate(paths);
    return refused.map(StepOutcome::failed).orElseGet(() -> fence.prove(paths, byHook));
  }

  /** Before the point of no return a late write stops the cutover. */
  void refuseLateWrites() {
    recordLateWrites();
    List<LateWrite> late = context.journal().state().lateWrites();
    if (!late.isEmpty()) {
      throw new StepFailedException(
          "ZooKeeper was written to after the fence: %s; find the writer and stop it"
              .formatted(late.get(0)));
    }
  }

  /**
   * The same, after a scan: the watch misses what is written while its connection is lost, and to a
   * znode that it may not read at that time.
   */
  void refuseAllLateWrites() {
    do {
      scan();
      refuseLateWrites();
    } while (!hasNoGap());
  }

  /** After the point of no return a late write is recorded for an alarm; scans gaps only. */
  void recordAllLateWrites() {
    do {
      recordLateWrites();
    } while (scannedGap());
  }

  private boolean scannedGap() {
    if (hasNoGap()) {
      return false;
    }
    scan();
    return true;
  }

  /** What the watch misses from now on is a gap again. */
  private void scan() {
    coveredByComparison();
    new LateWriteScan(context).run();
  }

  private void recordLateWrites() {
    context.services().settleLateWrites();
    List<LateWrite> found = context.services().lateWrites();
    if (!found.isEmpty()) {
      context.journal().change(state -> state.withLateWrites(found));
    }
  }

  /**
   * The fence is checked twice a second while it is in place; a node of it that ZooKeeper has
   * reaped is made again.
   */
  void requireIntact() {
    CutoverState state = context.journal().state();
    if (!context.services().watching()) {
      return;
    }
    List<LateWrite> late = context.services().lateWrites();
    if (!state.isCommitted() && !late.isEmpty()) {
      refuseLateWrites();
    }
    if (state.fence().byHook() || System.nanoTime() - polled < POLL_NANOS) {
      return;
    }
    polled = System.nanoTime();
    Fence fence = context.services().fence();
    Set<ZkPath> paths = state.fence().saved().keySet();
    Map<ZkPath, List<SavedAcl>> now = fence.read(paths);
    for (ZkPath path : fence.gaps(paths)) {
      Optional<String> refused = fence.raise(List.of(path));
      boolean reaped = !now.containsKey(path);
      LOG.atWarn().addKeyValue("path", path).addKeyValue("reaped", reaped).log("fenced again");
      if (!state.isCommitted() && (refused.isPresent() || !reaped)) {
        throw new StepFailedException(
            refused.orElse(
                "another client lifted the fence at "
                    + path
                    + "; it was restored; find out which client it is"));
      }
    }
  }
}
