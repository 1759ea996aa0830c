package io.metamigrate.migrator.deployment;

import io.metamigrate.migrator.deployment.DeploymentFinding.Severity;
import java.util.List;

/** Something changes the number of pods, also in the window. */
final class ScaledByItself implements DeploymentRule {
  static final String ID = "SCALED_BY_ITSELF";

  @Override
  public List<DeploymentFinding> findings(Workload workload) {
    return workload.role().isDriven() && !workload.scaling().scaledBy().isEmpty()
        ? List.of(
            DeploymentFinding.of(
                ID,
                Severity.CONFIRM,
                workload,
                "is scaled by "
                    + String.join(", ", workload.scaling().scaledBy())
                    + ", which may start or stop pods in the window",
                "delete it for the window, or set its minimum and maximum to the present number"
                    + " (of a VerticalPodAutoscaler, updateMode to \"Off\") and confirm; pause a"
                    + " ScaledObject by autoscaling.keda.sh/paused: \"true\""))
        : List.of();
  }
}
