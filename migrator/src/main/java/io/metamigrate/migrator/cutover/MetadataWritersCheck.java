package io.metamigrate.migrator.cutover;

import io.metamigrate.migrator.restart.Node;
import io.metamigrate.migrator.restart.NodeState;
import io.metamigrate.migrator.restart.RestartDriver;
import io.metamigrate.migrator.restart.StepOutcome;
import io.metamigrate.verifier.store.Store;

/**
 * Asks the driver whether the other metadata writers run on the store that the move has ended on.
 */
final class MetadataWritersCheck {
  private final CutoverContext context;
  private final Store side;

  MetadataWritersCheck(CutoverContext context, Store side) {
    this.context = context;
    this.side = side;
  }

  CheckReport check() {
    CheckReport.CheckCollector seen = new CheckReport.CheckCollector();
    new MetadataWriters(context).expectedOn(side).forEach(writer -> check(writer, seen));
    return seen.report();
  }

  private void check(Node writer, CheckReport.CheckCollector seen) {
    RestartDriver driver = context.lockedDriver().driver();
    NextStart.leaves(writer, driver.configuration(writer), side).ifPresent(seen::fault);
    StepOutcome runs = driver.probe(writer, NodeState.RUNNING);
    if (runs.isDone()) {
      return;
    }
    if (driver.probe(writer, NodeState.STOPPED).isDone()) {
      seen.fault("%s does not run; start it on %s".formatted(writer, side.title()));
    } else {
      seen.notChecked("the driver's probe of %s: %s".formatted(writer, runs.text()));
    }
  }
}
