package io.metamigrate.migrator.switchover.engine;

/** The operator has configured none. */
final class NoHooks implements StepHooks {
  @Override
  public boolean has(HookPoint moment) {
    return false;
  }

  @Override
  public void run(Permit permit, HookPoint moment, Boundary at) {
    throw new IllegalStateException("no %s hook is configured".formatted(moment.label()));
  }

  @Override
  public void stopped(Stop stop) {
    // Nobody asked to be notified.
  }
}
