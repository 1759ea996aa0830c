package io.metamigrate.migrator.deployment;

import io.metamigrate.migrator.deployment.DeploymentFinding.Level;
import java.util.List;
import java.util.Optional;

/**
 * Settings are given as variables, which a server has only if {@code apply-config-from-env.py}
 * writes them into its file first.
 */
final class VariablesNotRead implements DeploymentRule {
  static final String ID = "VARIABLES_NOT_READ";

  private static final String FOLDER = Container.HOME + "/conf";

  @Override
  public List<DeploymentFinding> findings(Workload workload) {
    if (!workload.role().isDriven()) {
      return List.of();
    }
    return workload.server().stream()
        .filter(
            container ->
                !container.command().contains("apply-config") || given(container).isPresent())
        .map(
            container ->
                given(container).isPresent()
                    ? DeploymentFinding.of(
                        ID,
                        Level.CONFIRM,
                        workload,
                        container,
                        "has its configuration from %s, into which no variable can be written"
                            .formatted(given(container).get().source()),
                        "let an init container copy it to a folder that can be written, or use the"
                            + " command driver; confirm if the start does so")
                    : container.command().isBlank()
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

  /** An object that is mounted as the configuration, or as a file of it. */
  private static Optional<Mount> given(Container container) {
    return container.mounts().stream()
        .filter(mount -> mount.storage() == Mount.Storage.GIVEN)
        .filter(mount -> mount.holds(FOLDER) || isOwnFile(mount))
        .findFirst();
  }

  /** Not a file beside it, such as that of the log. */
  private static boolean isOwnFile(Mount mount) {
    return mount.path().matches(FOLDER + "/(?:bookkeeper|bk_server|broker)\\.conf");
  }
}
