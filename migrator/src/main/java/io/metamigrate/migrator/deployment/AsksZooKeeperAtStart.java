package io.metamigrate.migrator.deployment;

import io.metamigrate.migrator.deployment.DeploymentFinding.Level;
import java.util.List;
import java.util.Locale;

/** A container waits for ZooKeeper before its server starts. */
final class AsksZooKeeperAtStart implements DeploymentRule {
  static final String ID = "ASKS_ZOOKEEPER_AT_START";

  @Override
  public List<DeploymentFinding> findings(Workload workload) {
    if (!workload.role().isDriven()) {
      return List.of();
    }
    return workload.containers().stream()
        .filter(AsksZooKeeperAtStart::asks)
        .map(
            container ->
                DeploymentFinding.of(
                    ID,
                    Level.WARNING,
                    workload,
                    container,
                    "asks ZooKeeper in its own command, before its server starts",
                    "ZooKeeper must answer reads until this command is changed; change it before"
                        + " ZooKeeper is removed"))
        .toList();
  }

  private static boolean asks(Container container) {
    String command = container.command().toLowerCase(Locale.ROOT);
    return command.contains("zookeeper") || command.contains("zkcli");
  }
}
