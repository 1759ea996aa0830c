package io.metamigrate.migrator.cutover;

import io.metamigrate.migrator.phase.Phase;
import io.metamigrate.migrator.replay.LostAuthorityException;
import io.metamigrate.migrator.restart.StepOutcome;
import io.metamigrate.migrator.run.AdvisedCommands;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * Runs a list of steps. A step is recorded open before anything of it is issued and done when it is
 * proven, so that a run that was killed anywhere resumes at the open step, checks whether it is
 * done already, and repeats it if not. The first failure stops the run.
 */
final class StepRunner {
  private static final Logger LOG = LoggerFactory.getLogger(StepRunner.class);

  private final Journal journal;
  private final StepActions actions;
  private final Hooks hooks;
  private final StepListener listener;
  private final TimeLimit limit;
  private final Supplier<OutageWatch> outageWatch;
  private final List<String> given;
  private final Function<StopFile.Content, String> stopFile;

  /**
   * @param outageWatch begins to watch the time of one step
   * @param given the options by which the operator gave something up, for the next command
   * @param stopFile keeps a stop that etcd does not record, and returns where it is
   */
  StepRunner(
      Journal journal,
      StepActions actions,
      Hooks hooks,
      StepListener listener,
      TimeLimit limit,
      Supplier<OutageWatch> outageWatch,
      List<String> given,
      Function<StopFile.Content, String> stopFile) {
    this.journal = journal;
    this.actions = actions;
    this.hooks = hooks;
    this.listener = listener;
    this.limit = limit;
    this.outageWatch = outageWatch;
    this.given = given;
    this.stopFile = stopFile;
  }

  /** How a run of steps ended. */
  sealed interface RunEnd {
    /** Every step is done. */
    record Complete() implements RunEnd {}

    /** It stopped at a step. */
    record Stopped(Step step, StopCause cause, boolean outageTooLong) implements RunEnd {}
  }

  /**
   * Runs the steps to the end or to the first failure, whatever it is; only a lost lock is not
   * recorded, since another process is running then.
   *
   * @param prepare runs before the first step that is not done, and fails as that step
   */
  RunEnd run(List<Step> steps, Runnable prepare) {
    boolean prepared = false;
    for (int i = 0; i < steps.size(); i++) {
      Step step = steps.get(i);
      StepRecord record = journal.state().record(step.id());
      Hooks.Boundary boundary = boundary(step, i + 1, steps.size());
      OutageWatch time = outageWatch.get();
      try {
        if (!prepared) {
          prepare.run();
          prepared = true;
        }
        if (record.isDone()) {
          actions.resume(step);
        } else {
          runStep(step, record, boundary);
        }
      } catch (LostAuthorityException e) {
        throw e;
      } catch (RuntimeException | LinkageError | VirtualMachineError e) {
        Optional<String> exceeded = time.end();
        return stop(
            step, boundary, exceeded.isPresent() ? new OutageTooLongException(exceeded.get()) : e);
      } finally {
        time.close();
      }
    }
    return new RunEnd.Complete();
  }

  /**
   * One step: its conditions, its act, its proof, and the hooks around it.
   *
   * @throws LostAuthorityException if another process has the lock
   */
  private void runStep(Step step, StepRecord record, Hooks.Boundary boundary) {
    hook(Hooks.HookPoint.BEFORE_STEP, boundary);
    if (mayEnter(step.phase())) {
      journal.enter(step.phase());
    }
    journal.change(s -> s.with(s.record(step.id()).open(journal.now())));
    listener.opened(step, boundary.number(), boundary.count());
    LOG.atInfo()
        .addKeyValue("step", step.id())
        .addKeyValue("number", boundary.number())
        .addKeyValue("of", boundary.count())
        .log("step opened");
    String proof =
        record.begun()
            ? actions.completedProof(step).orElseGet(() -> perform(step))
            : perform(step);
    listener.acted(step);
    journal.change(s -> s.with(s.record(step.id()).done(proof, journal.now())));
    listener.done(step, proof);
    LOG.atInfo().addKeyValue("step", step.id()).addKeyValue("proof", proof).log("step done");
    hook(Hooks.HookPoint.AFTER_STEP, boundary);
  }

  /** A step of a node that joined late does not take the move back to a phase that it has left. */
  private boolean mayEnter(Phase phase) {
    if (journal.state().isCommitted() && phase.compareTo(Phase.SWITCHING_BROKERS) < 0) {
      return false;
    }
    // A stop of a rollback that is undone does not show how far the cutover is.
    return journal
        .checkpoint()
        .stopped()
        .filter(stop -> stop.in() != Phase.ROLLING_BACK && phase.compareTo(stop.in()) < 0)
        .isEmpty();
  }

  private String perform(Step step) {
    Watch watch = new Watch();
    return actions.perform(step, new Deadline(step, watch::check));
  }

  private void hook(Hooks.HookPoint moment, Hooks.Boundary boundary) {
    if (hooks.run(moment, boundary) instanceof StepOutcome.Failed failed) {
      throw new StepFailedException(failed.cause());
    }
  }

  private RunEnd stop(Step step, Hooks.Boundary boundary, Throwable failure) {
    // An interrupted run still records where it stopped.
    boolean interrupted = Thread.interrupted();
    StopCause cause = StopCause.of(failure, interrupted).given(given);
    String reason = cause.reason();
    LoggingEventBuilder log =
        LOG.atError().addKeyValue("step", step.id()).addKeyValue("reason", reason);
    (cause.isInternal() ? log.setCause(failure) : log).log("stopped");
    record(step, cause);
    if (hooks.onFailure(boundary, reason) instanceof StepOutcome.Failed failed) {
      LOG.atWarn().addKeyValue("cause", failed.cause()).log("the on-failure hook failed");
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    return new RunEnd.Stopped(step, cause, failure instanceof OutageTooLongException);
  }

  /** On etcd; if etcd does not take it, in a file whose path is printed. */
  private void record(Step step, StopCause cause) {
    String next = OperatorGuidance.next(journal.state(), journal.mayServeOnEtcd(), cause);
    try {
      if (!journal.state().record(step.id()).isDone()) {
        journal.change(s -> s.with(s.record(step.id()).failed(cause.reason(), journal.now())));
      }
      journal.checkpoint(
          c -> c.stoppedBy("step " + step.id() + ": " + cause.reason(), next, journal.now()));
    } catch (LostAuthorityException e) {
      throw e;
    } catch (RuntimeException e) {
      LOG.atError()
          .setCause(e)
          .log("etcd did not store the reason; the step stays recorded as open");
      listener.announce(
          stopFile.apply(
              new StopFile.Content(
                  journal.state().header().cluster(),
                  step.id(),
                  cause.reason(),
                  String.valueOf(e.getMessage()),
                  journal.now(),
                  AdvisedCommands.in(
                      next
                          + OperatorGuidance.ifEtcdIsGone(
                              journal.state(), journal.mayServeOnEtcd())))));
    }
  }

  private Hooks.Boundary boundary(Step step, int number, int count) {
    CutoverState state = journal.state();
    return new Hooks.Boundary(
        state.header().cluster(),
        step.phase().title(),
        step.kind().label(),
        number,
        count,
        step.node().map(node -> node.id()),
        state.isCommitted());
  }

  /** What is asked while a step waits: the lock once a second, the rest each time. */
  private final class Watch {
    private static final long LOCK_EVERY_NANOS = 1_000_000_000L;

    private long asked = System.nanoTime();

    void check() {
      if (Thread.currentThread().isInterrupted()) {
        throw new StepFailedException("stopped by the operator");
      }
      if (System.nanoTime() - asked > LOCK_EVERY_NANOS) {
        journal.confirm();
        asked = System.nanoTime();
      }
      actions.checkInvariants();
      limit
          .exceeded(journal)
          .ifPresent(
              why -> {
                throw new OutageTooLongException(why);
              });
    }
  }

  /** The time that brokers may be away is used up, before the point of no return. */
  static final class OutageTooLongException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    OutageTooLongException(String message) {
      super(message);
    }
  }
}
