package io.metamigrate.migrator.deployment;

import io.metamigrate.migrator.deployment.DeploymentFinding.Severity;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A tool that keeps the cluster as described in a repository would undo the move's changes. */
final class ManagedByGitOps implements DeploymentRule {
  static final String ID = "MANAGED_BY_GITOPS";

  /** What each tool leaves in labels, annotations or names of managers, and the tool. */
  private static final Map<String, String> MARKS =
      Map.ofEntries(
          Map.entry("argocd", "Argo CD"),
          Map.entry("argoproj.io", "Argo CD"),
          Map.entry("fluxcd.io", "Flux"),
          Map.entry("kustomize-controller", "Flux"),
          Map.entry("helm-controller", "Flux"),
          Map.entry("fleet.cattle.io", "Fleet"),
          Map.entry("fleetagent", "Fleet"),
          Map.entry("objectset.rio.cattle.io", "Fleet"),
          Map.entry("addonmanager.kubernetes.io/mode=reconcile", "the addon manager"),
          Map.entry("kluctl.io", "Kluctl"),
          Map.entry("app.oam.dev", "KubeVela"),
          Map.entry("projectsveltos", "Sveltos"),
          Map.entry("open-cluster-management.io", "Open Cluster Management"),
          Map.entry("configmanagement.gke.io", "Config Sync"),
          Map.entry("configsync.gke.io", "Config Sync"),
          Map.entry("kapp.k14s.io", "kapp"),
          Map.entry("crossplane", "Crossplane"));

  /** Labels by which a program marks the object as its own. */
  private static final Pattern MANAGED = Pattern.compile("app\\.kubernetes\\.io/managed-by=(.+)");

  /** Programs that write only when an operator runs them. */
  private static final Pattern BY_HAND =
      Pattern.compile(
          "(?:helm|tiller|kubectl|kustomize|terraform|opentofu|pulumi|ansible|skaffold|werf|metamigrate).*");

  /** Names of managers of fields that reconcile. */
  private static final Pattern RECONCILER =
      Pattern.compile("manager:((?!kube-controller-manager).*(?:operator|controller).*|manager)=");

  @Override
  public List<DeploymentFinding> findings(Workload workload) {
    if (!workload.role().isDriven()) {
      return List.of();
    }
    return workload.marks().entrySet().stream()
        .map(mark -> (mark.getKey() + "=" + mark.getValue()).toLowerCase(Locale.ROOT))
        .flatMap(ManagedByGitOps::tools)
        .distinct()
        .sorted()
        .map(
            tool ->
                DeploymentFinding.of(
                    ID,
                    Severity.CONFIRM,
                    workload,
                    "is managed by " + tool + ", which reverts settings and replicas",
                    "pause its synchronisation until finalize, and confirm that it is paused"))
        .toList();
  }

  private static Stream<String> tools(String mark) {
    List<String> known =
        MARKS.entrySet().stream()
            .filter(one -> mark.contains(one.getKey()))
            .map(Map.Entry::getValue)
            .toList();
    if (!known.isEmpty()) {
      return known.stream();
    }
    Matcher managed = MANAGED.matcher(mark);
    if (managed.matches() && !BY_HAND.matcher(managed.group(1)).matches()) {
      return Stream.of(managed.group(1) + " (by its label app.kubernetes.io/managed-by)");
    }
    Matcher reconciler = RECONCILER.matcher(mark);
    return reconciler.matches()
        ? Stream.of(reconciler.group(1) + " (a manager of its fields)")
        : Stream.empty();
  }
}
