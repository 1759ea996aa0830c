package io.metamigrate.migrator.switchover.live;

import io.metamigrate.migrator.cutover.Hooks;
import io.metamigrate.migrator.restart.StepOutcome;
import io.metamigrate.migrator.switchover.engine.Permit;
import io.metamigrate.migrator.switchover.engine.Step.Situation;
import io.metamigrate.migrator.switchover.engine.StepException;
import io.metamigrate.migrator.switchover.engine.StepHooks;
import io.metamigrate.migrator.switchover.engine.Stop;
import java.util.Optional;
import java.util.function.Consumer;

/** The commands of the configuration's block {@code hooks}. */
final class ConfiguredHooks implements StepHooks {
  private final Hooks hooks;
  private final String cluster;
  private final Consumer<String> print;

  /**
   * Prepares.
   *
   * @param print shows the operator that a notification failed
   */
  ConfiguredHooks(Hooks hooks, String cluster, Consumer<String> print) {
    this.hooks = hooks;
    this.cluster = cluster;
    this.print = print;
  }

  @Override
  public boolean has(HookPoint moment) {
    return hooks.has(Hooks.Moment.valueOf(moment.name()));
  }

  @Override
  public void run(Permit permit, HookPoint moment, Boundary at) {
    permit.spend();
    Hooks.Boundary boundary =
        new Hooks.Boundary(
            cluster,
            at.phase(),
            at.step(),
            at.number(),
            at.count(),
            at.node(),
            at.situation() == Situation.COMMITTED);
    if (hooks.run(Hooks.Moment.valueOf(moment.name()), boundary)
        instanceof StepOutcome.Failed failed) {
      throw new StepException(failed.cause());
    }
  }

  @Override
  public void stopped(Stop stop) {
    Hooks.Boundary boundary =
        new Hooks.Boundary(cluster, "", stop.step(), 0, 0, Optional.empty(), false);
    if (hooks.onFailure(boundary, stop.reason()) instanceof StepOutcome.Failed failed) {
      print.accept("the on-failure hook failed: " + failed.cause());
    }
  }
}
