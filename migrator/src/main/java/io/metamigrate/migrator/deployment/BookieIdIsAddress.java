package io.metamigrate.migrator.deployment;

import io.metamigrate.migrator.deployment.DeploymentFinding.Severity;
import java.util.List;

/**
 * A bookie's id is an address that its next pod does not have, and its cookie names the old one.
 */
final class BookieIdIsAddress implements DeploymentRule {
  static final String ID = "BOOKIE_ID_IS_ADDRESS";

  @Override
  public List<DeploymentFinding> findings(Workload workload) {
    return workload.addressIds().isEmpty()
        ? List.of()
        : List.of(
            DeploymentFinding.of(
                ID,
                Severity.BLOCKER,
                workload,
                "has bookies whose id is the address of their pod or container: "
                    + String.join(", ", workload.addressIds())
                    + "; a restart changes the id, and the bookie refuses to start since its cookie"
                    + " has the former one",
                "give them a stable id first: bookieId, or useHostNameAsBookieID with a headless"
                    + " service or a fixed host name. Do it one bookie at a time, each drained and"
                    + " added under its new id"));
  }
}
