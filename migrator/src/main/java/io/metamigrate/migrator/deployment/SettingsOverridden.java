package io.metamigrate.migrator.deployment;

import static io.metamigrate.migrator.deployment.EnvironmentScripts.OPTIONS;
import static io.metamigrate.migrator.deployment.EnvironmentScripts.UNKNOWN;

import io.metamigrate.migrator.deployment.DeploymentFinding.Severity;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * JVM options that override the server's file, and a script that drops the options that the move
 * gives. If {@link #READS} is set, {@code AbstractConfiguration} of BookKeeper 4.14 (Pulsar 2.10)
 * prefers system properties to every other source; 4.17 (Pulsar 4) ignores them.
 */
final class SettingsOverridden implements DeploymentRule {
  static final String ID = "SETTINGS_OVERRIDDEN";

  private static final String READS = "-Dorg.apache.bookkeeper.conf.readsystemproperties=true";

  private static final Pattern SETTING =
      Pattern.compile(
          "-D(?:metadataServiceUri|zkServers|zkLedgersRootPath|bookieId|ledgerDirectories"
              + "|journalDirector(?:y|ies))\\b(?==)");

  private static final String GIVEN = "-Dgiven";

  private static final List<String> BY_COMMAND = List.of(UNKNOWN, "$(", "`");

  @Override
  public List<DeploymentFinding> findings(Workload workload) {
    if (!workload.role().isDriven()) {
      return List.of();
    }
    return workload.server().stream()
        .flatMap(
            server ->
                Stream.of(
                        properties(workload, server),
                        dropped(workload, server),
                        notVerifiable(workload, server))
                    .flatMap(Function.identity()))
        .toList();
  }

  private static Stream<DeploymentFinding> properties(Workload workload, Container server) {
    String all = server.command() + " " + String.join(" ", server.serverVariables().values());
    String settings =
        SETTING
            .matcher(all)
            .results()
            .map(MatchResult::group)
            .distinct()
            .sorted()
            .collect(Collectors.joining(", "));
    return settings.isEmpty() || !all.contains(READS)
        ? Stream.of()
        : Stream.of(
            confirm(
                workload,
                server,
                "has the JVM options %s and %s, which override its configuration file on Pulsar 2"
                    .formatted(settings, READS),
                "remove them and restart it before the window; confirm on Pulsar 4, which ignores"
                    + " them"));
  }

  private static Stream<DeploymentFinding> dropped(Workload workload, Container server) {
    Map<String, String> environment = new TreeMap<>(server.environment());
    environment.put(OPTIONS, GIVEN);
    String options =
        EnvironmentScripts.apply(server.files().scripts(), environment).getOrDefault(OPTIONS, "");
    if (options.contains(GIVEN) && !options.contains(UNKNOWN)) {
      return Stream.of();
    }
    return options.contains("$")
        ? Stream.of(
            confirm(
                workload,
                server,
                EnvironmentScripts.NOT_CERTAIN
                    + "whether OPTS keeps the JVM options of the move is not verifiable",
                "write OPTS=\"$OPTS ...\" there on a line of its own; confirm if OPTS keeps what it"
                    + " had"))
        : Stream.of(
            confirm(
                workload,
                server,
                "sets OPTS in bkenv.sh or pulsar_env.sh, which drops the JVM options that the"
                    + " move gives it",
                "write OPTS=\"$OPTS ...\" there, and restart it before the window; confirm if"
                    + " bin/pulsar itself sets bookkeeper.metadata.bookie.drivers"));
  }

  /** Options of the JVM that commands make, so that {@link #properties} does not see them. */
  private static Stream<DeploymentFinding> notVerifiable(Workload workload, Container server) {
    String names =
        server.serverVariables().entrySet().stream()
            .filter(one -> one.getKey().endsWith("_" + OPTIONS))
            .filter(one -> !one.getValue().equals(server.environment().get(one.getKey())))
            .filter(one -> BY_COMMAND.stream().anyMatch(one.getValue()::contains))
            .map(Map.Entry::getKey)
            .collect(Collectors.joining(", "));
    return names.isEmpty()
        ? Stream.of()
        : Stream.of(
            DeploymentFinding.of(
                ID,
                Severity.WARNING,
                workload,
                server,
                EnvironmentScripts.NOT_CERTAIN
                    + "whether %s overrides its configuration file is not verifiable"
                        .formatted(names),
                "check that it does not give " + READS));
  }

  private static DeploymentFinding confirm(
      Workload workload, Container server, String problem, String remedy) {
    return DeploymentFinding.of(ID, Severity.CONFIRM, workload, server, problem, remedy);
  }
}
