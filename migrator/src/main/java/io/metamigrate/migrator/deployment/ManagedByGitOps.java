package io.metamigrate.migrator.deployment;

import io.metamigrate.migrator.deployment.DeploymentFinding.Level;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** A tool that keeps the cluster as described in a repository would undo the move's changes. */
final class ManagedByGitOps implements DeploymentRule {
  static final String ID = "MANAGED_BY_GITOPS";

  /** What each tool leaves in labels, annotations or names of managers, and the tool. */
  private static final Map<String, String> MARKS =
      Map.of(
          "argocd", "Argo CD",
          "argoproj.io", "Argo CD",
          "fluxcd.io", "Flux",
          "kustomize-controller", "Flux",
          "helm-controller", "Flux",
          "fleet.cattle.io", "Fleet",
          "fleetagent", "Fleet",
          "configmanagement.gke.io", "Config Sync",
          "kapp.k14s.io", "kapp");

  @Override
  public List<DeploymentFinding> findings(Workload workload) {
    if (!workload.role().isDriven()) {
      return List.of();
    }
    return workload.marks().entrySet().stream()
        .map(mark -> (mark.getKey() + "=" + mark.getValue()).toLowerCase(Locale.ROOT))
        .flatMap(
            mark ->
                MARKS.entrySet().stream()
                    .filter(known -> mark.contains(known.getKey()))
                    .map(Map.Entry::getValue))
        .distinct()
        .sorted()
        .map(
            tool ->
                DeploymentFinding.of(
                    ID,
                    Level.CONFIRM,
                    workload,
                    "is kept by " + tool + ", which reverts settings and replicas",
                    "pause its synchronisation until finalize, and confirm that it is paused"))
        .toList();
  }
}
