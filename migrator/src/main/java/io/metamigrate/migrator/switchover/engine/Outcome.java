package io.metamigrate.migrator.switchover.engine;

import java.util.List;

/** How a command ended. */
public sealed interface Outcome {
  Exit exit();

  /** The commands that work now. */
  default List<String> next() {
    return List.of();
  }

  /** Done, with what the final check saw. */
  record Done(Progress progress, List<String> seen) implements Outcome {
    public Done {
      seen = List.copyOf(seen);
    }

    @Override
    public Exit exit() {
      return Exit.DONE;
    }
  }

  /** It stopped at a step. */
  record Stopped(Stop stop) implements Outcome {
    @Override
    public Exit exit() {
      return stop.exit();
    }

    @Override
    public List<String> next() {
      return stop.next();
    }
  }

  /** The state does not allow the command; nothing was touched. */
  record Refused(String id, String reason, List<String> next) implements Outcome {
    public Refused {
      next = List.copyOf(next);
    }

    @Override
    public Exit exit() {
      return Exit.REFUSED;
    }
  }

  /** It took too long before its commit, so it was undone; the final check held. */
  record RolledBack(String reason, Done undone, List<String> next) implements Outcome {
    public RolledBack {
      next = List.copyOf(next);
    }

    @Override
    public Exit exit() {
      return Exit.STOPPED;
    }
  }

  /** Every condition that a rehearsal can ask was asked; nothing was changed. */
  record Rehearsed(Rehearsal rehearsal, List<String> next) implements Outcome {
    public Rehearsed {
      next = List.copyOf(next);
    }

    @Override
    public Exit exit() {
      return rehearsal.faults().isEmpty() ? Exit.DONE : Exit.REFUSED;
    }
  }

  /** Another process took over; nothing was recorded. */
  record LockLost(String reason) implements Outcome {
    @Override
    public Exit exit() {
      return Exit.STOPPED;
    }
  }
}
