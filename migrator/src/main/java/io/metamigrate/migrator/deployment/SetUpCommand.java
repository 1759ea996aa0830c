package io.metamigrate.migrator.deployment;

import io.metamigrate.migrator.deployment.DeploymentFinding.Severity;
import java.util.List;
import java.util.Set;

/** A container runs a set-up command when it starts, so after the move on the new store. */
final class SetUpCommand implements DeploymentRule {
  static final String ID = "SET_UP_COMMAND";

  private static final Set<String> COMMANDS =
      Set.of(
          "metaformat",
          "bookieformat",
          "initnewcluster",
          "initialize-cluster-metadata",
          "initialize-transaction-coordinator-metadata",
          "initialize-namespace");

  @Override
  public List<DeploymentFinding> findings(Workload workload) {
    return workload.containers().stream()
        .flatMap(
            container ->
                container.allCommands().stream()
                    .filter(command -> !StoreFormatForced.isForced(command))
                    .flatMap(command -> command.words().stream())
                    .filter(COMMANDS::contains)
                    .distinct()
                    .map(
                        word ->
                            DeploymentFinding.of(
                                ID,
                                Severity.WARNING,
                                workload,
                                container,
                                "runs " + word + " each time it starts, then on the new store",
                                remedy(workload))))
        .toList();
  }

  private static String remedy(Workload workload) {
    return workload.kind().equals("service") && !workload.role().isDriven()
        ? "start services with `up -d --no-deps SERVICE`; a plain `up -d` starts "
            + workload.name()
            + " again"
        : "it finds its data there and stops; remove it before the next upgrade";
  }
}
