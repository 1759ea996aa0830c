package io.metamigrate.migrator.deployment;

import io.metamigrate.migrator.deployment.DeploymentFinding.Level;
import java.util.List;

/**
 * Settings are given as variables, which a server has only if {@code apply-config-from-env.py}
 * writes them into its file first.
 */
final class VariablesNotRead implements DeploymentRule {
  static final String ID = "VARIABLES_NOT_READ";

  @Override
  public List<DeploymentFinding> findings(Workload workload) {
    if (!workload.role().isDriven()) {
      return List.of();
    }
    return workload.server().stream()
        .filter(container -> !container.command().contains("apply-config"))
        .map(
            container ->
                container.command().isBlank()
                    ? DeploymentFinding.of(
                        ID,
                        Level.WARNING,
                        workload,
                        container,
                        "does not name its command, so whether it reads variables is not known",
                        "check that its image runs bin/apply-config-from-env.py")
                    : DeploymentFinding.of(
                        ID,
                        Level.CONFIRM,
                        workload,
                        container,
                        "does not run bin/apply-config-from-env.py, so that it would come up with"
                            + " its old settings",
                        "have its command run it before the server, or use the command driver;"
                            + " confirm if another program does it"))
        .toList();
  }
}
