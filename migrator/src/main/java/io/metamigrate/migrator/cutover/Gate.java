package io.metamigrate.migrator.cutover;

import io.metamigrate.migrator.cutover.CutoverState.FenceState;
import io.metamigrate.migrator.cutover.CutoverState.GateRecord;
import io.metamigrate.migrator.cutover.fence.Fence;
import io.metamigrate.migrator.cutover.fence.FencePaths;
import io.metamigrate.migrator.cutover.fence.LateWrite;
import io.metamigrate.migrator.cutover.fence.SavedAcl;
import io.metamigrate.migrator.follow.Barrier;
import io.metamigrate.migrator.phase.Checkpoint.Verified;
import io.metamigrate.migrator.phase.Direction;
import io.metamigrate.migrator.phase.Phase;
import io.metamigrate.migrator.replay.GuardedWriter;
import io.metamigrate.migrator.replay.GuardedWriter.WriterSettings;
import io.metamigrate.migrator.replay.Operation;
import io.metamigrate.migrator.restart.Outcome;
import io.metamigrate.migrator.run.Seeder;
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
 * quiet; and the moment after which going back is a reverse migration.
 */
final class Gate {
  private static final Logger LOG = LoggerFactory.getLogger(Gate.class);
  private static final Duration LIVE_PATIENCE = Duration.ofSeconds(10);
  private static final long POLL_NANOS = 500_000_000L;

  private final Tools tools;
  private int gapsLookedInto;
  private boolean passedHere;
  private long fencePolled = System.nanoTime();

  Gate(Tools tools) {
    this.tools = tools;
  }

  String fence(Step step, Waiting waiting) {
    waiting.until("brokers stopped", tools.brokers()::none);
    Fence fence = tools.standing().fence();
    List<ZkPath> paths = FencePaths.of(tools.stores().znodes());
    save(paths, fence.read(paths));
    tools.standing().copyMove();
    Optional<String> refused = fence.raise(paths);
    boolean byHook = false;
    Outcome proof = refused.map(Outcome::failed).orElseGet(() -> proof(fence, paths, false));
    if (proof instanceof Outcome.Failed failed) {
      if (!tools.hooks().has(Hooks.Moment.FENCE)) {
        throw new StepFailedException(
            failed.cause()
                + "; access lists do not keep anybody out here (skipACL=yes, or no admin right):"
                + " configure hooks.fence and hooks.unfence");
      }
      // Recorded before it runs: whatever becomes of it, a rollback runs the hook that undoes it.
      tools.journal().change(state -> state.withFence(state.fence().hooked()));
      tools.standing().copyMove();
      if (tools.hooks().run(Hooks.Moment.FENCE, tools.boundary(step))
          instanceof Outcome.Failed hook) {
        throw new StepFailedException(hook.cause());
      }
      byHook = true;
    }
    boolean hooked = byHook;
    String proven = waiting.until("proof of the fence", () -> proof(fence, paths, hooked));
    stand(hooked);
    return proven + "; watched from zxid " + zxid();
  }

  /** What is saved once stays saved, and the fence itself is never taken for what was there. */
  private void save(List<ZkPath> paths, Map<ZkPath, List<SavedAcl>> found) {
    tools
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
    Map<Ensemble, Zxid> marks = tools.standing().watchForLateWrites();
    tools
        .journal()
        .change(
            state ->
                (state.beyondReturn() ? state : state.withoutLateWrites())
                    .withFence(
                        new FenceState(
                            state.fence().saved(),
                            state.fence().since().or(() -> Optional.of(tools.journal().now())),
                            marks,
                            byHook || state.fence().byHook())));
    if (tools.journal().state().beyondReturn()) {
      // A rollback that was undone has written to ZooKeeper: late is what is written from now on.
      Digest now = new LateScan(tools).digest();
      tools.journal().change(state -> state.withGate(state.gate().map(gate -> gate.with(now))));
    }
  }

  private Zxid zxid() {
    return tools.journal().state().fence().mark(Ensemble.LOCAL);
  }

  /** The fence of an earlier process, beyond the point of no return: looks for what it missed. */
  void standAgain() {
    if (!tools.standing().watching()) {
      tools.standing().watchForLateWrites();
      new LateScan(tools).run();
    }
  }

  String drain() {
    Barrier barrier = tools.standing().following().barrier();
    long puts = raiseCounters();
    tools
        .journal()
        .checkpoint(
            c ->
                c.applied(
                    barrier.zxid().max(zxid()),
                    tools.standing().checkedUntil(),
                    c.copied(),
                    c.total(),
                    tools.journal().now()));
    return "applied up to zxid %s; %d puts for the counters"
        .formatted(barrier.zxid().max(zxid()), puts);
  }

  private long raiseCounters() {
    return new Seeder(
            tools.stores(), tools.configuration().copy().ledgerIds(), tools.journal().authority())
        .seed(tools.standing().following().largestLedger());
  }

  /**
   * While brokers serve, a difference is given time to go away, and counters are raised above what
   * brokers have drawn so far, as the drain does again.
   */
  VerificationReport liveVerification() {
    tools.standing().following().barrier();
    raiseCounters();
    return verifier().verify(tools.scope(), LIVE_PATIENCE);
  }

  /** While brokers still serve: a difference found now costs no pause. */
  void requireStillEqual() {
    tools.standing().following().barrier();
    VerificationReport report = liveVerification();
    if (!report.consistent() && !onlyOwnCookies(report)) {
      throw new StoresDifferException(told(report) + "; the brokers serve on");
    }
  }

  private Verifier verifier() {
    return new Verifier(tools.stores().znodes(), tools.stores().keys(), compared -> {})
        .withVersions(tools.configuration().copy().exactVersions());
  }

  String verify() {
    gapsLookedInto = tools.standing().gaps();
    VerificationReport report = compare();
    if (!report.checksNotRun().isEmpty()) {
      throw new StepFailedException(
          "not every check was run, because the scope leaves out what it reads: "
              + report.checksNotRun().get(0).id());
    }
    if (!isEqual(report)) {
      throw new StoresDifferException(told(report));
    }
    Sequences sequences = Seeder.sequences(tools.stores());
    long highest = tools.standing().following().largestLedger().orElse(-1);
    if (sequences.nextLedgerIdOnTarget() < sequences.nextLedgerIdOnSource()
        || sequences.nextLedgerIdOnTarget() <= highest) {
      throw new StepFailedException(
          "the next ledger id on etcd is %d, on ZooKeeper %d, and the highest ledger is %d: ids would be given twice"
              .formatted(
                  sequences.nextLedgerIdOnTarget(), sequences.nextLedgerIdOnSource(), highest));
    }
    refuseLateWrites();
    tools
        .journal()
        .checkpoint(
            c -> c.verified(Verified.of(report, tools.journal().now()), tools.journal().now()));
    tools
        .journal()
        .change(
            state ->
                state.withGate(
                    Optional.of(
                        new GateRecord(
                            tools.journal().holder(),
                            tools.journal().now(),
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

  /** In full, for a tree that stands still. */
  VerificationReport compare() {
    return verifier().verify(tools.scope(), Duration.ZERO);
  }

  boolean isEqual(VerificationReport report) {
    return report.consistent() || onlyOwnCookies(report);
  }

  /** A bookie that runs on etcd may have changed its own cookie there. */
  private boolean onlyOwnCookies(VerificationReport report) {
    Set<ZkPath> own = Standing.cookiesThatPassed(tools.journal().state());
    List<Difference> differences = report.differences();
    return report.failedChecks().isEmpty()
        && report.missing() + report.extra() + report.different() == differences.size()
        && differences.stream().allMatch(difference -> own.contains(difference.path()));
  }

  static String told(VerificationReport report) {
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

  String passNoReturn(Waiting waiting, ForwardDeeds deeds) {
    CommitConditions conditions = new CommitConditions(tools, this, deeds);
    conditions.requireNodesAndFence(waiting);
    refuseLateWrites();
    if (!verifiedByThisHolder()) {
      drain();
      verify();
    }
    tools.standing().stopFollowing();
    tools.journal().turn(Direction.NONE, c -> c.to(Phase.SWITCHING_BROKERS, tools.journal().now()));
    String announcement = announcement();
    tools.listener().say(announcement);
    String word =
        waiting.until(
            "confirmation of the point of no return", () -> tools.confirmation().ask(announcement));
    conditions.requireNodesAndFence(waiting);
    conditions.requireEtcdUnchanged();
    do {
      refuseLateWrites();
    } while (lookedIntoGap());
    tools.journal().confirm();
    new EpochKeeper(tools).pass(Store.ETCD);
    tools.journal().change(state -> state.passedNoReturn(tools.journal().now()));
    passedHere = true;
    LOG.atWarn().log("the point of no return is passed: going back is a reverse migration now");
    return "passed at %s; %s".formatted(tools.journal().state().noReturn().orElseThrow(), word);
  }

  private String announcement() {
    return "The next step starts the first broker of cluster %s on etcd. Up to here going back is a restart; from there on it is a reverse migration, with `migrate rollback`."
        .formatted(tools.journal().state().header().cluster());
  }

  /** Whether this process passed it, so that all that it proved still counts. */
  boolean passedHere() {
    return passedHere;
  }

  void proveFenceAgain(Waiting waiting) {
    FenceState state = tools.journal().state().fence();
    Fence fence = tools.standing().fence();
    waiting.until("proof of the fence", () -> proof(fence, state.saved().keySet(), state.byHook()));
  }

  /** What ZooKeeper has reaped by now is fenced again first. */
  private static Outcome proof(Fence fence, Collection<ZkPath> paths, boolean byHook) {
    Optional<String> refused = byHook ? Optional.empty() : fence.makeAgain(paths);
    return refused.map(Outcome::failed).orElseGet(() -> fence.prove(paths, byHook));
  }

  private boolean verifiedByThisHolder() {
    return tools.standing().gaps() == gapsLookedInto
        && tools
            .journal()
            .state()
            .gate()
            .filter(gate -> gate.holder().equals(tools.journal().holder()))
            .isPresent();
  }

  /** Before the point of no return a late write stops the cutover. */
  private void refuseLateWrites() {
    recordLateWrites();
    List<LateWrite> late = tools.journal().state().lateWrites();
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
    } while (lookedIntoGap());
  }

  private boolean lookedIntoGap() {
    int gaps = tools.standing().gaps();
    if (gaps == gapsLookedInto) {
      return false;
    }
    gapsLookedInto = gaps;
    new LateScan(tools).run();
    return true;
  }

  private void recordLateWrites() {
    tools.standing().settleLateWrites();
    List<LateWrite> found = tools.standing().lateWrites();
    if (!found.isEmpty()) {
      tools.journal().change(state -> state.withLateWrites(found));
    }
  }

  /**
   * The fence is looked at twice a second while it stands; a node of it that ZooKeeper has reaped
   * is made again.
   */
  void mustStand() {
    CutoverState state = tools.journal().state();
    if (!tools.standing().watching()) {
      return;
    }
    List<LateWrite> late = tools.standing().lateWrites();
    if (!state.beyondReturn() && !late.isEmpty()) {
      refuseLateWrites();
    }
    if (state.fence().byHook() || System.nanoTime() - fencePolled < POLL_NANOS) {
      return;
    }
    fencePolled = System.nanoTime();
    Fence fence = tools.standing().fence();
    Set<ZkPath> paths = state.fence().saved().keySet();
    Map<ZkPath, List<SavedAcl>> now = fence.read(paths);
    for (ZkPath path : fence.gaps(paths)) {
      Optional<String> refused = fence.raise(List.of(path));
      boolean reaped = !now.containsKey(path);
      LOG.atWarn().addKeyValue("path", path).addKeyValue("reaped", reaped).log("fenced again");
      if (!state.beyondReturn() && (refused.isPresent() || !reaped)) {
        throw new StepFailedException(
            refused.orElse(
                "somebody lifted the fence at " + path + "; it stands again: find out who"));
      }
    }
  }

  /** Replication was switched off by the daemon, so it is switched on by it. */
  void enableReplication() {
    if (!tools.journal().state().replicationDisabled()) {
      return;
    }
    tools
        .registrations()
        .key(WritePaths.REPLICATION_DISABLED)
        .ifPresent(
            key -> {
              GuardedWriter writer =
                  new GuardedWriter(
                      tools.stores().etcd(),
                      tools.journal().authority(),
                      WriterSettings.of(1, tools.configuration().target().connectTimeout()),
                      applied -> {});
              writer.submit(new Operation.Delete(key.path(), key.modRevision()));
              writer.flush();
            });
  }
}
