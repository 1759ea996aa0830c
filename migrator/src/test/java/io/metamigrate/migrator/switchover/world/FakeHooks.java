package io.metamigrate.migrator.switchover.world;

import io.metamigrate.migrator.switchover.engine.Permit;
import io.metamigrate.migrator.switchover.engine.StepHooks;
import io.metamigrate.migrator.switchover.engine.Stop;

/** The operator's commands: they keep brokers out of ZooKeeper and stop what only they can stop. */
final class FakeHooks implements StepHooks {
  private final FakeProcess process;
  private final World world;

  FakeHooks(FakeProcess process, World world) {
    this.process = process;
    this.world = world;
  }

  @Override
  public boolean has(HookPoint moment) {
    return world.isHooked();
  }

  @Override
  public void run(Permit permit, HookPoint moment, Boundary at) {
    permit.spend();
    process.hook(
        () -> {
          switch (moment) {
            case FENCE -> world.zookeeper.hookFenced = true;
            case UNFENCE -> world.zookeeper.hookFenced = false;
            case STOP_SIDE_WRITERS -> functions(false);
            case START_SIDE_WRITERS -> functions(true);
            case BEFORE_STEP, AFTER_STEP -> world.seconds++;
          }
        });
  }

  /** Nobody can fence or see the one act of a process that was frozen and lost the lock. */
  private void functions(boolean run) {
    if (world.lockHolder == process.id()) {
      world.functionsRun = run;
    }
  }

  @Override
  public void stopped(Stop stop) {
    // Nobody reads it.
  }
}
