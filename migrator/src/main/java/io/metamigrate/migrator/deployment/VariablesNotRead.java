package io.metamigrate.migrator.deployment;

import io.metamigrate.migrator.deployment.DeploymentFinding.Severity;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Settings are given as variables, which a server has only if {@code apply-config-from-env.py}
 * writes them into its file first.
 */
final class VariablesNotRead implements DeploymentRule {
  static final String ID = "VARIABLES_NOT_READ";

  static final String FILE_NOT_KNOWN =
      EnvironmentScripts.NOT_CERTAIN + "which file its server reads is not verifiable";

  static final String FILE_NOT_KNOWN_REMEDY =
      "set the variable for the file there on a line of its own, outside of any if, without"
          + " commands; confirm if it is the file that the move writes";

  private static final String PROGRAM = "apply-config";
  private static final String WITH_PREFIX = "with-prefix";
  private static final String PREFIX = "PULSAR_PREFIX_";

  @Override
  public List<DeploymentFinding> findings(Workload workload) {
    if (!workload.role().isDriven()) {
      return List.of();
    }
    return workload.server().stream()
        .flatMap(container -> finding(workload, container).stream())
        .toList();
  }

  private static Optional<DeploymentFinding> finding(Workload workload, Container container) {
    if (ConfigurationFile.isNotKnown(container)) {
      return Optional.of(
          DeploymentFinding.of(
              ID, Severity.CONFIRM, workload, container, FILE_NOT_KNOWN, FILE_NOT_KNOWN_REMEDY));
    }
    Optional<Mount> given = given(workload.role(), container);
    if (given.isPresent()) {
      return Optional.of(
          DeploymentFinding.of(
              ID,
              Severity.CONFIRM,
              workload,
              container,
              "has its configuration from %s, into which no variable can be written"
                  .formatted(given.get().source()),
              "let an init container copy it to a folder that can be written, or use the"
                  + " command driver; confirm if the start does so"));
    }
    if (container.command().isBlank()) {
      return Optional.of(
          DeploymentFinding.of(
              ID,
              Severity.WARNING,
              workload,
              container,
              "does not name its command, so whether it reads variables is not known",
              "check that its image runs bin/apply-config-from-env.py"));
    }
    return writers(workload, container).anyMatch(writer -> writes(writer, container))
        ? Optional.empty()
        : Optional.of(
            DeploymentFinding.of(
                ID,
                Severity.CONFIRM,
                workload,
                container,
                "does not run bin/apply-config-from-env.py"
                    + file(container).map(file -> " on " + file).orElse("")
                    + ", so that it would come up with its old settings",
                "have its command run it before the server, or use the command driver;"
                    + " confirm if another program does it"));
  }

  /** The server itself, and what runs before it on a volume that has the server's file. */
  private static Stream<Container> writers(Workload workload, Container server) {
    Optional<String> shared = file(server).flatMap(server::mountOf).map(Mount::source);
    return workload.containers().stream()
        .filter(
            one ->
                one.equals(server)
                    || (one.init()
                        && shared.isPresent()
                        && file(server).flatMap(one::mountOf).map(Mount::source).equals(shared)));
  }

  /** Whether it lays variables over the file that the server reads. */
  private static boolean writes(Container writer, Container server) {
    Optional<String> file = file(server);
    return writer.commands().stream()
        .map(ShellWords::words)
        .filter(words -> words.stream().anyMatch(word -> word.contains(PROGRAM)))
        .anyMatch(words -> file.isEmpty() || writes(words, file.get()));
  }

  /** A word that is not known may be that file. */
  private static boolean writes(List<String> words, String file) {
    int program = 0;
    while (!words.get(program).contains(PROGRAM)) {
      program++;
    }
    List<String> arguments = words.subList(program + 1, words.size());
    if (words.get(program).contains(WITH_PREFIX) && !arguments.contains(PREFIX)) {
      return false;
    }
    return arguments.isEmpty()
        || arguments.stream()
            .anyMatch(word -> word.contains("$") || ConfigurationFile.absolute(word).equals(file));
  }

  private static Optional<String> file(Container server) {
    return ConfigurationFile.path(server.command(), server.serverVariables());
  }

  /** An object that is mounted as the configuration, or as a file of it. */
  private static Optional<Mount> given(Role role, Container container) {
    String file = ConfigurationFile.path(role, container);
    return container.mounts().stream()
        .filter(mount -> mount.storage() == Mount.Storage.GIVEN)
        .filter(mount -> mount.holds(file))
        .findFirst();
  }
}
