package io.metamigrate.cutover;

import io.metamigrate.migrator.cutover.Step;
import io.metamigrate.migrator.cutover.StepListener;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * Kills the process once at each place where it has not been killed yet: when a step was recorded
 * open, when its action is through and not recorded, and around each action of the driver.
 */
final class Killer implements StepListener {
  private final Set<String> places = new LinkedHashSet<>();

  private volatile String current = "";

  /** Around an action of the driver; the same action in another step is another place. */
  void around(String action) {
    at(current + ", " + action);
  }

  private synchronized void at(String place) {
    if (places.add(place)) {
      throw new Killed(place);
    }
  }

  Set<String> places() {
    return places;
  }

  @Override
  public void opened(Step step, int number, int count) {
    current = step.id();
    at("opened " + step.id());
  }

  @Override
  public void acted(Step step) {
    at("acted " + step.id());
  }

  @Override
  public void done(Step step, String proof) {}

  @Override
  public void announce(String line) {}
}
