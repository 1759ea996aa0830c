package io.metamigrate.migrator.cutover;

import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Watches the time of a cutover while one step is under way, whatever the step waits for: past a
 * limit the driver's thread is interrupted, which ends its driver commands and hooks too. The
 * outage begins when the brokers have been stopped, or as soon as none is registered any more. For
 * one thread.
 */
final class TimeLimitWatch implements OutageWatch {
  private static final Logger LOG = LoggerFactory.getLogger(TimeLimitWatch.class);
  private static final long EVERY_MILLIS = 100;

  private final Journal journal;
  private final TimeLimit limit;
  private final BooleanSupplier noBrokerServes;
  private final Thread driver = Thread.currentThread();
  private final Thread watching;
  private volatile boolean closed;
  private volatile Optional<String> exceeded = Optional.empty();

  /** Watches from now on, for the thread that calls. */
  TimeLimitWatch(Journal journal, TimeLimit limit, BooleanSupplier noBrokerServes) {
    this.journal = journal;
    this.limit = limit;
    this.noBrokerServes = noBrokerServes;
    this.watching = new Thread(this::watch, "cutover-time-limit");
    watching.setDaemon(true);
    watching.start();
  }

  private void watch() {
    while (!closed) {
      observeOutage();
      exceeded = limit.exceeded(journal);
      if (exceeded.isPresent()) {
        driver.interrupt();
        return;
      }
      try {
        TimeUnit.MILLISECONDS.sleep(EVERY_MILLIS);
      } catch (InterruptedException e) {
        return;
      }
    }
  }

  private void observeOutage() {
    CutoverState state = journal.state();
    boolean stopping =
        state.progress() == CutoverState.MoveProgress.FORWARD
            && !state.isCommitted()
            && state.hasBegun(StepKind.STOP_BROKERS);
    if (!stopping || state.outageSince().isPresent()) {
      return;
    }
    try {
      if (noBrokerServes.getAsBoolean()) {
        journal.change(now -> now.outageFrom(journal.now()));
      }
    } catch (RuntimeException e) {
      // The step itself meets the same trouble and reports it.
      LOG.atDebug().addKeyValue("cause", e.getMessage()).log("whether brokers serve is not known");
    }
  }

  @Override
  public Optional<String> end() {
    closed = true;
    watching.interrupt();
    boolean interrupted = false;
    while (watching.isAlive()) {
      try {
        watching.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (exceeded.isPresent()) {
      // The interruption was this watch's.
      boolean cleared = Thread.interrupted();
      LOG.atDebug().addKeyValue("interrupted", cleared || interrupted).log("time limit passed");
    } else if (interrupted) {
      Thread.currentThread().interrupt();
    }
    return exceeded;
  }
}
