package io.metamigrate.migrator.cutover;

import io.metamigrate.migrator.control.CanCutover;
import io.metamigrate.migrator.cutover.CutoverState.MoveProgress;
import io.metamigrate.migrator.cutover.StepRunner.RunEnd;
import io.metamigrate.migrator.phase.Checkpoint;
import io.metamigrate.migrator.phase.Direction;
import io.metamigrate.migrator.phase.Phase;
import io.metamigrate.migrator.run.BlockedException;
import io.metamigrate.verifier.store.Store;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * The course of a cutover or a rollback, from wherever an earlier process stopped: which steps run,
 * which of them a new process does again, and when a cutover rolls itself back. Knows neither a
 * store nor a node. For one thread and one command.
 *
 * <p>Before the point of no return everything from the stop of the brokers on is proven again by a
 * new process; after it nothing that was done is done again.
 */
final class MoveFlow {
  private final Journal journal;
  private final CutoverPlan plan;
  private final StepSequence sequence;
  private final Consumer<String> announce;

  /**
   * @param announce a line for the operator
   */
  MoveFlow(Journal journal, CutoverPlan plan, StepSequence sequence, Consumer<String> announce) {
    this.journal = journal;
    this.plan = plan;
    this.sequence = sequence;
    this.announce = announce;
  }

  /**
   * The state of the move that a command takes up; empty if it begins a new one.
   *
   * @param known what is kept of the last move, if anything is
   * @throws BlockedException when no move is open and none can begin
   */
  static Optional<CutoverState> open(Checkpoint checkpoint, Optional<CutoverState> known) {
    Optional<CutoverState> open =
        known.filter(
            state ->
                state.progress() != MoveProgress.ROLLED_BACK
                    || checkpoint.phase() == Phase.ROLLED_BACK);
    if (open.isEmpty() && !mayBegin(checkpoint)) {
      throw Window.blocked(
          "NOT_FOLLOWING",
          CanCutover.notFollowing(checkpoint.phase()),
          "run `migrate run` and wait until it follows");
    }
    return open;
  }

  /** Whether a cutover may begin. */
  static boolean mayBegin(Checkpoint checkpoint) {
    return checkpoint.phase() == Phase.FOLLOWING
        || (checkpoint.phase() == Phase.STOPPED
            && checkpoint.stopped().filter(stop -> stop.in() == Phase.FOLLOWING).isPresent());
  }

  /**
   * Checks that a cutover may begin or resume.
   *
   * @throws BlockedException when the state of the move does not allow it
   */
  static void requireCutoverPossible(Journal journal) {
    MoveProgress progress = journal.state().progress();
    if (progress.isBack()) {
      throw Window.blocked(
          "ROLLBACK_UNDER_WAY",
          "a rollback of this cutover was begun",
          "finish it with `migrate rollback --confirm " + cluster(journal) + "`");
    }
    if (progress == MoveProgress.ROLLED_BACK) {
      throw Window.blocked(
          "ROLLED_BACK",
          "the move was rolled back, so the cluster is on ZooKeeper",
          "run `migrate run` and wait until etcd follows ZooKeeper, then cut over again");
    }
    if (journal.checkpoint().phase() == Phase.FINALIZED) {
      throw Window.blocked(
          "FINALIZED",
          "the cutover is complete and is being finalized",
          "finish it with `migrate finalize --confirm " + cluster(journal) + "`");
    }
  }

  /**
   * Checks that a rollback may begin or resume.
   *
   * @throws BlockedException if there is nothing to roll back
   */
  static void requireRollbackPossible(Journal journal) {
    if (!isBegun(journal)) {
      throw nothingBegun();
    }
    if (journal.checkpoint().phase() == Phase.FINALIZED) {
      throw Window.blocked(
          "FINALIZED",
          "the move is in phase Finalized, so it cannot be rolled back",
          "finish it with `migrate finalize --confirm " + cluster(journal) + "`");
    }
  }

  /** Whether anything of a cutover may have happened. */
  static boolean isBegun(Journal journal) {
    return journal.state().progress().isBack()
        || journal.state().forward().stream().anyMatch(StepRecord::begun);
  }

  static BlockedException nothingBegun() {
    return Window.blocked(
        "NO_CUTOVER",
        "no cutover was begun, so there is nothing to roll back",
        "`migrate abort` ends the run");
  }

  /**
   * Checks that the rollback can be undone: it began after the point of no return and has not
   * started a broker on ZooKeeper.
   *
   * @param withZooKeeper false if ZooKeeper is permanently lost
   * @throws BlockedException when there is no such rollback
   */
  static void requireUndoPossible(Journal journal, boolean withZooKeeper) {
    RollbackUndo.obstacle(journal.state(), FirstStart.forbidsUndo(journal, withZooKeeper))
        .ifPresent(
            why -> {
              throw Window.blocked(
                  "NOTHING_TO_UNDO", why, OperatorGuidance.insteadOfUndo(journal.state()));
            });
  }

  /** Completes the record of a rollback whose process was killed between its last two writes. */
  static void finishEnd(Journal journal) {
    if (journal.checkpoint().phase() == Phase.ROLLED_BACK && journal.state().progress().isBack()) {
      journal.change(s -> s.ended(MoveProgress.ROLLED_BACK));
    }
  }

  /**
   * Restores the phase of a complete cutover after a rollback that was killed before it was
   * recorded.
   */
  static void forgetRollbackThatDidNotBegin(Journal journal) {
    if (journal.checkpoint().phase() == Phase.ROLLING_BACK
        && journal.state().progress() == MoveProgress.FORWARD
        && isThrough(journal)) {
      journal.enter(Phase.OBSERVING);
    }
  }

  /** Whether every step of the cutover is done. */
  static boolean isThrough(Journal journal) {
    return journal.state().forward().stream().allMatch(StepRecord::isDone);
  }

  /** Moves to etcd, or resumes where it stopped; repeats the final check if every step is done. */
  WindowResult cutover(TimeLimit limit) {
    if (!isThrough(journal)) {
      limit.announcement().ifPresent(announce);
      resume();
      RunEnd end =
          sequence.runSteps(
              plan.forward(journal.state().header().strategy()), limit, sequence::forgetOldOutage);
      if (end instanceof RunEnd.Stopped stopped) {
        return stopped(stopped);
      }
    }
    return sequence.servingOnEtcd();
  }

  /** Too long an outage is rolled back automatically; everything else waits for the operator. */
  private WindowResult stopped(RunEnd.Stopped stopped) {
    if (!stopped.outageTooLong()) {
      return WindowResult.stopped(journal, "stopped", stopped);
    }
    announce.accept(stopped.cause().reason() + "; rolling back");
    WindowResult back = rollback();
    return back.done() ? WindowResult.stopped(journal, "went-back", stopped) : back;
  }

  /** Undoes a rollback, by the remaining steps of the cutover. */
  WindowResult undoRollback(Duration maxOutage) {
    journal.change(RollbackUndo::undone);
    resume();
    RunEnd end =
        sequence.runSteps(
            plan.forward(journal.state().header().strategy()),
            new TimeLimit(maxOutage, Optional.empty()),
            () -> {});
    return end instanceof RunEnd.Stopped stopped
        ? WindowResult.stopped(journal, "stopped", stopped)
        : sequence.servingOnEtcd();
  }

  /** Rolls back to ZooKeeper, or resumes a rollback; repeats the final check if it is complete. */
  WindowResult rollback() {
    CutoverState state = journal.state();
    if (state.progress() == MoveProgress.ROLLED_BACK) {
      return sequence.ended(sequence.checkZooKeeper());
    }
    boolean beyond =
        state.progress().isBack()
            ? state.progress() == MoveProgress.BACK_AFTER_NO_RETURN
            : FirstStart.mayServeOnEtcd(journal);
    List<Step> steps = beyond ? plan.backAfterNoReturn(state) : plan.backBeforeNoReturn(state);
    if (state.progress().isBack()) {
      revertFirstStart();
      resumeBack();
    } else {
      beginBack(beyond, steps);
    }
    RunEnd end = sequence.runSteps(steps, TimeLimit.NONE, sequence::reverseDirection);
    if (end instanceof RunEnd.Stopped stopped) {
      return WindowResult.stopped(journal, "stopped", stopped);
    }
    CheckReport seen = sequence.checkZooKeeper();
    if (seen.isClean()) {
      endBack();
    }
    return sequence.ended(seen);
  }

  private void revertFirstStart() {
    try {
      sequence.revertFirstStart();
    } catch (StepFailedException e) {
      throw Window.blocked(
          "NOT_READY",
          "the first broker came up on etcd, and the record of its start on ZooKeeper cannot be"
              + " reverted: "
              + e.getMessage(),
          "repair that, then run the same command again");
    }
  }

  private void beginBack(boolean beyond, List<Step> steps) {
    journal.enter(Phase.ROLLING_BACK);
    FirstStart.on(Store.ZOOKEEPER, journal).reset();
    journal.change(
        s ->
            beyond
                ? s.reverseTo(MoveProgress.BACK_AFTER_NO_RETURN, steps)
                : s.withoutCommit().reverseTo(MoveProgress.BACK_BEFORE_NO_RETURN, steps));
  }

  /** From now on the daemon may overwrite etcd: the next run starts from ZooKeeper. */
  private void endBack() {
    journal.changeDirection(
        Direction.ZK_TO_ETCD,
        c ->
            (c.phase() == Phase.ROLLED_BACK ? c : c.to(Phase.ROLLING_BACK, journal.now()))
                .applied(
                    c.lastAppliedZxid(),
                    sequence.copiedUntil(),
                    c.copied(),
                    c.total(),
                    journal.now())
                .to(Phase.ROLLED_BACK, journal.now()));
    journal.change(s -> s.ended(MoveProgress.ROLLED_BACK));
  }

  /** Prepares to resume a rollback that another process left. */
  private void resumeBack() {
    FirstStart commit = FirstStart.on(Store.ZOOKEEPER, journal);
    boolean mayServe = commit.mayBeIssued();
    if (!mayServe) {
      commit.begin();
    }
    Set<StepKind> again = ResumeRules.repeated(journal.state(), mayServe);
    journal.change(state -> ResumeRules.markStale(state, again));
  }

  /** Prepares to resume a cutover that another process left. */
  private void resume() {
    CutoverState state = journal.state();
    if (state.forward().stream().noneMatch(StepRecord::begun)) {
      return;
    }
    if (journal.checkpoint().phase() != Phase.STOPPED) {
      journal.checkpoint(
          c ->
              c.stoppedBy(
                  "the process that was here is gone",
                  OperatorGuidance.next(state, journal.mayServeOnEtcd()),
                  journal.now()));
    }
    if (state.isCommitted()) {
      if (journal.direction() != Direction.NONE) {
        // The undo of a rollback was begun.
        journal.changeDirection(Direction.NONE, c -> c.to(Phase.SWITCHING_BROKERS, journal.now()));
      }
      return;
    }
    if (journal.direction() == Direction.NONE) {
      journal.changeDirection(Direction.ZK_TO_ETCD, c -> c);
    }
    if (journal.checkpoint().stoppedBeforeCommit()) {
      journal.checkpoint(c -> c.repeatCommitChecks(journal.now()));
    }
    journal.change(s -> ResumeRules.markStale(s, ResumeRules.repeated(s, false)));
  }

  private static String cluster(Journal journal) {
    return journal.state().header().cluster();
  }
}
