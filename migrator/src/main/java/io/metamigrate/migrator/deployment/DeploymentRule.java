package io.metamigrate.migrator.deployment;

import java.util.List;

/** One rule about one workload. Pure. */
interface DeploymentRule {
  List<DeploymentFinding> findings(Workload workload);
}
