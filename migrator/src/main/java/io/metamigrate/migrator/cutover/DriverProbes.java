package io.metamigrate.migrator.cutover;

import io.metamigrate.migrator.config.CutoverConfig;
import io.metamigrate.migrator.plan.Finding;
import io.metamigrate.migrator.restart.Node;
import io.metamigrate.migrator.restart.NodeState;
import io.metamigrate.migrator.restart.RestartDriver;
import io.metamigrate.migrator.restart.StepOutcome;
import java.util.ArrayList;
import java.util.List;

/** What the probe of the configured driver reports of each configured node. Changes nothing. */
public final class DriverProbes {
  private static final String ID = "DRIVER_PROBE";
  private static final String KEY = "cutover.driver";

  private DriverProbes() {}

  /** Nodes that the driver cannot ask block; those that do not run, by it, cause a warning. */
  public static List<Finding> findings(CutoverConfig config, RestartDriver driver) {
    List<Finding> findings = new ArrayList<>();
    for (Node node : CutoverPlan.Nodes.all(config)) {
      StepOutcome running = driver.probe(node, NodeState.RUNNING);
      if (running instanceof StepOutcome.Failed failed) {
        findings.add(
            Finding.blocker(
                ID,
                KEY,
                "the driver cannot ask %s: %s".formatted(node, failed.cause()),
                "correct cutover.driver or the node's name"));
      } else if (running instanceof StepOutcome.NotYet notYet) {
        findings.add(
            Finding.warning(
                ID,
                KEY,
                "the driver does not see %s run: %s".formatted(node, notYet.reason()),
                "if it runs, correct cutover.driver or the node's name"));
      }
    }
    return findings;
  }

  /** How many nodes there are to ask. */
  public static int count(CutoverConfig config) {
    return CutoverPlan.Nodes.all(config).size();
  }
}
