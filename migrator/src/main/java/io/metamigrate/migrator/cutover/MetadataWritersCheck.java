package io.metamigrate.migrator.cutover;

import io.metamigrate.migrator.restart.Component;
import io.metamigrate.migrator.restart.Node;
import io.metamigrate.migrator.restart.NodeState;
import io.metamigrate.migrator.restart.RestartDriver;
import io.metamigrate.migrator.restart.StepOutcome;
import io.metamigrate.verifier.store.Store;
import java.util.List;

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
    List<Node> expected = new MetadataWriters(context).expectedOn(side);
    expected.forEach(writer -> check(writer, seen));
    if (side == Store.ETCD) {
      context.metadataWriters().stream()
          .filter(writer -> writer.component() == Component.AUTORECOVERY)
          .filter(writer -> !expected.contains(writer))
          .forEach(writer -> mustNotRun(writer, seen));
    }
    return seen.report();
  }

  /** It did not run before the move, or its release cannot run on etcd. */
  private void mustNotRun(Node writer, CheckReport.CheckCollector seen) {
    RestartDriver driver = context.lockedDriver().driver();
    if (driver.canProbe(writer)
        && driver.probe(writer, NodeState.RUNNING).isDone()
        && NextStart.leaves(writer, driver.configuration(writer), Store.ETCD).isPresent()) {
      seen.fault("%s runs on ZooKeeper; stop it, and what restarts it".formatted(writer));
    }
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
