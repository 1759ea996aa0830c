package io.metamigrate.migrator.switchover.engine;

import java.time.Duration;

/** The only way in which the window lets time pass. */
public interface Scheduler {
  /**
   * Returns after that time.
   *
   * @throws StepException with {@link Exit#OPERATOR} if the operator stopped the command meanwhile
   */
  void pause(Duration time);
}
