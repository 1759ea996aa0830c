package io.metamigrate.migrator.switchover.engine;

import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** Runs the steps of a move in order, and undoes them in reverse order. */
public final class Runner {
  private final StepJournal journal;
  private final Scheduler scheduler;
  private final InstantSource clock;
  private final StopAdvice advice;
  private String at = "";

  public Runner(StepJournal journal, Scheduler scheduler, InstantSource clock, StopAdvice advice) {
    this.journal = journal;
    this.scheduler = scheduler;
    this.clock = clock;
    this.advice = advice;
  }

  /** Runs, or resumes, to the end or to the first stop. */
  public Outcome run(List<Step> steps, LastLook look) {
    return guarded(
        () -> {
          boolean wasCommitted = journal.progress().isCommitted();
          boolean beforeCommit = wasCommitted;
          for (Step step : steps) {
            at = step.key();
            if (beforeCommit) {
              restore(step, Step.Situation.COMMITTED);
              beforeCommit = !step.isCommit();
            } else if (!stillHolds(step)) {
              perform(step);
            }
          }
          List<String> seen = look(look);
          Progress progress = journal.progress();
          Progress completed =
              new Progress.Completed(
                  progress.commitTime().orElseThrow(), clock.instant(), Optional.empty());
          journal.save(completed);
          return new Outcome.Done(completed, seen);
        });
  }

  /** Undoes what was begun, or resumes that. */
  public Outcome undo(List<Step> steps, LastLook look) {
    return guarded(
        () -> {
          if (journal.progress().isCommitted()) {
            throw new StepException("the move is committed, so it cannot be undone");
          }
          journal.save(Progress.undoing());
          steps.forEach(step -> restore(step, Step.Situation.UNDO));
          for (int i = steps.size() - 1; i >= 0; i--) {
            undo(steps.get(i));
          }
          List<String> seen = look(look);
          Progress undone = new Progress.Undone(clock.instant());
          journal.save(undone);
          return new Outcome.Done(undone, seen);
        });
  }

  /** Asks the last look of a move that needs no step any more. */
  public Outcome look(Progress progress, LastLook look) {
    return guarded(() -> new Outcome.Done(progress, look(look)));
  }

  private List<String> look(LastLook look) {
    at = look.name();
    List<String> seen = look.ask();
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
      case CHECK_PROOF -> proven(step, record.get());
      case REPEAT, RESTORE -> false;
    };
  }

  private boolean proven(Step step, StepRecord record) {
    Answer answer = step.proof().ask();
    if (answer.holds()) {
      journal.save(record.in(StepRecord.State.DONE, answer.detail()));
    }
    return answer.holds();
  }

  private void restore(Step step, Step.Situation situation) {
    Optional<StepRecord> record = journal.record(step.key());
    boolean begun = record.filter(found -> found.state() != StepRecord.State.UNDONE).isPresent();
    if (begun && step.isRestoredFor(situation)) {
      at = step.key();
      ask(step.requires());
      RunningAct act = act(step, record.orElseThrow());
      step.act(act);
      act.awaitAnswer(step.proof());
    }
  }

  private void perform(Step step) {
    ask(step.requires());
    StepRecord record = journal.record(step.key()).orElseGet(() -> StepRecord.begin(step.key()));
    record = record.in(StepRecord.State.OPEN, "");
    journal.save(record);
    journal.enter(step.phase());
    RunningAct act = act(step, record);
    step.act(act);
    String proof = act.awaitAnswer(step.proof());
    if (step.question().isPresent()) {
      Answer answer = step.question().get().ask();
      if (!answer.holds()) {
        throw new StepException(Exit.OPERATOR, answer.detail());
      }
      ask(step.requires());
    }
    if (step.isCommit()) {
      journal.save(new Progress.Committed(clock.instant(), Optional.empty()));
    }
    journal.save(act.record().in(StepRecord.State.DONE, proof));
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
    RunningAct act = act(step, begun.get());
    undo.action().accept(act);
    String proof = act.awaitAnswer(undo.proof());
    journal.save(act.record().in(StepRecord.State.UNDONE, proof));
  }

  private RunningAct act(Step step, StepRecord record) {
    return new RunningAct(journal, scheduler, clock, step.budget(), record);
  }

  private static void ask(List<Condition> conditions) {
    for (Condition condition : conditions) {
      Answer answer = condition.ask();
      if (!answer.holds()) {
        throw StepException.unmet(condition, answer);
      }
    }
  }

  private Outcome guarded(Supplier<Outcome> story) {
    try {
      return story.get();
    } catch (LostAuthorityException e) {
      return new Outcome.Lost(String.valueOf(e.getMessage()));
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
      return new Outcome.Lost(String.valueOf(e.getMessage()));
    } catch (RuntimeException e) {
      journal.keepLocally(stop);
    }
    return new Outcome.Stopped(stop);
  }
}
