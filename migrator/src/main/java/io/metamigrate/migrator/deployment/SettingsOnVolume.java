package io.metamigrate.migrator.deployment;

import io.metamigrate.migrator.deployment.DeploymentFinding.Severity;
import io.metamigrate.migrator.deployment.Mount.Storage;
import java.util.List;
import java.util.Set;

/** The file that variables are written into outlives the container, and the variables with it. */
final class SettingsOnVolume implements DeploymentRule {
  static final String ID = "SETTINGS_ON_VOLUME";

  private static final Set<Storage> STAYS =
      Set.of(Storage.KEPT, Storage.TRANSFERRED, Storage.DECLARED);

  @Override
  public List<DeploymentFinding> findings(Workload workload) {
    if (!workload.role().isDriven()) {
      return List.of();
    }
    return workload.server().stream()
        .flatMap(
            container ->
                container.mounts().stream()
                    .filter(mount -> STAYS.contains(mount.storage()))
                    .filter(
                        mount -> mount.holds(ConfigurationFile.path(workload.role(), container)))
                    .map(
                        mount ->
                            DeploymentFinding.of(
                                ID,
                                Severity.CONFIRM,
                                workload,
                                container,
                                "keeps its configuration on "
                                    + mount.source()
                                    + ", where settings stay that a rollback removes",
                                "mount the configuration from the image; confirm if the file is"
                                    + " created again at each start")))
        .toList();
  }
}
