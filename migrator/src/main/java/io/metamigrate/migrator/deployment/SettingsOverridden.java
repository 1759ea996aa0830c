package io.metamigrate.migrator.deployment;

import io.metamigrate.migrator.deployment.DeploymentFinding.Severity;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
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

  /** The variable that {@code bin/pulsar} extends; the move passes its options in it. */
  private static final String OPTIONS = "OPTS";

  private static final String GIVEN = "-Dgiven";

  @Override
  public List<DeploymentFinding> findings(Workload workload) {
    if (!workload.role().isDriven()) {
      return List.of();
    }
    return workload.server().stream()
        .flatMap(server -> Stream.concat(properties(workload, server), dropped(workload, server)))
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
    Map<String, String> given = new TreeMap<>(server.environment());
    given.put(OPTIONS, GIVEN);
    return EnvironmentScripts.apply(server.files().scripts(), given)
            .getOrDefault(OPTIONS, "")
            .contains(GIVEN)
        ? Stream.of()
        : Stream.of(
            confirm(
                workload,
                server,
                "sets OPTS in bkenv.sh or pulsar_env.sh, which drops the JVM options that the"
                    + " move gives it",
                "write OPTS=\"$OPTS ...\" there, and restart it before the window; confirm if"
                    + " bin/pulsar itself sets bookkeeper.metadata.bookie.drivers"));
  }

  private static DeploymentFinding confirm(
      Workload workload, Container server, String problem, String remedy) {
    return DeploymentFinding.of(ID, Severity.CONFIRM, workload, server, problem, remedy);
  }
}
