package io.metamigrate.migrator.switchover.engine;

import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** Runs the steps of a move in order, and undoes them in reverse order. For one thread. */
public final class Runner {
  private final StepJournal journal;
  private final Scheduler scheduler;
  private final InstantSource clock;
  private final StopAdvice advice;
  private final OperatorControls controls;
  private final TimeLimit limit;
  private String at = "";
  private List<String> steps = List.of();

  public Runner(
      StepJournal journal,
      Scheduler scheduler,
      InstantSource clock,
      StopAdvice advice,
      OperatorControls controls,
      TimeLimit limit) {
    this.journal = journal;
    this.scheduler = scheduler;
    this.clock = clock;
    this.advice = advice;
    this.controls = controls;
    this.limit = limit;
  }

  /**
   * Runs, or resumes, to the end or to the first stop. A move that takes too long before its commit
   * undoes itself.
   *
   * @param check before "done"
   * @param undone the same after an undo
   */
  public Outcome run(List<Step> all, CompletionCheck check, CompletionCheck undone) {
    try {
      return run(all, check);
    } catch (OutOfTimeException e) {
      Outcome back = undo(all, undone);
      return back instanceof Outcome.Done done
          ? new Outcome.RolledBack(
              String.valueOf(e.getMessage()), done, advice.next(done.progress(), List.of()))
          : back;
    }
  }

  private Outcome run(List<Step> all, CompletionCheck check) {
    steps = all.stream().map(Step::key).toList();
    return guarded(
        () -> {
          boolean wasCommitted = journal.progress().isCommitted();
          boolean beforeCommit = wasCommitted;
          for (Step step : all) {
            at = step.key();
            if (beforeCommit) {
              restore(step, Step.Situation.COMMITTED);
              beforeCommit = !step.isCommit();
            } else if (!stillHolds(step)) {
              perform(step);
            }
          }
          List<String> seen = look(check);
          Progress progress = journal.progress();
          Progress completed =
              new Progress.Completed(
                  progress.commitTime().orElseThrow(), clock.instant(), Optional.empty());
          journal.save(completed);
          return new Outcome.Done(completed, seen);
        });
  }

  /**
   * Undoes what was begun, or resumes that. A failure is an {@link Outcome}, never an exception:
   * also the {@link StepException} for a move that is committed.
   */
  public Outcome undo(List<Step> all, CompletionCheck check) {
    steps = all.stream().map(Step::key).toList();
    return guarded(
        () -> {
          if (journal.progress().isCommitted()) {
            throw new StepException("the move is committed, so it cannot be undone");
          }
          journal.save(Progress.undoing());
          all.forEach(step -> restore(step, Step.Situation.UNDO));
          for (int i = all.size() - 1; i >= 0; i--) {
            undo(all.get(i));
          }
          List<String> seen = look(check);
          Progress undone = new Progress.Undone(clock.instant());
          journal.save(undone);
          return new Outcome.Done(undone, seen);
        });
  }

  /** Asks the final check of a move that needs no step any more. */
  public Outcome look(Progress progress, CompletionCheck check) {
    return guarded(() -> new Outcome.Done(progress, look(check)));
  }

  private List<String> look(CompletionCheck check) {
    at = check.name();
    List<String> seen = check.ask();
    journal.confirm();
    return seen;
  }

  private boolean stillHolds(Step step) {
    Optional<StepRecord> record = journal.record(step.key());
    if (record.isEmpty()) {
      return false;
    }
    return switch (step.resumeRule()) {
      case KEEP -> record.get().state() == StepRecord.State.DONE;
      case CHECK_PROOF ->
          (step.isShownByProof() || record.get().state() == StepRecord.State.DONE)
              && hasProof(step, record.get());
      case REPEAT, RESTORE -> false;
    };
  }

  private boolean hasProof(Step step, StepRecord record) {
    Answer answer = step.proof().ask();
    if (answer.holds()) {
      RunningAction action = act(step, record, Step.Situation.RUN);
      if (record.state() != StepRecord.State.DONE) {
        action.hook(StepHooks.HookPoint.AFTER_STEP);
      }
      journal.save(action.record().in(StepRecord.State.DONE, answer.detail()));
    }
    return answer.holds();
  }

  private void restore(Step step, Step.Situation situation) {
    Optional<StepRecord> record = journal.record(step.key());
    boolean begun = record.filter(found -> found.state() != StepRecord.State.UNDONE).isPresent();
    if (begun && step.isRestoredFor(situation)) {
      at = step.key();
      ask(step.requires());
      RunningAction action = act(step, record.orElseThrow(), situation);
      step.act(action);
      action.awaitAnswer(step.proof());
    }
  }

  private void perform(Step step) {
    ask(step.requires());
    StepRecord record = journal.record(step.key()).orElseGet(() -> StepRecord.begin(step.key()));
    record = record.in(StepRecord.State.OPEN, "");
    journal.save(record);
    journal.enter(step.phase());
    RunningAction action = act(step, record, Step.Situation.RUN);
    if (action.hook(StepHooks.HookPoint.BEFORE_STEP)) {
      // Time has passed, so what held before it may not hold any more.
      ask(step.requires());
    }
    step.act(action);
    String proof = action.awaitAnswer(step.proof());
    if (step.question().isPresent()) {
      Answer answer = step.question().get().ask();
      if (!answer.holds()) {
        throw new StepException(Exit.OPERATOR, answer.detail());
      }
      ask(step.requires());
    }
    OutOfTimeException.check(limitOf(Step.Situation.RUN));
    if (step.isCommit()) {
      journal.save(new Progress.Committed(clock.instant(), Optional.empty()));
    }
    action.hook(StepHooks.HookPoint.AFTER_STEP);
    journal.save(action.record().in(StepRecord.State.DONE, proof));
  }

  private void undo(Step step) {
    Undo undo = step.undo();
    Optional<StepRecord> begun =
        journal
            .record(step.key())
            .or(() -> undo.always() ? Optional.of(StepRecord.begin(step.key())) : Optional.empty());
    if (begun.isEmpty()) {
      return;
    }
    at = step.key();
    if (begun.get().state() == StepRecord.State.UNDONE && undo.proof().ask().holds()) {
      return;
    }
    ask(undo.requires());
    RunningAction action = act(step, begun.get(), Step.Situation.UNDO);
    if (action.hook(StepHooks.HookPoint.BEFORE_STEP)) {
      ask(undo.requires());
    }
    undo.action().accept(action);
    String proof = action.awaitAnswer(undo.proof());
    action.hook(StepHooks.HookPoint.AFTER_STEP);
    journal.save(action.record().in(StepRecord.State.UNDONE, proof));
  }

  /** Only a move that runs and is not committed is limited: neither an undo nor what follows. */
  private TimeLimit limitOf(Step.Situation situation) {
    boolean limited = situation == Step.Situation.RUN && !journal.progress().isCommitted();
    return limited ? limit : TimeLimit.none();
  }

  private RunningAction act(Step step, StepRecord record, Step.Situation situation) {
    StepHooks.Boundary boundary =
        new StepHooks.Boundary(
            step.id(),
            step.node(),
            step.phase(),
            steps.indexOf(step.key()) + 1,
            steps.size(),
            situation);
    return new RunningAction(
        journal,
        scheduler,
        clock,
        controls.budgetOf(step),
        limitOf(situation),
        record,
        controls.hooks(),
        boundary);
  }

  private static void ask(List<Condition> conditions) {
    for (Condition condition : conditions) {
      Answer answer = condition.ask();
      if (!answer.holds()) {
        throw StepException.unmet(condition, answer);
      }
    }
  }

  private Outcome guarded(Supplier<Outcome> command) {
    try {
      return command.get();
    } catch (LostAuthorityException e) {
      return new Outcome.LockLost(String.valueOf(e.getMessage()));
    } catch (OutOfTimeException e) {
      throw e;
    } catch (StepException e) {
      return stop(e.exit(), e.getMessage(), e.remedies());
    } catch (RuntimeException e) {
      return stop(Exit.STOPPED, String.valueOf(e), List.of());
    }
  }

  private Outcome stop(Exit exit, String reason, List<String> remedies) {
    Progress progress = journal.progress();
    Stop stop = new Stop(at, reason, exit, advice.next(progress, remedies), clock.instant());
    try {
      journal.save(progress.with(stop));
    } catch (LostAuthorityException e) {
      return new Outcome.LockLost(String.valueOf(e.getMessage()));
    } catch (RuntimeException e) {
      journal.keepLocally(stop);
    }
    controls.hooks().stopped(stop);
    return new Outcome.Stopped(stop);
  }
}
