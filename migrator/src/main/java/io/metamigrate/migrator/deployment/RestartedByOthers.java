package io.metamigrate.migrator.deployment;

import io.metamigrate.migrator.deployment.DeploymentFinding.Severity;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A program restarts, replaces or evicts nodes by itself, also in the window. */
final class RestartedByOthers implements DeploymentRule {
  static final String ID = "RESTARTED_BY_OTHERS";

  /** Labels and annotations, in small letters, by which a node is put in a program's hands. */
  private static final Map<String, String> MARKS =
      Map.of(
          "reloader.stakater.com/", "Reloader",
          "wave.pusher.com/", "Wave",
          "keel.sh/", "Keel",
          "kube-monkey/", "kube-monkey",
          "descheduler.alpha.kubernetes.io/evict", "the descheduler",
          "com.centurylinklabs.watchtower.", "watchtower",
          "autoheal", "autoheal",
          "io.containers.autoupdate", "podman auto-update");

  private static final Pattern OFF = Pattern.compile("false|never|disabled|none");

  /** The socket of a container engine, through which everything can be restarted. */
  private static final Pattern SOCKET =
      Pattern.compile("[^/]*(/.*/(?:docker|podman|containerd)\\.sock)");

  /** This tool in a container. */
  private static final Pattern OWN =
      Pattern.compile("(?:.*/)?migrate (?:run|cutover|rollback)\\b.*");

  @Override
  public List<DeploymentFinding> findings(Workload workload) {
    return workload.role().isDriven()
        ? marked(workload).map(tool -> ofNode(workload, tool)).toList()
        : workload
            .servers()
            .filter(container -> !OWN.matcher(container.command()).matches())
            .flatMap(container -> ofEngine(workload, container).stream())
            .toList();
  }

  private static Stream<String> marked(Workload workload) {
    return workload.marks().entrySet().stream()
        .filter(mark -> !OFF.matcher(mark.getValue().toLowerCase(Locale.ROOT)).matches())
        .flatMap(
            mark ->
                MARKS.entrySet().stream()
                    .filter(known -> has(mark.getKey().toLowerCase(Locale.ROOT), known.getKey()))
                    .map(Map.Entry::getValue))
        .distinct()
        .sorted();
  }

  /** Also {@code configmap.reloader...} and {@code autoheal-app}. */
  private static boolean has(String mark, String known) {
    return mark.startsWith(known) || mark.contains("." + known);
  }

  private static DeploymentFinding ofNode(Workload workload, String tool) {
    return DeploymentFinding.of(
        ID,
        Severity.CONFIRM,
        workload,
        "is restarted or evicted by %s, by its labels or annotations".formatted(tool),
        "stop that program for the window, or remove the label or annotation, and confirm");
  }

  private static Optional<DeploymentFinding> ofEngine(Workload workload, Container container) {
    return container.mounts().stream()
        .flatMap(mount -> Stream.of(mount.path(), mount.source()))
        .map(SOCKET::matcher)
        .filter(Matcher::matches)
        .map(found -> found.group(1))
        .findFirst()
        .or(() -> Optional.ofNullable(container.environment().get("DOCKER_HOST")))
        .map(
            socket ->
                DeploymentFinding.of(
                    ID,
                    Severity.CONFIRM,
                    workload,
                    container,
                    "has the container engine's socket (%s), through which programs such as watchtower and autoheal restart containers"
                        .formatted(socket),
                    "stop it for the window, or confirm that it leaves brokers and bookies alone"));
  }
}
