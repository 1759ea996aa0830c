package io.metamigrate.migrator.deployment;

import io.metamigrate.migrator.deployment.DeploymentFinding.Severity;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** A command needs a variable that is empty once the server is on etcd. */
final class RemovedVariableUsed implements DeploymentRule {
  static final String ID = "REMOVED_VARIABLE_USED";

  private static final Pattern USE =
      Pattern.compile(
          "\\$[$]?[{(]?(?:PULSAR_PREFIX_)?(zkServers|zookeeperServers|configurationStoreServers"
              + "|globalZookeeperServers|zkLedgersRootPath)\\b[)}]?");

  @Override
  public List<DeploymentFinding> findings(Workload workload) {
    if (!workload.role().isDriven()) {
      return List.of();
    }
    return workload.containers().stream()
        .flatMap(
            container ->
                USE.matcher(container.everything())
                    .results()
                    .map(MatchResult::group)
                    .distinct()
                    .map(
                        use ->
                            DeploymentFinding.of(
                                ID,
                                Severity.CONFIRM,
                                workload,
                                container,
                                "uses " + use + " in its command, which is empty on etcd",
                                "give the command an address of its own, or remove the wait;"
                                    + " confirm if it works with an empty one")))
        .toList();
  }
}
