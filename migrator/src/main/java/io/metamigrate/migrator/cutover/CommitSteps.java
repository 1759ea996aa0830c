package io.metamigrate.migrator.cutover;

import io.metamigrate.migrator.cutover.CutoverState.CommitProof;
import io.metamigrate.migrator.cutover.CutoverState.FenceState;
import io.metamigrate.migrator.cutover.fence.Fence;
import io.metamigrate.migrator.cutover.fence.FencePaths;
import io.metamigrate.migrator.cutover.fence.LateWrite;
import io.metamigrate.migrator.cutover.fence.SavedAcl;
import io.metamigrate.migrator.follow.Barrier;
import io.metamigrate.migrator.phase.Checkpoint.Verified;
import io.metamigrate.migrator.phase.Direction;
import io.metamigrate.migrator.phase.Phase;
import io.metamigrate.migrator.restart.StepOutcome;
import io.metamigrate.migrator.run.SeedWriter;
import io.metamigrate.verifier.Verifier;
import io.metamigrate.verifier.check.Sequences;
import io.metamigrate.verifier.report.Difference;
import io.metamigrate.verifier.report.Digest;
import io.metamigrate.verifier.report.VerificationReport;
import io.metamigrate.verifier.store.Ensemble;
import io.metamigrate.verifier.store.Store;
import io.metamigrate.verifier.store.ZkPath;
import io.metamigrate.verifier.store.Zxid;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What must be so before the first broker starts on etcd: ZooKeeper fenced, drained, equal, and
 * quiet; and the moment from which a rollback is a reverse migration.
 */
final class CommitSteps {
  private static final Logger LOG = LoggerFactory.getLogger(CommitSteps.class);
  private static final Duration LIVE_PATIENCE = Duration.ofSeconds(10);
  private static final long POLL_NANOS = 500_000_000L;

  private final CutoverContext context;
  private int gapsLookedInto;
  private boolean passedHere;
  private long fencePolled = System.nanoTime();

  CommitSteps(CutoverContext context) {
    this.context = context;
  }

  String fence(Step step, Deadline deadline) {
    deadline.until("brokers stopped", context.brokers()::none);
    Fence fence = context.services().fence();
    List<ZkPath> paths = FencePaths.of(context.stores().znodes());
    save(paths, fence.read(paths));
    context.services().copyMove();
    Optional<String> refused = fence.raise(paths);
    boolean byHook = false;
    StepOutcome proof =
        refused.map(StepOutcome::failed).orElseGet(() -> proof(fence, paths, false));
    if (proof instanceof StepOutcome.Failed failed) {
      if (!context.hooks().has(Hooks.Moment.FENCE)) {
        throw new StepFailedException(
            failed.cause()
                + "; access lists do not keep anybody out here (skipACL=yes, or no admin right):"
                + " configure hooks.fence and hooks.unfence");
      }
      // Recorded before it runs: whatever its result, a rollback runs the hook that undoes it.
      context.journal().change(state -> state.withFence(state.fence().hooked()));
      context.services().copyMove();
      if (context.hooks().run(Hooks.Moment.FENCE, context.boundary(step))
          instanceof StepOutcome.Failed hook) {
        throw new StepFailedException(hook.cause());
      }
      byHook = true;
    }
    boolean hooked = byHook;
    String proven = deadline.until("proof of the fence", () -> proof(fence, paths, hooked));
    stand(hooked);
    return proven + "; watched from zxid " + zxid();
  }

  /** What is saved once stays saved, and the fence itself is never taken for what was there. */
  private void save(List<ZkPath> paths, Map<ZkPath, List<SavedAcl>> found) {
    context
        .journal()
        .change(
            state -> {
              Map<ZkPath, List<SavedAcl>> saved = new TreeMap<>();
              paths.forEach(path -> saved.put(path, found.getOrDefault(path, SavedAcl.OPEN)));
              saved.replaceAll((path, acl) -> Fence.isFence(acl) ? SavedAcl.OPEN : acl);
              saved.putAll(state.fence().saved());
              return state.withFence(
                  new FenceState(
                      saved, state.fence().since(), state.fence().marks(), state.fence().byHook()));
            });
  }

  /** Watches from a new mark on; what came before it is for the drain. */
  private void stand(boolean byHook) {
    Map<Ensemble, Zxid> marks = watchForLateWrites();
    context
        .journal()
        .change(
            state ->
                (state.isCommitted() ? state : state.withoutLateWrites())
                    .withFence(
                        new FenceState(
                            state.fence().saved(),
                            state.fence().since().or(() -> Optional.of(context.journal().now())),
                            marks,
                            byHook || state.fence().byHook())));
    if (context.journal().state().isCommitted()) {
      // A rollback that was undone has written to ZooKeeper: late is what is written from now on.
      Digest now = new LateWriteScan(context).digest();
      context.journal().change(state -> state.withGate(state.gate().map(proof -> proof.with(now))));
    }
  }

  private Map<Ensemble, Zxid> watchForLateWrites() {
    Map<Ensemble, Zxid> marks = context.services().watchForLateWrites();
    context.listener().watchesLateWrites(() -> context.services().lateWrites().size());
    return marks;
  }

  private Zxid zxid() {
    return context.journal().state().fence().mark(Ensemble.LOCAL);
  }

  /** The fence of an earlier process, beyond the point of no return: looks for what it missed. */
  void restoreLateWriteWatch() {
    if (!context.services().watching()) {
      watchForLateWrites();
      new LateWriteScan(context).run();
    }
  }

  String drain() {
    Barrier barrier = context.services().following().barrier();
    long puts = raiseCounters();
    context
        .journal()
        .checkpoint(
            c ->
                c.applied(
                    barrier.zxid().max(zxid()),
                    context.services().checkedUntil(),
                    c.copied(),
                    c.total(),
                    context.journal().now()));
    return "applied up to zxid %s; %d puts for the counters"
        .formatted(barrier.zxid().max(zxid()), puts);
  }

  private long raiseCounters() {
    return new SeedWriter(
            context.stores(),
            context.configuration().copy().ledgerIds(),
            context.journal().authority())
        .raise(context.services().following().largestLedger());
  }

  /**
   * While brokers serve, a difference is given time to go away, and counters are raised above what
   * brokers have drawn so far, as the drain does again.
   */
  VerificationReport liveVerification() {
    context.services().following().barrier();
    raiseCounters();
    return verifier().verify(context.scope(), LIVE_PATIENCE);
  }

  /** While brokers still serve: a difference found now costs no pause. */
  void requireStillEqual() {
    context.services().following().barrier();
    VerificationReport report = liveVerification();
    if (!report.consistent() && !onlyOwnCookies(report)) {
      throw new StoresDifferException(describe(report) + "; the brokers serve on");
    }
  }

  private Verifier verifier() {
    return new Verifier(context.stores().znodes(), context.stores().keys(), compared -> {})
        .withVersions(context.configuration().copy().exactVersions());
  }

  String verify() {
    gapsLookedInto = context.services().gaps();
    VerificationReport report = compare();
    if (!report.checksNotRun().isEmpty()) {
      throw new StepFailedException(
          "not every check was run, because the scope leaves out what it reads: "
              + report.checksNotRun().get(0).id());
    }
    if (!isEqual(report)) {
      throw new StoresDifferException(describe(report));
    }
    Sequences sequences = SeedWriter.sequences(context.stores());
    long highest = context.services().following().largestLedger().orElse(-1);
    if (sequences.nextLedgerIdOnTarget() < sequences.nextLedgerIdOnSource()
        || sequences.nextLedgerIdOnTarget() <= highest) {
      throw new StepFailedException(
          "the next ledger id on etcd is %d, on ZooKeeper %d, and the highest ledger is %d: ids would be allocated twice"
              .formatted(
                  sequences.nextLedgerIdOnTarget(), sequences.nextLedgerIdOnSource(), highest));
    }
    refuseLateWrites();
    context
        .journal()
        .checkpoint(
            c -> c.verified(Verified.of(report, context.journal().now()), context.journal().now()));
    context
        .journal()
        .change(
            state ->
                state.withGate(
                    Optional.of(
                        new CommitProof(
                            context.journal().holder(),
                            context.journal().now(),
                            report.zxid(),
                            report.etcdRevision(),
                            report.compared(),
                            report.digest().orElseThrow(),
                            sequences.nextLedgerIdOnSource(),
                            sequences.nextLedgerIdOnTarget()))));
    return "%d nodes compared and equal; next ledger id %d on etcd, %d on ZooKeeper"
        .formatted(
            report.compared(), sequences.nextLedgerIdOnTarget(), sequences.nextLedgerIdOnSource());
  }

  /** In full, for a tree without changes. */
  VerificationReport compare() {
    return verifier().verify(context.scope(), Duration.ZERO);
  }

  boolean isEqual(VerificationReport report) {
    return report.consistent() || onlyOwnCookies(report);
  }

  /** A bookie that runs on etcd may have changed its own cookie there. */
  private boolean onlyOwnCookies(VerificationReport report) {
    Set<ZkPath> own = ActiveServices.bookieOwnedCookies(context.journal().state());
    List<Difference> differences = report.differences();
    return report.failedChecks().isEmpty()
        && report.missing() + report.extra() + report.different() == differences.size()
        && differences.stream().allMatch(difference -> own.contains(difference.path()));
  }

  static String describe(VerificationReport report) {
    String first =
        report.differences().isEmpty()
            ? ""
            : "; first %s: %s"
                .formatted(
                    report.differences().get(0).path(), report.differences().get(0).detail());
    String checks =
        report.failedChecks().isEmpty() ? "" : "; " + report.failedChecks().get(0).detail();
    return "the stores differ: %d missing, %d extra, %d different%s%s"
        .formatted(report.missing(), report.extra(), report.different(), first, checks);
  }

  String passNoReturn(Deadline deadline, CutoverSteps forward) {
    CommitConditions conditions = new CommitConditions(context, this, forward);
    conditions.requireNodesAndFence(deadline);
    refuseLateWrites();
    if (!verifiedByThisHolder()) {
      drain();
      verify();
    }
    context.services().stopFollowing();
    context
        .journal()
        .turn(Direction.NONE, c -> c.to(Phase.SWITCHING_BROKERS, context.journal().now()));
    String announcement = announcement();
    context.listener().announce(announcement);
    String word =
        deadline.until(
            "confirmation of the point of no return",
            () -> context.confirmation().ask(announcement));
    conditions.requireNodesAndFence(deadline);
    conditions.requireEtcdUnchanged();
    do {
      refuseLateWrites();
    } while (scannedGap());
    context.journal().confirm();
    context.firstStart(Store.ETCD).reset();
    new EpochKeeper(context).pass(Store.ETCD);
    context.journal().change(state -> state.withCommit(context.journal().now()));
    passedHere = true;
    LOG.atWarn().log("the point of no return is passed: a rollback is a reverse migration now");
    return "passed at %s; %s".formatted(context.journal().state().noReturn().orElseThrow(), word);
  }

  private String announcement() {
    return "The next step starts the first broker of cluster %s on etcd. Before it, a rollback restarts the brokers on ZooKeeper. After it, `migrate rollback` is a reverse migration."
        .formatted(context.journal().state().header().cluster());
  }

  /** Whether this process passed it, so that all that it proved still counts. */
  boolean passedHere() {
    return passedHere;
  }

  void reproveFence(Deadline deadline) {
    FenceState state = context.journal().state().fence();
    Fence fence = context.services().fence();
    deadline.until(
        "proof of the fence", () -> proof(fence, state.saved().keySet(), state.byHook()));
  }

  /** What ZooKeeper has reaped by now is fenced again first. */
  private static StepOutcome proof(Fence fence, Collection<ZkPath> paths, boolean byHook) {
    Optional<String> refused = byHook ? Optional.empty() : fence.makeAgain(paths);
    return refused.map(StepOutcome::failed).orElseGet(() -> fence.prove(paths, byHook));
  }

  private boolean verifiedByThisHolder() {
    return context.services().gaps() == gapsLookedInto
        && context
            .journal()
            .state()
            .gate()
            .filter(proof -> proof.holder().equals(context.journal().holder()))
            .isPresent();
  }

  /** Before the point of no return a late write stops the cutover. */
  private void refuseLateWrites() {
    recordLateWrites();
    List<LateWrite> late = context.journal().state().lateWrites();
    if (!late.isEmpty()) {
      throw new StepFailedException(
          "ZooKeeper was written to after the fence: %s; find the writer and stop it"
              .formatted(late.get(0)));
    }
  }

  /** After it, an alarm; also what nobody saw while the watch had lost its connection. */
  void recordAllLateWrites() {
    do {
      recordLateWrites();
    } while (scannedGap());
  }

  private boolean scannedGap() {
    int gaps = context.services().gaps();
    if (gaps == gapsLookedInto) {
      return false;
    }
    gapsLookedInto = gaps;
    new LateWriteScan(context).run();
    return true;
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
  void requireFenceIntact() {
    CutoverState state = context.journal().state();
    if (!context.services().watching()) {
      return;
    }
    List<LateWrite> late = context.services().lateWrites();
    if (!state.isCommitted() && !late.isEmpty()) {
      refuseLateWrites();
    }
    if (state.fence().byHook() || System.nanoTime() - fencePolled < POLL_NANOS) {
      return;
    }
    fencePolled = System.nanoTime();
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
                "another client lifted the fence at " + path + "; it is restored: find out who"));
      }
    }
  }
}
