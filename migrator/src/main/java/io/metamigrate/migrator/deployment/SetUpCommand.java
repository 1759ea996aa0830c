package io.metamigrate.migrator.deployment;

import io.metamigrate.migrator.deployment.DeploymentFinding.Severity;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

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

  /** Options of set-up commands for the address of their store. */
  private static final Pattern STORES =
      Pattern.compile("(?:-zk|--zookeeper|-md|--metadata-store)(?:=.*)?");

  @Override
  public List<DeploymentFinding> findings(Workload workload) {
    return workload.containers().stream()
        .flatMap(
            container ->
                container.allCommands().stream()
                    .filter(command -> !StoreFormatForced.isForced(command))
                    .flatMap(
                        command ->
                            command.words().stream()
                                .filter(COMMANDS::contains)
                                .map(word -> finding(workload, container, word, command))))
        .distinct()
        .toList();
  }

  private static DeploymentFinding finding(
      Workload workload, Container container, String word, ShellWords command) {
    return DeploymentFinding.of(
        ID,
        Severity.WARNING,
        workload,
        container,
        "runs "
            + word
            + " each time it starts, "
            + (namesZooKeeper(command) ? "on ZooKeeper, which it names" : "then on the new store"),
        remedy(workload));
  }

  private static boolean namesZooKeeper(ShellWords command) {
    return command.words().stream().anyMatch(word -> STORES.matcher(word).matches())
        && !command.toString().contains("etcd:");
  }

  private static String remedy(Workload workload) {
    return workload.kind().equals("service") && !workload.role().isDriven()
        ? "start services with `up -d --no-deps SERVICE`; a plain `up -d` starts "
            + workload.name()
            + " again"
        : "it finds its data there and stops; remove it before the next upgrade";
  }
}
