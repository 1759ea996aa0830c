package io.metamigrate.migrator.deployment;

import io.metamigrate.migrator.deployment.DeploymentFinding.Severity;
import java.util.List;

/** Something else made the workload and puts back what is changed in it. */
final class OwnedByOperator implements DeploymentRule {
  static final String ID = "OWNED_BY_OPERATOR";

  @Override
  public List<DeploymentFinding> findings(Workload workload) {
    return workload.role().isDriven() && !workload.owners().isEmpty()
        ? List.of(
            DeploymentFinding.of(
                ID,
                Severity.BLOCKER,
                workload,
                "is owned by "
                    + String.join(", ", workload.owners())
                    + ", whose operator reverts settings and replicas in the window",
                "operators are not supported: move the workload out of it first, or move with"
                    + " the command driver and the operator's own means"))
        : List.of();
  }
}
