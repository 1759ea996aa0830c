package io.metamigrate.migrator.cli;

import io.metamigrate.migrator.config.Configuration;
import io.metamigrate.migrator.config.ConfigurationException;
import io.metamigrate.migrator.config.Fault;
import io.metamigrate.migrator.config.NearestKey;
import io.metamigrate.migrator.config.Setting;
import io.metamigrate.migrator.cutover.StepGuide;
import java.util.Set;

/** Whether each key of {@code cutover.budgets} is the id of a step; any other has no effect. */
final class StepBudgets {
  private static final String BLOCK = "cutover.budgets.";

  private StepBudgets() {}

  /**
   * Checks all of them.
   *
   * @throws ConfigurationException with each key that is no step
   */
  static void check(Configuration.Loaded loaded) {
    Set<String> steps = StepGuide.ids();
    ConfigurationException.throwIfAny(
        loaded.settings().stream()
            .filter(setting -> setting.path().startsWith(BLOCK))
            .filter(setting -> !steps.contains(id(setting)))
            .map(setting -> new Fault(setting.origin(), setting.path(), message(setting, steps)))
            .toList());
  }

  private static String message(Setting setting, Set<String> steps) {
    return "there is no such step; "
        + NearestKey.question(id(setting), steps).orElse("`migrate help steps` lists all");
  }

  private static String id(Setting setting) {
    return setting.path().substring(BLOCK.length());
  }
}
