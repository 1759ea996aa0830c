package io.metamigrate.migrator.switchover.engine;

import java.util.List;

/** Which commands work after a stop. */
public interface StopAdvice {
  /**
   * Names the commands.
   *
   * @param remedies flags with which the stopped command can continue
   */
  List<String> next(Progress progress, List<String> remedies);
}
